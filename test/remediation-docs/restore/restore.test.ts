import { expect, it } from 'vitest';
import { accessKey, password } from '../../builders/account.ts';
import { forget, revoked, withoutTags } from '../restoration-case.ts';
import { changes, currentSecrets, isMarked, output, statusesOf } from '../restoration-views.ts';

const notRestored = 'Decision.NotRestored';

it('restores exactly what was revoked, and leaves every other credential unchanged', async () => {
  const [unusedKey, keptKey] = [accessKey(300, 90), accessKey(200, 1)];
  const { local, frank, before, account, recordName } = await revoked({
    user: { ...password(400, 100), accessKeys: [unusedKey, keptKey] },
  });
  expect(statusesOf(frank)).toEqual(['Inactive', 'Active']);
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(done.status).toBe('Success');
  const { loginProfile, ...others } = withoutTags(frank);
  const { loginProfile: _, ...othersBefore } = before;
  expect(others).toEqual(othersBefore);
  expect(loginProfile).toMatchObject({ passwordResetRequired: true });
  expect(output(done, 'Result.Restored')).toBe(
    `access key ${unusedKey.accessKeyId}; password (a new one)`,
  );
  expect(changes(local.aws).filter((name) => name === 'UpdateAccessKey')).toHaveLength(1);
  expect(isMarked({ account, recordName })).toBe(true);
});

it('does not reactivate a key that was inactive before the revocation', async () => {
  const off = accessKey(250, 70, { status: 'Inactive' });
  const { local, frank, before } = await revoked({
    user: { ...password(400, 1), accessKeys: [off, accessKey(300, 90)] },
  });
  expect(statusesOf(frank)).toEqual(['Inactive', 'Inactive']);
  const done = await local.restore(frank.userId);
  expect(done.status).toBe('Success');
  expect(withoutTags(frank)).toEqual(before);
});

it('issues a password only with RestorePassword, and says so', async () => {
  const { local, frank, account } = await revoked();
  const done = await local.restore(frank.userId);
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(frank.loginProfile).toBeUndefined();
  expect(account.secrets.size).toBe(0);
  expect(output(done, notRestored)).toBe(
    'password: deleted; use RestorePassword (--password) to issue a new one',
  );
});

it('changes nothing and creates no second secret when run again', async () => {
  const { local, frank, account } = await revoked();
  await local.restore(frank.userId, { RestorePassword: 'true' });
  const state = structuredClone([frank, [...account.secrets], [...account.parameters]]);
  forget(local);
  const again = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(again.status).toBe('Success');
  expect(output(again, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(changes(local.aws)).toEqual([]);
  expect([frank, [...account.secrets], [...account.parameters]]).toEqual(state);
  expect(currentSecrets(account)).toHaveLength(1);
  expect(account.published).toEqual([]);
});

it('lists deleted keys as not restorable', async () => {
  const found = await revoked({
    user: { ...password(400, 1), accessKeys: [accessKey(300, 90)] },
    revoke: { AccessKeyAction: 'Delete' },
  });
  const { local, frank } = found;
  expect(frank.accessKeys).toEqual([]);
  const done = await local.restore(frank.userId);
  expect(done.status).toBe('Success');
  expect(output(done, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(output(done, notRestored)).toMatch(/access key AKIA\w+: deleted, and cannot be restored/);
  expect(changes(local.aws)).toEqual(['AddTagsToResource']);
  expect(isMarked(found)).toBe(true);
});

it('marks fully restored records if nothing is restorable, and does not tag the user', async () => {
  const found = await revoked();
  const { local, frank } = found;
  for (const key of frank.accessKeys) key.status = 'Active';
  Object.assign(frank, password(0));
  const tags = structuredClone(frank.tags);
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(output(done, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(changes(local.aws)).toEqual(['AddTagsToResource']);
  expect(isMarked(found)).toBe(true);
  expect(frank.tags).toEqual(tags);
});
