import { deploy } from '../test/builders/remediation.ts';
import { startLocalAws } from '../test/local-aws/index.ts';
import { runFunction } from '../test/local-aws/run-function.ts';
import { crowdAt } from './crowd.ts';

/** One answer of a document's built function for one user of many, over HTTP on loopback. */
export interface PlanningFigures {
  readonly function: 'plan-revocation' | 'plan-restoration' | 'issue-password';
  readonly users: number;
  readonly wallMs: number;
  readonly peakMB: number;
}

const execution = { mode: 'plan', executionId: '11111111-2222-4333-8444-555555555555' };
const revocation = {
  ...{ passwordAction: 'Delete', accessKeyAction: 'Deactivate', minimumIdleDays: '30' },
  ...{ neverUsedAccessKeyAction: 'Deactivate', maxRevocationsPerDay: '0', dryRun: 'true' },
  enforceFrom: '2000-01-01',
};
const restoration = {
  ...{ revocationId: 'All', accessKeyId: 'Any', includeUnconfirmed: 'false', graceDays: '14' },
  ...{ restorePassword: 'false', maxRecordAgeDays: '90' },
};

/**
 * Takes a function's name and the number of users (40 % of them unused). Gives back the figures of the plan for
 * the last unused one, in a process of its own.
 */
export async function measurePlanning(
  name: Exclude<PlanningFigures['function'], 'issue-password'>,
  users: number,
): Promise<PlanningFigures> {
  const account = crowdAt(Date.now(), users);
  deploy(account);
  const aws = await startLocalAws(account);
  const last = account.users.findLast(
    ({ passwordLastUsed = 0 }) => Date.now() - passwordLastUsed > 8e9,
  );
  const options = name === 'plan-revocation' ? revocation : restoration;
  const event = {
    ...{ ...execution, ruleName: 'unused-iam-credentials', userId: last?.userId },
    ...options,
  };
  const run = await runFunction(name, event, { endpoint: aws.endpoint, remaining: 300_000 });
  await aws.close();
  if (run.error !== undefined) throw new Error(run.error.message);
  const peakMB = Math.round(run.peakMemory / 1024 ** 2);
  return { function: name, users, wallMs: Math.round(run.wall), peakMB };
}
