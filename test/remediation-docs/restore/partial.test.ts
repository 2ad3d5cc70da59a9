import { expect, it } from 'vitest';
import { formatInstant } from '../../../rule/core/instant.ts';
import { accessKey, day } from '../../builders/account.ts';
import { forget, revoked } from '../restoration-case.ts';
import { output, statusesOf } from '../restoration-views.ts';

it('a restoration without the password is Partial, and says what stays off and which option includes it', async () => {
  const { local, account, frank } = await revoked();
  const done = await local.restore(frank.userId);
  const off = 'password: deleted; use RestorePassword (--password) to issue a new one';
  expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
  expect(output(done, 'Decision.StaysOff')).toBe(off);
  for (const name of ['Decision.Reason', 'Result.Reason']) {
    expect(output(done, name)).toContain(`; not restored: ${off}`);
  }
  expect(account.published).toMatchObject([{ message: expect.stringContaining(off) }]);
});

it('a restoration of everything is Restored, and leaves nothing off', async () => {
  const { local, frank } = await revoked();
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(output(done, 'Result.Outcome')).toBe('Restored');
  expect(output(done, 'Decision.StaysOff')).toBe('None');
});

it('a deployment that cannot issue passwords restores the keys, and says how to create a password', async () => {
  const { local, frank } = await revoked();
  local.settings = { ...local.settings, passwords: 'ByHand' };
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(output(done, 'Decision.StaysOff')).toBe(
    'password: deleted; this deployment cannot issue a new one, so create one by hand: aws iam create-login-profile',
  );
  expect(done.steps.map(({ name }) => name)).not.toContain('IssuePassword');
});

it('All leaves out old records and says how to include them; a named revocation or key has no age limit', async () => {
  const { local, frank, revocation } = await revoked();
  const [first] = frank.accessKeys;
  local.now += 400 * day;
  const all = await local.restore(frank.userId);
  expect(output(all, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(output(all, 'Decision.Reason')).toContain(
    `revocation ${revocation.id} is older than MaxRecordAgeDays (--max-record-age-days), 90; ` +
      'name it with RevocationId (--revocation) to restore it',
  );
  const key = await local.restore(frank.userId, { AccessKeyId: first?.accessKeyId ?? '' });
  expect([key.status, ...statusesOf(frank)]).toEqual(['Success', 'Active', 'Inactive']);
  expect(output(key, 'Decision.StaysOff')).toContain('is older than MaxRecordAgeDays');
  const named = { RevocationId: revocation.id, RestorePassword: 'true' };
  const done = await local.restore(frank.userId, named);
  expect([done.status, ...statusesOf(frank)]).toEqual(['Success', 'Active', 'Active']);
  expect(frank.loginProfile).toBeDefined();
});

it('restores by step history what a crashed revocation revoked, and says that the rest was not confirmed', async () => {
  const { local, account, frank } = await revoked();
  await local.restore(frank.userId, { RestorePassword: 'true' });
  frank.tags = [];
  local.now += 60 * day;
  account.automation.stopAfter = 'DeactivateFirstAccessKey';
  const cut = await local.revoke(frank.userId);
  expect([cut.status, ...statusesOf(frank)]).toEqual(['Cancelled', 'Inactive', 'Active']);
  account.automation.stopAfter = undefined;
  local.now += day;
  const [, second] = frank.accessKeys;
  if (second) second.status = 'Inactive';
  const done = await local.restore(frank.userId);
  expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Partial']);
  expect(statusesOf(frank)).toEqual(['Active', 'Inactive']);
  expect(output(done, 'Decision.StaysOff')).toContain(
    `access key ${second?.accessKeyId}: revocation ${cut.id} did not finish`,
  );
});

it('issues a password by step history, after a revocation that crashed when the password was deleted', async () => {
  const { local, account, frank } = await revoked();
  await local.restore(frank.userId, { RestorePassword: 'true' });
  frank.tags = [];
  local.now += 60 * day;
  account.automation.stopAfter = 'DeletePassword';
  await local.revoke(frank.userId);
  expect(frank.loginProfile).toBeUndefined();
  account.automation.stopAfter = undefined;
  local.now += day;
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Restored']);
  expect(frank.loginProfile).toBeDefined();
});

it("the message's command restores what all revocations of the user revoked", async () => {
  const found = await revoked({ user: { accessKeys: [accessKey(300, 90), accessKey(300, 1)] } });
  const { local, account, frank } = found;
  frank.tags = [];
  local.now += 50 * day;
  forget(local);
  const second = await local.revoke(frank.userId);
  expect([second.status, ...statusesOf(frank)]).toEqual(['Success', 'Inactive', 'Inactive']);
  const [message] = account.published.map((each) => each.message);
  const [, text = ''] = /--parameters (\S+)/u.exec(message ?? '') ?? [];
  const parameters = Object.fromEntries(text.split(',').map((pair) => pair.split('=')));
  const done = await local.restore(frank.userId, parameters);
  expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Restored']);
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
});

it('says how to close a record whose password someone issued, and deleted after it was used', async () => {
  const { local, frank, recordName } = await revoked();
  frank.passwordLastUsed = local.now + day;
  local.now += 2 * day;
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(output(done, 'Decision.StaysOff')).toContain(
    `to close the record, run: aws ssm add-tags-to-resource --resource-type Parameter --resource-id ${recordName} --tags Key=restored,Value=${formatInstant(frank.passwordLastUsed)}`,
  );
});
