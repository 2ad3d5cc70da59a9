import { expect, it } from 'vitest';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { currentSecrets, isMarked, output, statusesOf } from '../restoration-views.ts';

const asked = { RestorePassword: 'true' };

/** Goes back to a minute after the revocation. */
async function justRevoked(): Promise<RestorationCase> {
  const found = await revoked();
  found.local.now -= 9 * 60_000;
  return found;
}

/** Every read shows the login profile that was deleted, until there is a new one. */
function showOldPassword({ aws, frank, before }: RestorationCase): void {
  const { loginProfile: old } = before;
  const show = () => {
    frank.loginProfile ??= old;
  };
  const hide = () => {
    if (frank.loginProfile === old) frank.loginProfile = undefined;
  };
  aws.faults.push({ operation: 'GetLoginProfile', before: show });
  aws.faults.push({ operation: 'GetUser', before: hide });
}

it('a login profile with the recorded date is the deleted one: a new password is issued', async () => {
  const found = await justRevoked();
  const { local, account, frank, before } = found;
  showOldPassword(found);
  const done = await local.restore(frank.userId, asked);
  expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Restored']);
  expect(frank.loginProfile?.createDate).not.toBe(before.loginProfile?.createDate);
  const { password } = frank.loginProfile ?? {};
  expect(currentSecrets(account)).toEqual([{ userName: 'frank', password }]);
});

it('the answer of CreateLoginProfile decides, so a login profile that exists stays', async () => {
  const found = await justRevoked();
  const { local, account, frank, before, recordName } = found;
  account.parameters.get(recordName)?.tags.clear();
  frank.loginProfile = structuredClone(before.loginProfile);
  const done = await local.restore(frank.userId, { ...asked, IncludeUnconfirmed: 'true' });
  expect(done.status).toBe('Success');
  expect(frank.loginProfile).toEqual(before.loginProfile);
  expect(output(done, 'Result.Restored')).not.toContain('password');
  expect(output(done, 'Result.NotRestored')).toContain('that this restoration did not issue');
});

it('keys that still look active for some seconds are read again, and restored', async () => {
  const found = await justRevoked();
  const { local, aws, frank } = found;
  const until = local.now + 10_000;
  const show = (status: 'Active' | 'Inactive') => () => {
    if (local.now < until) for (const key of frank.accessKeys) key.status = status;
  };
  aws.faults.push({ operation: 'ListAccessKeys', before: show('Active') });
  aws.faults.push({ operation: 'GetUser', before: show('Inactive') });
  const done = await local.restore(frank.userId, asked);
  expect([done.status, statusesOf(frank)]).toEqual(['Success', ['Active', 'Active']]);
  expect(output(done, 'Decision.ToRestore')).toContain('access key');
});

it('keys that someone reactivated are not waited for longer than a minute', async () => {
  const found = await justRevoked();
  const { local, frank } = found;
  for (const key of frank.accessKeys) key.status = 'Active';
  const start = local.now;
  const done = await local.restore(frank.userId);
  expect(output(done, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(output(done, 'Decision.NotRestored')).toContain('is already Active');
  expect(local.now - start).toBeLessThan(60_000);
  expect(isMarked(found)).toBe(false);
});
