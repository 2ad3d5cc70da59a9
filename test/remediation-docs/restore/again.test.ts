import { expect, it } from 'vitest';
import { day } from '../../builders/account.ts';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { isMarked, output } from '../restoration-views.ts';
import { ask, running } from '../running-restoration.ts';

const asked = { RestorePassword: 'true' };
const minute = 60_000;
const statuses = ({ frank }: RestorationCase) => frank.accessKeys.map(({ status }) => status);
const tagsOf = ({ account, recordName }: RestorationCase) => [
  ...(account.parameters.get(recordName)?.tags.keys() ?? []),
];

it('after a stale read of IAM right after the revocation, the keys are read again', async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  local.now -= 9 * minute;
  const [first, second] = frank.accessKeys;
  const show = (status: 'Active' | 'Inactive') => {
    for (const key of [first, second]) if (key) key.status = status;
  };
  // The first read shows the keys before the revocation, the next one after it.
  aws.faults.push({ operation: 'ListAccessKeys', times: 1, before: () => show('Active') });
  aws.faults.push({ operation: 'GetUser', times: 1, before: () => show('Inactive') });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(statuses(found)).toEqual(['Active', 'Active']);
});

it('a user with 49 tags, including the tag of the revocation, can be restored', async () => {
  const found = await revoked();
  const { local, frank } = found;
  for (let index = 0; index < 48; index += 1) frank.tags.push({ Key: `own-${index}`, Value: 'x' });
  expect(frank.tags).toHaveLength(49);
  const done = await local.restore(frank.userId);
  expect([done.status, statuses(found)]).toEqual(['Success', ['Active', 'Active']]);
  expect(frank.tags).toHaveLength(49);
});

it('a user with 50 tags cannot be restored: the execution fails and names the limit', async () => {
  const found = await revoked();
  const { local, frank } = found;
  for (let index = 0; index < 49; index += 1) frank.tags.push({ Key: `own-${index}`, Value: 'x' });
  const done = await local.restore(frank.userId);
  expect([done.status, statuses(found)]).toEqual(['Failed', ['Inactive', 'Inactive']]);
  expect(done.failureMessage).toMatch(/^Step BindUser failed: .*\(LimitExceeded\).*limited to 50/u);
  expect(frank.tags).toHaveLength(50);
});

it('keys that were restored and then deactivated by someone stay inactive when the password is restored', async () => {
  const found = await revoked();
  const { local, frank } = found;
  await local.restore(frank.userId);
  expect(statuses(found)).toEqual(['Active', 'Active']);
  expect([tagsOf(found), isMarked(found)]).toEqual([
    ['applied', ...frank.accessKeys.map(({ accessKeyId }) => `restored-${accessKeyId}`)],
    false,
  ]);
  for (const key of frank.accessKeys) key.status = 'Inactive';
  local.now += 5 * day;
  const done = await local.restore(frank.userId, asked);
  expect(statuses(found)).toEqual(['Inactive', 'Inactive']);
  expect(output(done, 'Decision.NotRestored')).toContain('was restored before');
  expect(frank.loginProfile).toBeDefined();
  expect(isMarked(found)).toBe(true);
});

it('a password that was issued and used by someone else, and deleted since, is not issued again', async () => {
  const found = await revoked();
  const { local, frank } = found;
  local.now += 20 * day;
  frank.passwordLastUsed = local.now - day;
  const done = await local.restore(frank.userId, asked);
  expect(output(done, 'Decision.NotRestored')).toContain('password: a new one was used');
  expect(frank.loginProfile).toBeUndefined();
});

it('a password that someone issues during the restoration is not claimed as issued', async () => {
  const found = await revoked();
  const { local, account, aws, frank } = found;
  const at = local.now;
  const issue = () => {
    frank.loginProfile = { createDate: at, lastChanged: at, passwordResetRequired: true };
  };
  aws.faults.push({ operation: 'CreateLoginProfile', times: 1, before: issue });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(output(done, 'Result.Restored')).not.toContain('password');
  expect(output(done, 'Result.NotRestored')).toContain('that this restoration did not issue');
  const message = account.published.at(-1)?.message;
  expect(message).not.toContain('The new password is in the secret');
  expect(message).toContain('Not restored:\n- password');
  const [secret] = account.secrets.values();
  expect(secret?.versions.flatMap(({ stages }) => stages)).not.toContain(done.id);
});

it('a user who is quarantined during the restoration does not get a password', async () => {
  const { local, account, aws, frank } = await revoked();
  const quarantine = () => {
    frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV3'];
  };
  aws.faults.push({ operation: 'UntagUser', times: 1, before: quarantine });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Failed');
  expect([frank.loginProfile, account.secrets.size]).toEqual([undefined, 0]);
  const alerts = local.log.filter(({ alert }) => alert === true);
  expect(alerts).toMatchObject([{ reason: expect.stringContaining('QuarantineV3') }]);
});

it('issue-password refuses, like the plan, if a password was issued, used and deleted since', async () => {
  const found = await revoked();
  running(found);
  found.frank.passwordLastUsed = found.local.now + 3_600_000;
  await expect(ask(found)).rejects.toMatchObject({
    name: 'RefusedError',
    message: expect.stringContaining('a new one was used'),
  });
  expect(found.local.log.filter(({ alert }) => alert === true)).toHaveLength(1);
});

const off = ({ frank }: RestorationCase) => {
  for (const key of frank.accessKeys) key.status = 'Inactive';
};

it('a single key that was restored and then deactivated by someone stays inactive', async () => {
  const found = await revoked();
  const { local, frank } = found;
  const [first, second] = frank.accessKeys;
  await local.restore(frank.userId, { AccessKeyId: first?.accessKeyId ?? '' });
  expect(statuses(found)).toEqual(['Active', 'Inactive']);
  off(found);
  local.now += 5 * day;
  const done = await local.restore(frank.userId);
  expect(statuses(found)).toEqual(['Inactive', 'Active']);
  expect(output(done, 'Result.Restored')).toBe(`access key ${second?.accessKeyId}`);
});

it('restored keys that were deactivated since stay inactive when the failed password is issued', async () => {
  const found = await revoked();
  const { local, frank } = found;
  const { readerRoleArn } = local;
  local.readerRoleArn = '';
  const failed = await local.restore(frank.userId, asked);
  expect([failed.status, statuses(found)]).toEqual(['Failed', ['Active', 'Active']]);
  expect(failed.failureMessage).toContain('Not restored for user frank');
  off(found);
  local.readerRoleArn = readerRoleArn;
  const done = await local.restore(frank.userId, asked);
  expect([done.status, statuses(found)]).toEqual(['Success', ['Inactive', 'Inactive']]);
  expect(frank.loginProfile).toBeDefined();
});

it('what an unfinished revocation recorded is restored once, even minutes later', async () => {
  const found = await revoked();
  const { local, account, frank, recordName } = found;
  account.parameters.get(recordName)?.tags.delete('applied');
  local.now -= 8 * minute;
  const all = { ...asked, IncludeUnconfirmed: 'true' };
  const done = await local.restore(frank.userId, all);
  expect([done.status, statuses(found), isMarked(found)]).toEqual([
    'Success',
    ['Active', 'Active'],
    true,
  ]);
  off(found);
  frank.loginProfile = undefined;
  const again = await local.restore(frank.userId, all);
  expect(output(again, 'Decision.Outcome')).toBe('NothingRestorable');
  expect([statuses(found), frank.loginProfile]).toEqual([['Inactive', 'Inactive'], undefined]);
});

it('what a running revocation recorded is not restored', async () => {
  const found = await revoked();
  const { local, account, frank, recordName, revocation } = found;
  account.parameters.get(recordName)?.tags.delete('applied');
  account.automation.executions.set(revocation.id, { ...revocation, status: 'InProgress' });
  const done = await local.restore(frank.userId, { ...asked, IncludeUnconfirmed: 'true' });
  expect(output(done, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(output(done, 'Decision.Reason')).toContain('is still running');
  expect(isMarked(found)).toBe(false);
});
