import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAccount, type LocalExecution, type LocalUser } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { accessKey } from '../../builders/account.ts';
import { startRemediation } from '../../builders/remediation.ts';
import { problemsOfEvent } from '../../infra/event-schemas.ts';
import { mallory, recordOf, unused } from '../restoration-case.ts';
import { output } from '../restoration-views.ts';
import {
  type RetiredCase,
  retire,
  retired,
  retirementId,
  retireSession,
  userWithPermissions,
} from '../retired-case.ts';

const everything = { RestorePassword: 'true' };
const mfa = 'MFA device arn:aws:iam::123456789012:mfa/frank';

/** The user's state, without the order in which IAM lists things, and what a restoration cannot or must not give back. */
function stateOf({ tags, loginProfile, mfaDevices: _, ...user }: LocalUser) {
  const { groups = [], attachedPolicies = [], inlinePolicies = [] } = user;
  return {
    ...user,
    groups: groups.toSorted(),
    attachedPolicies: attachedPolicies.toSorted(),
    inlinePolicies: inlinePolicies.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    tags: tags
      .filter(({ Key }) => Key !== 'unused-iam-credentials:exempt-until')
      .toSorted((a, b) => (a.Key < b.Key ? -1 : 1)),
    hasPassword: loginProfile !== undefined,
  };
}

const marksOf = ({ account, recordName }: RetiredCase) => [
  ...(account.parameters.get(recordName)?.tags.keys() ?? []),
];

const isWhole = ({ frank, before }: RetiredCase) => expect(stateOf(frank)).toEqual(stateOf(before));

const numbered = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => name(index));

/** A policy whose white space IAM does not count, but keeps. */
const spaced = (index: number) => ({
  name: `inline-${index}`,
  document: `{"Version": "2012-10-17",${' '.repeat(1000)}\n"Statement": [], "Id": "{{ ${index} }}"}`,
});

/** Writes the record and its parameter as earlier versions did. */
function asOfEarlierVersion({ account, frank, recordName }: RetiredCase): void {
  const path = `/unused-iam-credentials/retirements/${frank.userId}/${retirementId}`;
  const [record] = account.parameters.get(recordName)?.versions ?? [];
  const [only, ...others] = [...account.parameters].filter(([name]) => name.startsWith(path));
  const [stored] = only?.[1].versions ?? [];
  if (record === undefined || stored === undefined || others.length > 0) {
    throw new Error('Expected a record and one parameter');
  }
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  const write = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const { groups, attachedPolicies, ...rest } = read(stored.value);
  stored.value = write({
    groups: groups.map(({ name }: { name: string }) => name),
    attachedPolicies: attachedPolicies.map(({ arn }: { arn: string }) => arn),
    ...rest,
  });
  const sha256 = createHash('sha256').update(stored.value).digest('hex');
  record.value = write({
    ...read(record.value),
    retirement: { denyAttached: true, parts: 1, sha256 },
  });
}

describe('a restoration of a retired user', () => {
  it('gives back exactly the state before the retirement, except for MFA devices and the old password', async () => {
    const policies = numbered(5, (index) => `arn:aws:iam::123456789012:policy/team/P${index}`);
    // AWS raises the quota of 10 policies to at most 20.
    const account = createAccount({ attachedPoliciesPerUser: 20 });
    const frank = userWithPermissions(account, {
      ...{ path: '/team/one/', permissionsBoundary: 'arn:aws:iam::123456789012:policy/Boundary' },
      groups: numbered(10, (index) => `group,${index}`),
      attachedPolicies: [...policies, ...numbered(14, (index) => `job-function-${index}`)],
      inlinePolicies: numbered(10, String).map((_, index) => spaced(index)),
      tags: numbered(46, (index) => `key-${index}`).map((Key) => ({ Key, Value: 'x' })),
      accessKeys: [accessKey(300, 90), accessKey(200, 80)],
    });
    const inline = frank.inlinePolicies?.map(({ document }) => document).join('') ?? '';
    expect(inline.length).toBeGreaterThan(10_000);
    const before = structuredClone(frank);
    const local = await startRemediation(account);
    onTestFinished(local.close);
    const whole = { RemoveGroups: 'true', DetachPolicies: 'true', DeactivateMfaDevices: 'true' };

    frank.tags = numbered(50, (index) => `key-${index}`).map((Key) => ({ Key, Value: 'x' }));
    const full = structuredClone(frank);
    const refused = await local.retire(frank.userId, whole);
    expect([refused.status, frank]).toEqual(['Failed', full]);
    expect(refused.failureMessage).toContain('has 50 tags. IAM allows 50');
    frank.tags = structuredClone(before.tags);

    const retirement = await local.retire(frank.userId, whole);
    expect(output(retirement, 'Decision.Outcome')).toBe('Retire');
    expect(frank).toMatchObject({
      ...{ groups: [], attachedPolicies: ['AWSDenyAll'], inlinePolicies: [], mfaDevices: [] },
    });
    local.now += 11 * 60_000;
    account.published.splice(0);
    const recordName = recordOf(frank, retirement.id);
    const it = { local, account, frank, before, recordName };
    const done = await local.restore(frank.userId, everything);
    expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
    isWhole(it);
    expect(output(done, 'Decision.StaysOff')).toBe(
      `${mfa}: was deactivated, and cannot be restored; the user must register it again`,
    );
    const [published] = account.published;
    expect(published?.message).toContain(`Not restored:\n- ${mfa}`);
    expect(published?.message).toContain('- removal of policy AWSDenyAll');
    expect(marksOf(it)).toEqual(
      expect.arrayContaining(['restored-permissions', 'restored-deny', 'restored']),
    );

    // What someone removes after that stays removed, whatever happens to the marks.
    account.parameters.get(recordName)?.tags.clear();
    account.parameters.get(recordName)?.tags.set('applied', 'x');
    frank.groups = [];
    frank.attachedPolicies?.push('AWSDenyAll');
    const state = structuredClone(frank);
    const again = await local.restore(frank.userId, everything);
    expect(output(again, 'Decision.Outcome')).toBe('NothingRestorable');
    expect(output(again, 'Decision.NotRestored')).toContain('group group,0: was restored before');
    expect(frank).toEqual(state);
  });

  it('that gives back only permissions puts an event that names them and fits its schema', async () => {
    const it = await retired({ accessKeys: [] });
    const done = await it.local.restore(it.frank.userId);
    expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
    const events = it.account.events.filter(
      (event) => event['detail-type'] === 'Credentials Restored',
    );
    expect(events.map((event) => problemsOfEvent({ ...event }))).toEqual([[]]);
    expect(events[0]?.detail).toMatchObject({
      ...{ credentials: [], complete: false },
      permissions: [
        ...['group admins', 'group readers'],
        'attached policy arn:aws:iam::aws:policy/ReadOnlyAccess',
        'attached policy arn:aws:iam::123456789012:policy/team/Books',
        ...['inline policy own', 'removal of policy AWSDenyAll'],
      ],
    });
  });

  it('detaches AWSDenyAll last, after everything else is back', async () => {
    const it = await retired();
    const states: unknown[] = [];
    const before = () => void states.push(structuredClone(it.frank));
    it.local.aws.faults.push({ operation: 'DetachUserPolicy', before });
    await it.local.restore(it.frank.userId, everything);
    expect(states).toHaveLength(1);
    const [state] = states as LocalUser[];
    expect(state?.attachedPolicies).toContain('AWSDenyAll');
    expect(state?.attachedPolicies).toHaveLength(3);
    expect(state?.accessKeys.map(({ status }) => status)).toEqual(['Active', 'Active']);
    expect(state?.loginProfile).toBeDefined();
    expect(it.frank.attachedPolicies).not.toContain('AWSDenyAll');
  });

  it('restores the credentials and leaves AWSDenyAll attached while a permission is missing, and continues when run again', async () => {
    const it = await retired();
    it.local.aws.faults.push(deny('AttachUserPolicy'));
    const done = await it.local.restore(it.frank.userId, everything);
    expect(done.status).toBe('Failed');
    expect(done.failureMessage).toContain('attached policy arn:aws:iam::aws:policy/ReadOnlyAccess');
    expect(it.frank.attachedPolicies).toEqual(['AWSDenyAll']);
    expect(it.frank.groups).toHaveLength(2);
    const keys = it.frank.accessKeys.map(({ accessKeyId }) => `restored-${accessKeyId}`);
    expect(marksOf(it)).toEqual(['applied', ...keys, 'restored-password']);
    expect(it.frank.accessKeys.map(({ status }) => status)).toEqual(['Active', 'Active']);
    it.local.aws.faults.splice(0);
    const again = await it.local.restore(it.frank.userId, everything);
    expect(again.status).toBe('Success');
    isWhole(it);
  });

  it('reports what no longer exists or was replaced, and gives back the rest', async () => {
    const it = await retired();
    it.account.groups?.delete('admins');
    it.account.customerPolicies?.clear();
    const others = { name: 'own', document: '{"Version":"2012-10-17","Statement":[]}' };
    it.frank.inlinePolicies = [others];
    const done = await it.local.restore(it.frank.userId, everything);
    expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
    expect(it.frank).toMatchObject({
      ...{ groups: ['readers'], attachedPolicies: ['ReadOnlyAccess'], inlinePolicies: [others] },
    });
    const gone = 'no longer exists or cannot be attached, and cannot be restored';
    expect(done.outputs['Decision.NotRestored']).toEqual([
      `group admins: ${gone}`,
      `attached policy arn:aws:iam::123456789012:policy/team/Books: ${gone}`,
      'inline policy own: someone has since created another policy with this name; it is left unchanged',
      `${mfa}: was deactivated, and cannot be restored; the user must register it again`,
    ]);
    expect(marksOf(it)).toContain('restored');
  });

  it('leaves AWSDenyAll that someone attached before the retirement', async () => {
    const it = await retired(
      { attachedPolicies: ['AWSDenyAll'] },
      { denyAttached: false, removes: { attachedPolicies: [] } },
    );
    const done = await it.local.restore(it.frank.userId, everything);
    expect(done.status).toBe('Success');
    isWhole(it);
    expect(done.outputs['Decision.NotRestored']).toContain(
      'removal of policy AWSDenyAll: someone attached the policy before the retirement; it is left attached',
    );
  });

  it('says which retirement attached AWSDenyAll, although the one to restore found it attached', async () => {
    const failed = '66666666-2222-4333-8444-555555555555';
    const nothing = { groups: [], attachedPolicies: [], inlinePolicies: [], mfaDevices: [] };
    const it = await retired({}, { executionId: failed, applied: false, removes: nothing });
    retire(it.local, it.frank, { denyAttached: false, removes: { attachedPolicies: [] } });
    it.local.now += 11 * 60_000;

    const one = await it.local.restore(it.frank.userId, { RevocationId: retirementId });
    expect([one.status, output(one, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
    expect(it.frank.groups).toEqual(['admins', 'readers']);
    expect(output(one, 'Decision.StaysOff')).toContain(
      `removal of policy AWSDenyAll: revocation ${failed} is not the requested one`,
    );
    const all = await it.local.restore(it.frank.userId, everything);
    expect(output(all, 'Decision.NotRestored')).toContain(
      `removal of policy AWSDenyAll: revocation ${failed} did not finish`,
    );
    await it.local.restore(it.frank.userId, { ...everything, IncludeUnconfirmed: 'true' });
    isWhole(it);
  });

  it('of one access key also gives back permissions, and says so', async () => {
    const it = await retired();
    const [first, second] = it.frank.accessKeys;
    const AccessKeyId = first?.accessKeyId ?? '';
    const done = await it.local.restore(it.frank.userId, { AccessKeyId });
    expect([first?.status, second?.status]).toEqual(['Active', 'Inactive']);
    expect(it.frank.groups).toEqual(['admins', 'readers']);
    expect(it.frank.attachedPolicies).not.toContain('AWSDenyAll');
    expect(output(done, 'Decision.Reason')).toContain(
      'permissions are also restored and AWSDenyAll is detached, because otherwise the access key is of no use',
    );
    expect(marksOf(it)).not.toContain('restored');
    await it.local.restore(it.frank.userId, everything);
    isWhole(it);
    expect(marksOf(it)).toContain('restored');
  });

  it('whose record somebody marked as restored says that AWSDenyAll is attached, until the mark is removed', async () => {
    const it = await retired({ accessKeys: [], loginProfile: undefined });
    it.account.parameters.get(it.recordName)?.tags.set('restored', '2026-11-21T07:30:00Z');
    const done = await it.local.restore(it.frank.userId, everything);
    expect([done.status, output(done, 'Decision.Outcome')]).toEqual([
      'Success',
      'NothingRestorable',
    ]);
    expect(output(done, 'Decision.Reason')).toContain(
      `removal of policy AWSDenyAll: was restored before, according to record ${it.recordName}`,
    );
    expect(output(done, 'Decision.StaysOff')).toContain('removal of policy AWSDenyAll');
    it.account.parameters.get(it.recordName)?.tags.delete('restored');
    await it.local.restore(it.frank.userId, everything);
    isWhole(it);
  });

  it('together with an earlier revocation gives back both', async () => {
    const it = await retired({ ...unused(), accessKeys: [accessKey(300, 90)] });
    // The revocation before the retirement.
    const other = accessKey(200, 80);
    it.frank.accessKeys.push(other);
    await it.local.revoke(it.frank.userId);
    it.local.now += 11 * 60_000;
    const done = await it.local.restore(it.frank.userId, everything);
    expect(done.status).toBe('Success');
    expect(it.frank.accessKeys.map(({ status }) => status)).toEqual(['Active', 'Active']);
    expect(it.frank.groups).toEqual(['admins', 'readers']);
    const records = [...it.account.parameters].filter(([name]) => name.includes('/records/'));
    expect(records.map(([, { tags }]) => tags.has('restored'))).toEqual([true, true]);
  });

  it('of an unfinished retirement gives back only what its history or IncludeUnconfirmed confirms', async () => {
    const it = await retired({}, { applied: false });
    const step = (Api: string, rest: Record<string, string>): LocalExecution['steps'][number] => ({
      ...{ name: Api, action: 'aws:executeAwsApi', status: 'Success', start: 0, outputs: {} },
      inputs: { Service: 'iam', Api, ...rest },
    });
    it.account.automation.executions.set(retirementId, {
      ...{ id: retirementId, documentName: 'UnusedIamCredentials-Retire', status: 'Failed' },
      ...{ start: 0, outputs: {}, parameters: {} },
      steps: [
        step('AttachUserPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' }),
        step('RemoveUserFromGroup', { GroupName: 'admins' }),
      ],
    });
    await it.local.restore(it.frank.userId);
    expect(it.frank).toMatchObject({ groups: ['admins'], attachedPolicies: [] });
    await it.local.restore(it.frank.userId, { ...everything, IncludeUnconfirmed: 'true' });
    isWhole(it);
  });

  it('does not give back a group and a policy that were deleted and created again, and says what to do', async () => {
    const it = await retired();
    const books = 'arn:aws:iam::123456789012:policy/team/Books';
    it.account.groups?.set('admins', { path: '/', createDate: 1 });
    it.account.customerPolicies?.set(books, { createDate: 1 });
    const done = await it.local.restore(it.frank.userId, everything);
    expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
    expect(it.frank).toMatchObject({
      ...{ groups: ['readers'], attachedPolicies: ['ReadOnlyAccess'] },
    });
    expect(done.outputs['Decision.NotRestored']).toEqual([
      expect.stringMatching(/^group admins: .* has another ID\); .* add the user by hand$/u),
      expect.stringMatching(new RegExp(`^attached policy ${books}: .* attach it by hand$`, 'u')),
      expect.stringContaining(mfa),
    ]);
    expect(output(done, 'Decision.StaysOff')).toContain(
      'group admins: someone has since created another group',
    );
    expect(marksOf(it)).toContain('restored');
  });

  it('gives back groups and policies of a record without IDs by their names, and says so', async () => {
    const admins = { name: 'admins', id: null };
    const it = await retired({}, { removes: { groups: [admins] } });
    it.account.groups?.set('admins', { path: '/', createDate: 1 });
    const done = await it.local.restore(it.frank.userId, everything);
    expect(it.frank.groups).toContain('admins');
    expect(output(done, 'Decision.Reason')).toMatch(
      /an earlier version recorded no IDs, so these are restored by name, .*: group admins;/u,
    );
  });

  describe('with a damaged part', () => {
    const part = ({ frank }: RetiredCase, number: number) =>
      `/unused-iam-credentials/retirements/${frank.userId}/${retirementId}/${number}`;

    /** Its inline policies are in the parts 2 and 3; a part that is too long for one parameter is in two. */
    const inParts = () =>
      retired({
        inlinePolicies: [
          { name: 'long', document: spaced(1).document.padEnd(4_000) },
          { name: 'own', document: `{"Version":"2012-10-17","Statement":[]}`.padEnd(1_000) },
        ],
      });

    it.each<[string, string, (it: RetiredCase, name: string) => void]>([
      [
        'overwritten by somebody',
        `it was overwritten; written by ${retireSession} and ${mallory}`,
        ({ account }, name) => {
          const [first, ...others] = account.parameters.get(name)?.versions ?? [];
          if (first === undefined || others.length > 0) throw new Error('Expected one version');
          const value = Buffer.from('{"groups":["owners"]}').toString('base64url');
          account.parameters
            .get(name)
            ?.versions.push({ ...first, version: 2, value, user: mallory });
        },
      ],
      ['deleted', 'it is missing', ({ account }, name) => void account.parameters.delete(name)],
    ])(
      'that was %s, restores the credentials and the other parts, leaves AWSDenyAll, names what is lost, and alerts',
      async (_, why, damage) => {
        const it = await inParts();
        const name = part(it, 3);
        damage(it, name);
        it.account.published.splice(0);
        const done = await it.local.restore(it.frank.userId, everything);
        expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
        expect(it.frank.accessKeys.map(({ status }) => status)).toEqual(['Active', 'Active']);
        expect(it.frank.loginProfile).toBeDefined();
        expect(it.frank.groups).toEqual(it.before.groups);
        expect(it.frank.attachedPolicies?.toSorted()).toEqual(
          [...(it.before.attachedPolicies ?? []), 'AWSDenyAll'].toSorted(),
        );
        expect(it.frank.inlinePolicies?.map((policy) => policy.name)).toEqual(['own']);

        const lost = `inline policy long: parameter ${name} is not genuine`;
        const kept = `removal of policy AWSDenyAll: parameter ${name} is not genuine`;
        for (const text of ['Decision.NotRestored', 'Decision.StaysOff', 'Result.Reason']) {
          expect(done.outputs[text]?.join()).toContain(lost);
          expect(done.outputs[text]?.join()).toContain(kept);
        }
        expect(done.outputs['Decision.ToRestore']).not.toContain('removal of policy AWSDenyAll');
        const [alert, message] = it.account.published;
        expect(alert?.subject).toBe(`Record of a retirement is damaged: ${it.frank.userId}`);
        expect(alert?.message).toContain(`${name}: ${why}\n`);
        expect(message?.message).toContain(lost);
        expect(message?.message).toContain(kept);
        expect(it.local.log.filter((line) => line['alert'] === true)).toHaveLength(1);
        expect(it.account.events.map((event) => event['detail-type'])).toContain(
          'Revocation Refused',
        );
        expect(marksOf(it)).not.toContain('restored');

        // Run again, it changes nothing. Once a person has detached AWSDenyAll, the record is done.
        const state = structuredClone(it.frank);
        const again = await it.local.restore(it.frank.userId, everything);
        expect(output(again, 'Decision.Outcome')).toBe('NothingRestorable');
        expect(output(again, 'Decision.Reason')).toContain(lost);
        expect(it.frank.attachedPolicies).toEqual(state.attachedPolicies);
        it.frank.attachedPolicies = it.before.attachedPolicies;
        await it.local.restore(it.frank.userId, everything);
        expect(marksOf(it)).toContain('restored');
      },
    );

    it('also of a record of an earlier version, which does not say what is lost', async () => {
      const it = await retired();
      asOfEarlierVersion(it);
      it.account.parameters.delete(part(it, 1));
      const done = await it.local.restore(it.frank.userId, everything);
      expect(output(done, 'Result.Outcome')).toBe('Partial');
      expect(it.frank).toMatchObject({ groups: [], attachedPolicies: ['AWSDenyAll'] });
      expect(it.frank.accessKeys.map(({ status }) => status)).toEqual(['Active', 'Active']);
      expect(output(done, 'Decision.NotRestored')).toContain(
        `permissions in ${part(it, 1)}: parameter ${part(it, 1)} is not genuine (it is missing)`,
      );
    });

    it('does not hold up the restoration of another revocation of the user', async () => {
      const it = await retired({ ...unused(), accessKeys: [accessKey(300, 90)] });
      const other = accessKey(200, 80);
      it.frank.accessKeys.push(other);
      const { id } = await it.local.revoke(it.frank.userId);
      it.account.parameters.delete(part(it, 1));
      it.local.now += 11 * 60_000;
      const done = await it.local.restore(it.frank.userId, { RevocationId: id });
      expect([done.status, other.status]).toEqual(['Success', 'Active']);
      expect(it.account.parameters.get(recordOf(it.frank, id))?.tags.has('restored')).toBe(true);
    });
  });

  it('of a record of an earlier version gives back everything', async () => {
    const it = await retired();
    asOfEarlierVersion(it);
    await it.local.restore(it.frank.userId, everything);
    isWhole(it);
  });

  it('names a retirement that is not the requested one, and leaves its permissions', async () => {
    const it = await retired();
    const earlier = '66666666-2222-4333-8444-555555555555';
    const removes = { attachedPolicies: [] };
    retire(it.local, it.frank, { executionId: earlier, denyAttached: false, removes });
    it.local.now += 11 * 60_000;
    const done = await it.local.restore(it.frank.userId, { RevocationId: earlier });
    expect(output(done, 'Decision.Outcome')).toBe('NothingRestorable');
    expect(output(done, 'Decision.NotRestored')).toContain(
      `group admins: revocation ${retirementId} is not the requested one`,
    );
    expect(it.frank.attachedPolicies).toEqual(['AWSDenyAll']);
  });
});
