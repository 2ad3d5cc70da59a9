import { expect, it } from 'vitest';
import { accessKey, ago, day, password, user } from '../../builders/account.ts';
import {
  before,
  changes,
  ending,
  failures,
  onWait,
  type RevocationCase,
  startCase,
  storeReport,
  usable,
} from '../revocation-case.ts';

/** Puts another user in frank's place: the same name, another ID. Returns the other user. */
function replace({ account, frank, local }: RevocationCase) {
  account.users = account.users.filter((other) => other !== frank);
  const rest = { ...password(400, 100), accessKeys: [accessKey(300, 90)] };
  return structuredClone(user(account, 'frank', { createDate: local.now - 500 * day, ...rest }));
}

it('a run for a deleted user does not change a new user of the same name', async () => {
  const started = await startCase();
  const { account, local, frank } = started;
  const other = replace(started);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Gone');
  expect([changes(local), account.users]).toEqual([[], [other]]);
});

it('a run does not change a user who gets the name while it waits for a report', async () => {
  const started = await startCase();
  const { account, local, frank } = started;
  storeReport(local, 3_600_000);
  const others: unknown[] = [];
  onWait(local, () => others.push(replace(started)));
  expect(ending(await local.revoke(frank.userId))).toBe('Success Gone');
  expect([changes(local), account.users, others.length]).toEqual([[], others, 1]);
});

it('a user whose name passes on after the plan is not changed, and the next run finds them by their ID', async () => {
  const { account, local, frank } = await startCase();
  const kept = usable(frank);
  const others: unknown[] = [];
  const pass = () => {
    frank.userName = 'francis';
    const other = user(account, 'frank', { createDate: ago(1), ...password(400, 100) });
    others.push(structuredClone(other));
  };
  local.aws.faults.push(before('PutParameter', pass));
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed Revoke');
  expect(Object.keys(failures(done))).toEqual(['ConfirmBoundUser']);
  expect([account.users.slice(1), usable(frank)]).toEqual([others, kept]);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect([usable(frank), account.users.slice(1)]).toEqual([[], others]);
});

it('a user who is renamed after the last step is tagged under the new name', async () => {
  const { local, frank } = await startCase();
  const rename = () => void Object.assign(frank, { userName: 'francis' });
  const onceDone = () => void local.aws.faults.push(before('ListAccessKeys', rename));
  local.aws.faults.push(before('DeleteLoginProfile', onceDone));
  const done = await local.revoke(frank.userId);
  expect([ending(done), failures(done)]).toEqual(['Success Revoke', {}]);
  expect([frank.userName, frank.tags.length]).toEqual(['francis', 1]);
});
