import { expect, it } from 'vitest';
import { configRemediation } from '../../builders/remediation.ts';
import {
  changes,
  ending,
  onWait,
  type RevocationCase,
  startCase,
  storeReport,
  usable,
} from '../revocation-case.ts';

const [minute, hour] = [60_000, 3_600_000];

/** Revokes as somebody whom Automation does not name. */
function byUnknown({ account, local, frank }: RevocationCase) {
  const id = local.start('revoke', { IAMResourceId: frank.userId });
  const execution = account.automation.executions.get(id);
  if (execution) Object.assign(execution, { executedBy: '' });
  return local.ended(id);
}

/** A report of five minutes ago; an administrator resets the password a minute later, because of it. */
async function resetAfterReport() {
  const started = await startCase({ accessKeys: [] });
  const { local, frank } = started;
  storeReport(local, 5 * minute);
  if (frank.loginProfile) frank.loginProfile.lastChanged = local.now - 4 * minute;
  return started;
}

it('AWS Config does not delete a password that was reset since the report', async () => {
  const { local, frank } = await resetAfterReport();
  const waits = onWait(local);
  const done = await local.remediate(frank.userId);
  expect([ending(done), changes(local), usable(frank)]).toEqual([
    ...['Success NothingDue', [], ['password']],
  ]);
  expect(waits).toEqual([expect.any(Number)]);
  expect(waits[0]).toBeGreaterThan(3.9 * hour);
});

it('an execution of unknown origin does not delete such a password either', async () => {
  const started = await resetAfterReport();
  expect(ending(await byUnknown(started))).toBe('Success NothingDue');
  expect(usable(started.frank)).toEqual(['password']);
});

it.each(['AWS Config', 'somebody unknown'])(
  '%s deletes an unused password by a report made since the execution began',
  async (who) => {
    const started = await startCase();
    const { local, frank } = started;
    storeReport(local, minute);
    const begun = local.now;
    const waits = onWait(local);
    const config = who === 'AWS Config';
    const done = await (config ? local.remediate(frank.userId) : byUnknown(started));
    expect([ending(done), usable(frank), waits.length]).toEqual(['Success Revoke', [], 1]);
    expect(local.account.credentialReport?.requestedAt).toBeGreaterThanOrEqual(begun);
  },
);

it('AWS Config does not wait if no report is stored, because it gets a new one', async () => {
  const { local, frank } = await startCase();
  const waits = onWait(local);
  expect(ending(await local.remediate(frank.userId))).toBe('Success Revoke');
  expect(waits).toEqual([]);
});

it('an execution that a person started deletes by a report of the last 15 minutes', async () => {
  const { local, frank } = await startCase();
  storeReport(local, 14 * minute);
  const waits = onWait(local);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(waits).toEqual([]);
});

it('AWS Config deactivates and deletes keys by an earlier report, as a person does', async () => {
  const { account, local, frank, key } = await startCase({ loginProfile: undefined });
  storeReport(local, 14 * minute);
  const waits = onWait(local);
  expect(ending(await local.remediate(frank.userId))).toBe('Success Revoke');
  expect([key.status, waits]).toEqual(['Inactive', []]);
  key.status = 'Active';
  account.parameters.clear();
  const done = await local.remediate(frank.userId, { AccessKeyAction: 'Delete' });
  expect([ending(done), frank.accessKeys, waits]).toEqual(['Success Revoke', [], []]);
});

it('StartRemediationExecution starts the document as the service-linked role of AWS Config', async () => {
  const { account, local, frank } = await startCase();
  const ResourceKeys = [{ resourceType: 'AWS::IAM::User', resourceId: frank.userId }];
  const input = { ConfigRuleName: 'unused-iam-credentials', ResourceKeys };
  const operation = 'StartRemediationExecution';
  local.aws.perform({ service: 'config', operation, input, caller: 'arn:aws:iam::1:user/x' });
  const [execution] = account.automation.executions.values();
  expect(execution?.executedBy).toBe(configRemediation);
  await local.ended(execution?.id ?? '');
});
