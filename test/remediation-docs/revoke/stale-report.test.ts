import { expect, it } from 'vitest';
import { accessKey, ago } from '../../builders/account.ts';
import {
  changes,
  ending,
  nextReport,
  onWait,
  recordsIn,
  startCase,
  storeReport,
  usable,
} from '../revocation-case.ts';

const [minute, hour] = [60_000, 3_600_000];

it('waits until IAM generates a new report, and revokes by that report', async () => {
  const { account, local, frank } = await startCase();
  storeReport(local, hour);
  const generated = local.now - hour;
  const waits = onWait(local);
  const done = await local.revoke(frank.userId);
  expect([ending(done), usable(frank)]).toEqual(['Success Revoke', []]);
  expect(waits).toEqual([nextReport - hour]);
  const [stored] = recordsIn(account);
  expect(stored?.record.recordedAt).toBeGreaterThanOrEqual(generated + 4 * hour + minute);
  expect(account.credentialReport?.requestedAt).toBeGreaterThanOrEqual(generated + 4 * hour);
});

it('only the second plan is carried out', async () => {
  const { local, frank } = await startCase();
  storeReport(local, hour);
  const { steps } = await local.revoke(frank.userId);
  const outcomes = steps
    .filter(({ name }) => name === 'Preview' || name === 'Decision')
    .map(({ outputs }) => outputs['Proceed']);
  expect(outcomes).toEqual([['Wait'], ['Yes']]);
});

it.each([
  ['15 minutes', 15 * minute - 1000, []],
  ['more than that', 15 * minute + 1000, [nextReport - (15 * minute + 1000)]],
])('waits only for a report older than 15 minutes: %s', async (_, age, expected) => {
  const { local, frank } = await startCase();
  storeReport(local, age);
  const waits = onWait(local);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(waits).toEqual(expected);
});

it('ends without a change if the report is stale again after the wait', async () => {
  const { local, frank } = await startCase();
  storeReport(local, hour);
  const waits = onWait(local, () => storeReport(local, -2 * hour));
  const before = structuredClone(frank);
  const done = await local.revoke(frank.userId);
  expect([ending(done), waits.length]).toEqual(['Success Wait', 1]);
  const why = /needs a credential report of the last 15 minutes; .* is from 2026-11-21T08:30:00Z$/;
  expect(done.outputs['Decision.Reason']).toEqual([expect.stringMatching(why)]);
  expect([changes(local), frank]).toEqual([[], before]);
});

it('keeps a password that an administrator changed after the report', async () => {
  const { local, frank } = await startCase({ accessKeys: [] });
  storeReport(local, hour);
  if (frank.loginProfile) frank.loginProfile.lastChanged = ago(0);
  const done = await local.revoke(frank.userId);
  expect([ending(done), changes(local)]).toEqual(['Success NothingDue', []]);
  expect(usable(frank)).toEqual(['password']);
});

it('does not wait to deactivate a key, because it can be restored', async () => {
  const { local, frank } = await startCase({ loginProfile: undefined });
  storeReport(local, 3 * hour);
  const waits = onWait(local);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect([usable(frank), waits]).toEqual([[], []]);
});

it.each([true, false])(
  'waits for the date of a key that somebody reactivated, where IAM has one: %s',
  async (reactivationMovesLastRotated) => {
    const key = accessKey(300, 90, { status: 'Inactive' });
    const { account, local, frank } = await startCase({
      ...{ loginProfile: undefined, accessKeys: [key] },
    });
    storeReport(local, hour);
    key.status = 'Active';
    if (reactivationMovesLastRotated) key.lastRotated = local.now - minute;
    const waits = onWait(local);
    const outcome = reactivationMovesLastRotated ? 'NothingDue' : 'Revoke';
    expect(ending(await local.revoke(frank.userId))).toBe(`Success ${outcome}`);
    expect([waits, recordsIn(account).length]).toEqual([
      [nextReport - hour],
      reactivationMovesLastRotated ? 0 : 1,
    ]);
  },
);

it('waits to delete a key, as for a password', async () => {
  const { local, frank } = await startCase({ loginProfile: undefined });
  storeReport(local, 3 * hour);
  const waits = onWait(local);
  const done = await local.revoke(frank.userId, { AccessKeyAction: 'Delete' });
  expect([ending(done), frank.accessKeys]).toEqual(['Success Revoke', []]);
  expect(waits).toEqual([nextReport - 3 * hour]);
});

it('waits whatever is due, if the report does not have the user under this name', async () => {
  const { local, frank } = await startCase({ loginProfile: undefined });
  storeReport(local, minute);
  frank.userName = 'francis';
  const waits = onWait(local);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect([usable(frank), waits]).toEqual([[], [nextReport - minute]]);
});

it('respects a pause that begins during the wait', async () => {
  const { local, frank } = await startCase({ accessKeys: [accessKey(300)] });
  storeReport(local, hour);
  const version = { value: 'on', version: 1, date: 0, user: 'ops' };
  const pause = { versions: [version], tags: new Map<string, string>() };
  const { parameters } = local.account;
  onWait(local, () => parameters.set('/unused-iam-credentials/pause', pause));
  expect(ending(await local.revoke(frank.userId))).toBe('Success Paused');
  expect(changes(local)).toEqual([]);
});

it('changes nothing if IAM does not generate a report in time', async () => {
  const { account, local, frank } = await startCase();
  account.reportDurationMs = 3_600_000;
  const done = await local.revoke(frank.userId);
  expect([ending(done), changes(local)]).toEqual(['Failed -', []]);
  expect(done.failureMessage).toContain('did not complete the credential report in time');
});
