import { expect, it } from 'vitest';
import { day } from '../../builders/account.ts';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { isMarked, output } from '../restoration-views.ts';

const asked = { RestorePassword: 'true' };
const minute = 60_000;
const statuses = ({ frank }: RestorationCase) => frank.accessKeys.map(({ status }) => status);

const off = ({ frank }: RestorationCase) => {
  for (const key of frank.accessKeys) key.status = 'Inactive';
};

it('a single key that was given back and then deactivated by somebody stays so', async () => {
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

it('keys that were given back stay taken away where only the password had failed', async () => {
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

it('what an unfinished revocation recorded is given back once, minutes later as well', async () => {
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

it('what a revocation that is still running recorded is left alone', async () => {
  const found = await revoked();
  const { local, account, frank, recordName, revocation } = found;
  account.parameters.get(recordName)?.tags.delete('applied');
  account.automation.executions.set(revocation.id, { ...revocation, status: 'InProgress' });
  const done = await local.restore(frank.userId, { ...asked, IncludeUnconfirmed: 'true' });
  expect(output(done, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(output(done, 'Decision.Reason')).toContain('is still running');
  expect(isMarked(found)).toBe(false);
});
