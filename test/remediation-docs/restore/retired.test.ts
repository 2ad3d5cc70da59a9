import { describe, expect, it, onTestFinished } from 'vitest';
import { createAccount, type LocalExecution, type LocalUser } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { accessKey } from '../../builders/account.ts';
import { startRemediation } from '../../builders/remediation.ts';
import { mallory, recordOf, unused } from '../restoration-case.ts';
import { output } from '../restoration-views.ts';
import {
  type RetiredCase,
  retire,
  retired,
  retirementId,
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

describe('a restoration of a retired user', () => {
  it('gives back exactly the state before the document retired them, but for MFA devices and the old password', async () => {
    const policies = numbered(5, (index) => `arn:aws:iam::123456789012:policy/team/P${index}`);
    const account = createAccount();
    const frank = userWithPermissions(account, {
      ...{ path: '/team/one/', permissionsBoundary: 'arn:aws:iam::123456789012:policy/Boundary' },
      groups: numbered(10, (index) => `group,${index}`),
      attachedPolicies: [...policies, ...numbered(5, (index) => `job-function-${index}`)],
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
    expect(published?.message).toContain(`Stays off: ${mfa}`);
    expect(published?.message).toContain('- removal of policy AWSDenyAll');
    expect(marksOf(it)).toEqual(
      expect.arrayContaining(['restored-permissions', 'restored-deny', 'restored']),
    );

    // What someone takes after that stays taken, whatever becomes of the marks.
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

  it('leaves AWSDenyAll attached while a permission is missing, and goes on when run again', async () => {
    const it = await retired();
    it.local.aws.faults.push(deny('AttachUserPolicy'));
    const done = await it.local.restore(it.frank.userId, everything);
    expect(done.status).toBe('Failed');
    expect(done.failureMessage).toContain('attached policy arn:aws:iam::aws:policy/ReadOnlyAccess');
    expect(it.frank.attachedPolicies).toEqual(['AWSDenyAll']);
    expect(it.frank.groups).toHaveLength(2);
    expect(marksOf(it)).toEqual(['applied']);
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
      'inline policy own: the user has another policy of this name, which someone made since; it is left unchanged',
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

  it('of one access key also gives back permissions, and says so', async () => {
    const it = await retired();
    const [first, second] = it.frank.accessKeys;
    const AccessKeyId = first?.accessKeyId ?? '';
    const done = await it.local.restore(it.frank.userId, { AccessKeyId });
    expect([first?.status, second?.status]).toEqual(['Active', 'Inactive']);
    expect(it.frank.groups).toEqual(['admins', 'readers']);
    expect(it.frank.attachedPolicies).not.toContain('AWSDenyAll');
    expect(output(done, 'Decision.Reason')).toContain(
      'permissions and AWSDenyAll are restored too, because the access key is of no use without that',
    );
    expect(marksOf(it)).not.toContain('restored');
    await it.local.restore(it.frank.userId, everything);
    isWhole(it);
    expect(marksOf(it)).toContain('restored');
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

  it('is refused before any change if a part of what was removed is not genuine', async () => {
    const it = await retired();
    const name = `/unused-iam-credentials/retirements/${it.frank.userId}/${retirementId}/1`;
    for (const version of it.account.parameters.get(name)?.versions ?? []) version.user = mallory;
    const state = structuredClone(it.frank);
    const done = await it.local.restore(it.frank.userId, everything);
    expect([done.status, output(done, 'Decision.Outcome')]).toEqual(['Failed', 'Refused']);
    expect(output(done, 'Decision.Reason')).toBe(
      `${name} is not a genuine record: it was not written by the role that retires; written by ${mallory}`,
    );
    expect(it.frank).toEqual(state);
    expect(it.local.log.filter(({ alert }) => alert === true)).toHaveLength(1);
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
