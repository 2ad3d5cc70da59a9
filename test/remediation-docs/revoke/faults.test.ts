import { expect, it } from 'vitest';
import { deny, type Fault, throttle } from '../../../local-aws/faults.ts';
import {
  before,
  changes,
  ending,
  failures,
  keepInStep,
  recorded,
  recordsIn,
  startCase,
  usable,
} from '../revocation-case.ts';

const unmodifiable: Fault = {
  operation: 'DeleteLoginProfile',
  code: 'EntityTemporarilyUnmodifiable',
  status: 409,
  message: 'The entity is temporarily unmodifiable',
};

it('two simultaneous runs for one user revoke once, and both write a record', async () => {
  const { account, local, frank, key } = await startCase();
  keepInStep(local, 2);
  const begin = () => local.ended(local.start('revoke', { IAMResourceId: frank.userId }));
  const ends = await Promise.all([begin(), begin()]);
  expect(ends.map(ending)).toEqual(['Success Revoke', 'Success Revoke']);
  expect([usable(frank), key.status]).toEqual([[], 'Inactive']);
  const both = [key.accessKeyId, 'password'];
  expect(recorded(account)).toEqual([both, both]);
  expect(changes(local)).toContain('DeleteLoginProfile NoSuchEntity');
});

it('a second run for the same user finds nothing due', async () => {
  const { account, local, frank } = await startCase();
  await local.revoke(frank.userId);
  const [revoked, published] = [structuredClone(frank), account.published.length];
  local.aws.requests.reset();
  expect(ending(await local.revoke(frank.userId))).toBe('Success NothingDue');
  expect([changes(local), frank, account.published.length]).toEqual([[], revoked, published]);
});

it('a temporarily unmodifiable user is tried again', async () => {
  const { local, frank } = await startCase();
  local.aws.faults.push({ ...unmodifiable, times: 1 });
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(usable(frank)).toEqual([]);
});

it('a password that cannot be deleted fails the run, which names it; the next run completes', async () => {
  const { account, local, frank, key } = await startCase();
  local.aws.faults.push(unmodifiable);
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed Revoke');
  const still = `Still usable after the revocation of user frank (${frank.userId}): password.`;
  expect(done.failureMessage).toContain(still);
  expect(failures(done)['DeletePassword']).toContain('(EntityTemporarilyUnmodifiable)');
  expect(usable(frank)).toEqual(['password']);
  const [stored] = recordsIn(account);
  expect(done.failureMessage).toContain(`The record ${stored?.name} lists what was planned`);
  expect([recorded(account), stored?.tags]).toEqual([[[key.accessKeyId, 'password']], {}]);
  expect([frank.tags, account.published]).toEqual([[], []]);
  local.aws.faults.pop();
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect([usable(frank), recorded(account)[1]]).toEqual([[], ['password']]);
});

it('verification waits until IAM shows what was changed', async () => {
  const { account, local, frank } = await startCase();
  account.iamReadLagMs = 10_000;
  const done = await local.revoke(frank.userId);
  expect([ending(done), usable(frank)]).toEqual(['Success Revoke', []]);
  expect(recordsIn(account)[0]?.tags).toHaveProperty('applied');
});

it('verification polls for at least 30 seconds', async () => {
  const { account, local, frank } = await startCase();
  // Before this, the confirmation of the tag would fail.
  const lag = () => {
    account.iamReadLagMs = 31_000;
  };
  local.aws.faults.push(before('UpdateAccessKey', lag));
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
});

it('a change that IAM does not show for minutes is not confirmed, and the run fails', async () => {
  const { account, local, frank, key } = await startCase();
  account.iamReadLagMs = 600_000;
  account.tagLagMs = { reads: 0, authorization: 0 };
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed Revoke');
  const late = `Not confirmed yet for user frank (${frank.userId}): access key ${key.accessKeyId}, password.`;
  expect(done.failureMessage).toContain(late);
  expect(recordsIn(account)[0]?.tags).toEqual({});
  local.now += 600_000;
  expect(ending(await local.revoke(frank.userId))).toBe('Success NothingDue');
});

it.each([
  ['UpdateAccessKey', 'Deactivate', 'access key'],
  ['DeleteAccessKey', 'Delete', 'access key'],
  ['DeleteLoginProfile', 'Deactivate', 'password'],
])('%s that answers success and does nothing fails the run', async (operation, action, what) => {
  const { local, frank, key } = await startCase();
  local.aws.faults.push({ operation, ignored: true });
  const done = await local.revoke(frank.userId, { AccessKeyAction: action });
  const name = what === 'password' ? what : `access key ${key.accessKeyId}`;
  expect(ending(done)).toBe('Failed Revoke');
  expect(done.failureMessage).toContain(`(${frank.userId}): ${name}. The steps succeeded, but IAM`);
});

it('the error names a credential that a step did not change as still usable, also together with one that IAM does not show yet', async () => {
  const { local, frank, key } = await startCase();
  local.aws.faults.push(
    { operation: 'UpdateAccessKey', ignored: true },
    deny('DeleteLoginProfile'),
  );
  const done = await local.revoke(frank.userId);
  expect(done.failureMessage).toContain(
    `Still usable after the revocation of user frank (${frank.userId}): access key ${key.accessKeyId}, password. `,
  );
});

it('a key that is activated meanwhile fails the run, and is deactivated by the next', async () => {
  const { local, frank, key } = await startCase();
  const activate = () => void Object.assign(key, { status: 'Active' });
  local.aws.faults.push(before('DeleteLoginProfile', activate));
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed Revoke');
  const restored = `: access key ${key.accessKeyId}. The steps succeeded, but`;
  expect(done.failureMessage).toContain(restored);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(usable(frank)).toEqual([]);
});

it('functions and steps retry throttled calls', async () => {
  const { local, frank } = await startCase();
  // Of IAM's reads the last one: after it the SDK would slow down the others, in real time.
  const throttleRead = () => void local.aws.faults.push(throttle('GetUser', 1));
  local.aws.faults.push(before('DeleteLoginProfile', throttleRead));
  for (const operation of ['UpdateAccessKey', 'DeleteLoginProfile', 'TagUser', 'Publish']) {
    local.aws.faults.push(throttle(operation, 2));
  }
  const done = await local.revoke(frank.userId);
  expect([ending(done), failures(done), usable(frank)]).toEqual(['Success Revoke', {}, []]);
  const throttled = local.aws.requests.entries.filter(({ error }) => error?.startsWith('Thrott'));
  expect(throttled).toHaveLength(9);
});

it.each([
  ['NoSuchEntity', 404],
  ['AccessDenied', 403],
])(
  'a deleted key that IAM still lists, but answers %s for, is checked until it is gone',
  async (code, status) => {
    const { account, local, frank } = await startCase({ loginProfile: undefined });
    account.iamReadLagMs = 10_000;
    const isDeleted = () =>
      local.aws.requests.entries.some(({ operation }) => operation === 'DeleteAccessKey');
    local.aws.faults.push({ operation: 'GetAccessKeyLastUsed', code, status, when: isDeleted });
    const done = await local.revoke(frank.userId, { AccessKeyAction: 'Delete' });
    expect(ending(done)).toBe('Success Revoke');
    expect(frank.accessKeys).toEqual([]);
    const [parameter] = account.parameters.values();
    expect(parameter?.tags.has('applied')).toBe(true);
    expect(recordsIn(account)).toHaveLength(1);
  },
);
