import { beforeAll, describe, expect, it } from 'vitest';
import { evaluatePolicies } from '../../../local-aws/policy/policy.ts';
import { documents } from '../../../remediation-docs/documents.ts';
import {
  defaultExemptUntilTag,
  documentNames,
  protectedTag,
  revokedTag,
} from '../../../rule/core/names.ts';
import { accountId, resolveAccount } from '../resolved.ts';
import { inOrder, type Role, roleNamed, rolesOf } from '../roles.ts';
import { readTagUses } from './document-tags.ts';

const cases = documents.map(({ name, load }) => {
  return { name, role: name.replace('UnusedIamCredentials-', ''), tags: readTagUses(load()) };
});
const user = `arn:aws:iam::${accountId}:user/team/frank`;
const record = `arn:aws:ssm:us-east-1:${accountId}:parameter/unused-iam-credentials/records/AIDAFRANK/1`;
const ExemptUntilTag = 'HR: keep until';
/** Every key that any step sets or takes off, and such as none may. */
const keys = [
  ...[revokedTag, defaultExemptUntilTag, ExemptUntilTag, 'applied', 'restored'],
  ...['restored-password', 'restored-AKIAIOSFODNN7EXAMPLE'],
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
function keysOf(key: string): string[] {
  if (key === '{{ Decision.ExemptionTag }}') return [defaultExemptUntilTag, ExemptUntilTag];
  if (/^restored-\{\{ Decision\.\w+AccessKeyId \}\}$/u.test(key)) {
    return ['restored-AKIAIOSFODNN7EXAMPLE', 'restored-password'];
  }
  if (key.includes('{{')) throw new Error(`It is not known what ${key} stands for`);
  return key === 'restored-password' ? keysOf('restored-{{ Decision.FirstAccessKeyId }}') : [key];
}

/** Whether a role may tag with these keys. */
function mayTag({ policies }: Role, action: string, tagKeys: readonly string[]): boolean {
  const resource = action.startsWith('iam:') ? user : record;
  return evaluatePolicies(policies, { action, resource, context: { 'aws:TagKeys': tagKeys } })
    .allowed;
}

describe.each(cases)('the role of $name', ({ name, role, tags }) => {
  let own: Role;
  beforeAll(async () => {
    own = roleNamed(rolesOf(await resolveAccount({ ExemptUntilTag })), role);
  });

  it.each(tagging)(
    'may use %s with the keys that the steps use, one by one, and no other key',
    (action) => {
      const used = tags.filter((tag) => tag.action === action).flatMap(({ key }) => keysOf(key));
      expect(inOrder(keys)).toEqual(expect.arrayContaining(used));
      expect(keys.filter((key) => mayTag(own, action, [key]))).toEqual(
        keys.filter((key) => used.includes(key)),
      );
    },
  );

  it('may use no other key beside one of its own', () => {
    for (const { action, key } of tags) {
      for (const one of keysOf(key)) {
        expect(mayTag(own, action, [one, 'team']), `${action} ${one}`).toBe(false);
      }
    }
  });

  it('may use the default exemption tag only where the stack names no other', async () => {
    const plain = roleNamed(rolesOf(await resolveAccount()), role);
    const isRestoring = name === documentNames.restore;
    expect(mayTag(plain, 'iam:TagUser', [defaultExemptUntilTag])).toBe(isRestoring);
    expect(mayTag(plain, 'iam:TagUser', [ExemptUntilTag])).toBe(false);
  });
});

it('every step that tags is looked at, in loops too', () => {
  expect(
    cases.map(({ tags }) => inOrder(tags.map(({ action, key }) => `${action} ${key}`))),
  ).toEqual([
    [`iam:TagUser ${revokedTag}`, 'ssm:AddTagsToResource applied'],
    [
      'iam:TagUser {{ Decision.ExemptionTag }}',
      `iam:UntagUser ${revokedTag}`,
      'ssm:AddTagsToResource restored',
      'ssm:AddTagsToResource restored-password',
      'ssm:AddTagsToResource restored-{{ Decision.FirstAccessKeyId }}',
      'ssm:AddTagsToResource restored-{{ Decision.SecondAccessKeyId }}',
    ],
  ]);
});
