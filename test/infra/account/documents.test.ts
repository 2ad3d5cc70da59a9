import { describe, expect, it } from 'vitest';
import { evaluatePolicies } from '../../../local-aws/policy/policy.ts';
import { documents } from '../../../remediation-docs/documents.ts';
import {
  defaultExemptUntilTag,
  documentNames,
  functionNames,
  protectedTag,
  restoringTag,
  revokedTag,
  revokingTag,
} from '../../../rule/core/names.ts';
import { accountId, propertiesOf, resolveAccount, resources, template } from '../resolved.ts';
import { allowedActions, inOrder, type Role, roleNamed, rolesOf } from '../roles.ts';
import { readRequests } from './document-requests.ts';

const cases = documents.map(({ name, load }) => {
  const requests = readRequests(load());
  const tags = requests.flatMap(({ action, keys }) => keys.map((key) => ({ action, key })));
  return { name, role: name.replace('UnusedIamCredentials-', ''), requests, tags };
});
const user = `arn:aws:iam::${accountId}:user/team/frank`;
const record = `arn:aws:ssm:us-east-1:${accountId}:parameter/unused-iam-credentials/records/AIDAFRANK/1`;
const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
const ExemptUntilTag = 'HR: keep until';
/** Every key that a step sets or removes, and keys that none may use. */
const candidates = [
  ...[
    revokingTag,
    restoringTag,
    revokedTag,
    defaultExemptUntilTag,
    ExemptUntilTag,
    'applied',
    'restored',
  ],
  ...['restored-password', 'restored-AKIAIOSFODNN7EXAMPLE'],
  ...['deletion-announced-AKIAIOSFODNN7EXAMPLE', 'deleted-AKIAIOSFODNN7EXAMPLE'],
  ...['restored-permissions', 'restored-deny'],
  ...[protectedTag, 'team', 'aws:team', 'restore', 'Applied', 'applied-too', '*', 'restored*'],
  ...[revokedTag.toUpperCase(), `${defaultExemptUntilTag}-x`, 'HR: keep until later', ''],
];
const tagging = [
  'iam:TagUser',
  'iam:UntagUser',
  'ssm:AddTagsToResource',
  'ssm:RemoveTagsFromResource',
];

/** The keys that a tag of a document's step may have when it runs. */
function keysOf(key: string, document = documentNames.restore as string): string[] {
  if (document === documentNames.revoke && !key.includes('{{')) return [key];
  if (key === '{{ Decision.ExemptionTag }}') return [defaultExemptUntilTag, ExemptUntilTag];
  if (/^restored-\{\{ Decision\.\w+AccessKeyId \}\}$/u.test(key)) {
    return ['restored-AKIAIOSFODNN7EXAMPLE', 'restored-password'];
  }
  const ofKey = /^(deletion-announced|deleted)-\{\{ \w+\.AccessKeyId \}\}$/u.exec(key)?.[1];
  if (ofKey !== undefined) return [`${ofKey}-AKIAIOSFODNN7EXAMPLE`];
  if (key.includes('{{')) throw new Error(`What ${key} stands for is not known here`);
  return key === 'restored-password' ? keysOf('restored-{{ Decision.FirstAccessKeyId }}') : [key];
}

/** Whether a role may tag with these keys. */
function mayTag(
  { policies }: Role,
  action: string,
  tagKeys: readonly string[],
  tags: Record<string, string> = bound,
): boolean {
  const resource = action.startsWith('iam:') ? user : record;
  const context = { 'aws:TagKeys': tagKeys, ...tags };
  return evaluatePolicies(policies, { action, resource, context }).allowed;
}

/** The tags of a user whom an execution of either document has bound. */
const bound = Object.fromEntries(
  [revokingTag, restoringTag].map((key) => [`aws:ResourceTag/${key}`, 'execution']),
);

it.each(documents)(
  'an update changes the functions that plan for $name first, whose answers the document reads',
  ({ name, load }) => {
    const own = Object.values(template.Resources).find(
      ({ Properties }) => Properties?.['Name'] === name,
    );
    const { DependsOn } = { DependsOn: [] as string | string[], ...own };
    const first = [DependsOn].flat().map((id) => propertiesOf(resources, id)['FunctionName']);
    const invoked = [...load().matchAll(/FunctionName: (\S+)/gu)].map(
      ([, invokedName]) => invokedName,
    );
    // The stack has the function that issues passwords only on request.
    const always = new Set(invoked.filter((each) => each !== functionNames.issuePassword));
    expect(new Set(first)).toEqual(always);
  },
);

describe.each(cases)('the role of $name', ({ name, role, requests, tags }) => {
  const own = roleNamed(rolesOf(resolveAccount({ ExemptUntilTag })), role);

  it('allows what the steps do, and nothing else', () => {
    expect(allowedActions(own)).toEqual(inOrder(requests.map(({ action }) => action)));
  });

  it.each(tagging)(
    'may use %s with the keys that the steps use, one by one, and no other key',
    (action) => {
      const used = tags
        .filter((tag) => tag.action === action)
        .flatMap(({ key }) => keysOf(key, name));
      expect(inOrder(candidates)).toEqual(expect.arrayContaining(used));
      expect(candidates.filter((key) => mayTag(own, action, [key]))).toEqual(
        candidates.filter((key) => used.includes(key)),
      );
    },
  );

  it('can only bind a user who is not bound by its own document', () => {
    const [own1, other] =
      name === documentNames.restore ? [restoringTag, revokingTag] : [revokingTag, restoringTag];
    const change = (...tags: string[]) =>
      allowedActions(own)
        .filter((action) => action.startsWith('iam:') && !/Get|Tag/u.test(action))
        .filter((action) => {
          const bound = tags.map((tag) => [`aws:ResourceTag/${tag}`, 'execution']);
          const attaches = /AttachUserPolicy$/u.test(action) ? { 'iam:PolicyARN': denyAll } : {};
          const context = { ...Object.fromEntries(bound), ...attaches };
          return evaluatePolicies(own.policies, { action, resource: user, context }).allowed;
        });
    expect(change(own1)).not.toEqual([]);
    expect([change(other), change('team')]).toEqual([[], []]);
    // A restoration tags its user before it reactivates a key, which must not be deleted then.
    if (name === documentNames.purge) expect(change(own1, other)).toEqual(['iam:UntagUser']);
    const tagged = tags.filter(({ action }) => action.startsWith('iam:'));
    const unbound = tagged
      .flatMap(({ action, key }) => keysOf(key, name).map((each) => ({ action, key: each })))
      .filter(({ action, key }) => mayTag(own, action, [key], {}));
    expect(unbound).toEqual([{ action: 'iam:TagUser', key: own1 }]);
  });

  it('may not use another key together with one of its own', () => {
    for (const { action, key } of tags) {
      for (const one of keysOf(key, name)) {
        expect(mayTag(own, action, [one, 'team']), `${action} ${one}`).toBe(false);
      }
    }
  });

  it('may use the default exemption tag only if its document restores, and no other tag without the parameter', () => {
    const plain = roleNamed(rolesOf(resources), role);
    const isRestoring = name === documentNames.restore;
    expect(mayTag(plain, 'iam:TagUser', [defaultExemptUntilTag])).toBe(isRestoring);
    expect(mayTag(plain, 'iam:TagUser', [ExemptUntilTag])).toBe(false);
  });
});

it('every step that tags is tested, including those in loops', () => {
  expect(
    cases.map(({ tags }) => inOrder(tags.map(({ action, key }) => `${action} ${key}`))),
  ).toEqual([
    [
      ...[`iam:TagUser ${revokedTag}`, `iam:TagUser ${revokingTag}`],
      ...[`iam:UntagUser ${revokingTag}`, 'ssm:AddTagsToResource applied'],
      'ssm:AddTagsToResource restored-password',
    ],
    [
      ...[`iam:TagUser ${revokedTag}`, `iam:TagUser ${revokingTag}`],
      ...[`iam:UntagUser ${revokingTag}`, 'ssm:AddTagsToResource applied'],
    ],
    [
      `iam:TagUser ${restoringTag}`,
      'iam:TagUser {{ Decision.ExemptionTag }}',
      ...[`iam:UntagUser ${restoringTag}`, `iam:UntagUser ${revokedTag}`],
      'ssm:AddTagsToResource restored',
      'ssm:AddTagsToResource restored-deny',
      'ssm:AddTagsToResource restored-password',
      'ssm:AddTagsToResource restored-permissions',
      'ssm:AddTagsToResource restored-{{ Decision.FirstAccessKeyId }}',
      'ssm:AddTagsToResource restored-{{ Decision.SecondAccessKeyId }}',
    ],
    [
      ...[`iam:TagUser ${revokingTag}`, `iam:UntagUser ${revokingTag}`],
      'ssm:AddTagsToResource deleted-{{ Confirmation.AccessKeyId }}',
      'ssm:AddTagsToResource deletion-announced-{{ AnnouncedKey.AccessKeyId }}',
    ],
  ]);
});

describe('the role of UnusedIamCredentials-Retire', () => {
  const { policies } = roleNamed(rolesOf(resources), 'Retire');
  const may = (action: string, policy: string, tags: Record<string, string> = {}) =>
    evaluatePolicies(policies, {
      ...{ action, resource: user },
      context: { ...bound, ...tags, 'iam:PolicyARN': policy },
    }).allowed;
  const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';

  it('may attach only AWSDenyAll, and detach everything but that and a quarantine', () => {
    const policyArns = [
      denyAll,
      readOnly,
      quarantine,
      `arn:aws:iam::${accountId}:policy/AWSDenyAll`,
    ];
    const allowed = (action: string) => policyArns.map((arn) => may(action, arn));
    expect(allowed('iam:AttachUserPolicy')).toEqual([true, false, false, false]);
    expect(allowed('iam:DetachUserPolicy')).toEqual([false, true, false, true]);
  });

  it("may change only the groups of a protected user, because IAM ignores the user's tags there", () => {
    const isProtected = { [`aws:ResourceTag/${protectedTag}`]: 'true' };
    const changes = allowedActions(roleNamed(rolesOf(resources), 'Retire')).filter(
      (action) => action.startsWith('iam:') && !/Get|[Tt]ag/u.test(action),
    );
    expect(changes).toEqual([
      ...['iam:AttachUserPolicy', 'iam:DeactivateMFADevice', 'iam:DeleteLoginProfile'],
      ...['iam:DeleteUserPolicy', 'iam:DetachUserPolicy', 'iam:RemoveUserFromGroup'],
      'iam:UpdateAccessKey',
    ]);
    const policyOf = (action: string) => (action === 'iam:AttachUserPolicy' ? denyAll : readOnly);
    const group = `arn:aws:iam::${accountId}:group/admins`;
    expect(changes.filter((action) => may(action, policyOf(action)))).toEqual(
      changes.filter((action) => action !== 'iam:RemoveUserFromGroup'),
    );
    const removal = { action: 'iam:RemoveUserFromGroup', resource: group, context: {} };
    expect(evaluatePolicies(policies, removal).allowed).toBe(true);
    expect(changes.filter((action) => may(action, policyOf(action), isProtected))).toEqual([]);
  });
});
