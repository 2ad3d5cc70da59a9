import { IAMClient } from '@aws-sdk/client-iam';
import { expect, it, onTestFinished } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import type { Fault } from '../../../local-aws/faults.ts';
import { startLocalAws } from '../../../local-aws/server.ts';
import { renderCredentialReport } from '../../../local-aws/services/iam.ts';
import { connect } from '../../../rule/aws/clients.ts';
import { makeCredentialReport } from '../../../rule/aws/iam-credential-report.ts';
import { now } from '../../builders/account.ts';
import { withoutConnection } from '../../builders/without-connection.ts';

const minute = 60_000;

/** IAM's refusal when it has no capacity for another report, as its service model has it. */
const limitExceeded: Fault = {
  operation: 'GenerateCredentialReport',
  code: 'LimitExceeded',
  status: 409,
  message: 'No more capacity to launch new report generation tasks',
};

/** Asks for a report with that many milliseconds to spend; a stored one has the given age. */
async function start(fault: Fault, reportAge: number | null) {
  const account = createAccount();
  const time = { now };
  const sleep = async (milliseconds: number) => {
    time.now += milliseconds;
  };
  if (reportAge !== null) {
    const at = now - reportAge;
    const content = renderCredentialReport(account);
    account.credentialReport = { requestedAt: at, readyAt: at, content };
  }
  const aws = await startLocalAws(account, { clock: () => time.now });
  const { iam } = connect({ iam: IAMClient }, withoutConnection(aws));
  onTestFinished(async () => {
    iam.destroy();
    await aws.close();
  });
  aws.faults.push(fault);
  const clock = { now: () => time.now, sleep };
  return { time, aws, ask: () => makeCredentialReport(iam, clock, now + 4 * minute) };
}

it('after a refusal for lack of capacity, the new report is waited for and used', async () => {
  const { time, ask } = await start({ ...limitExceeded, times: 3 }, null);
  expect((await ask()).generatedAt).toBeGreaterThan(now);
  expect(time.now - now).toBeLessThan(minute);
});

it('without capacity for two minutes, the stored report is used', async () => {
  const { time, aws, ask } = await start(limitExceeded, 3 * 60 * minute);
  expect((await ask()).generatedAt).toBe(now - 3 * 60 * minute);
  expect(time.now - now).toBeGreaterThanOrEqual(2 * minute);
  expect(time.now - now).toBeLessThan(3 * minute);
  // One request for each poll: the SDK does not repeat them as if IAM throttled.
  expect(aws.requests.entries.length).toBeLessThan(20);
});

it('without capacity and without a stored report, the error says so in time', async () => {
  const { time, ask } = await start(limitExceeded, 5 * 60 * minute);
  await expect(ask()).rejects.toThrow(/did not complete .* in time \(last state no capacity\)/u);
  expect(time.now - now).toBeLessThanOrEqual(4 * minute);
});
