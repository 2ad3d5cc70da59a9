import { runFunction, startFunction, type WarmFunction } from '../../local-aws/run-function.ts';
import { startLocalAws } from '../../local-aws/server.ts';
import { deploy, readerRoleArn } from '../../test/builders/remediation.ts';
import { bundleOf, sampleAccount } from './evaluation.ts';

/** The figures of one invocation of a document's built function, for one user of many. */
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

/** Measures the plan of a revocation for the last unused user, in its own process. */
export async function measureRevocationPlan(users: number): Promise<PlanningFigures> {
  const name = 'plan-revocation';
  const account = sampleAccount(Date.now(), users);
  deploy(account);
  const aws = await startLocalAws(account);
  const last = account.users.findLast(
    ({ passwordLastUsed = 0 }) => Date.now() - passwordLastUsed > 8e9,
  );
  const event = {
    ...{ ...execution, ruleName: 'unused-iam-credentials', userId: last?.userId },
    ...revocation,
  };
  const run = await runFunction(name, event, {
    ...{ endpoint: aws.endpoint, bundle: bundleOf(name), remaining: 300_000 },
  });
  await aws.close();
  if (run.error !== undefined) throw new Error(run.error.message);
  const peakMB = Math.round(run.peakMemory / 1024 ** 2);
  return { function: name, users, wallMs: Math.round(run.wall), peakMB };
}

/**
 * Revokes a user's credentials and restores them with a new password, by the built functions. Measures the plan of the
 * restoration, and issue-password.
 */
export async function measureRestoration(users: number): Promise<PlanningFigures[]> {
  const account = sampleAccount(Date.now(), users);
  deploy(account);
  const aws = await startLocalAws(account);
  const environment = { PASSWORD_READER_ROLE_ARN: readerRoleArn, PASSWORDS: 'Issued' };
  const functions = new Map<string, WarmFunction>();
  const figures: PlanningFigures[] = [];
  account.automation.invoke = async (functionName, payload) => {
    const name = functionName.replace('unused-iam-credentials-', '');
    const options = { endpoint: aws.endpoint, bundle: bundleOf(name), environment };
    const warm = functions.get(name) ?? startFunction(name, { ...options, remaining: 300_000 });
    functions.set(name, warm);
    const { result, error, wall, peakMemory } = await warm.invoke(payload);
    if (error !== undefined) throw new Error(error.message);
    if (name === 'issue-password' || (name === 'plan-restoration' && payload['mode'] === 'plan')) {
      const peakMB = Math.round(peakMemory / 1024 ** 2);
      figures.push({ function: name, users, wallMs: Math.round(wall), peakMB });
    }
    return result;
  };
  const last = account.users.findLast(
    ({ passwordLastUsed = 0 }) => Date.now() - passwordLastUsed > 8e9,
  );
  const run = async (document: 'Revoke' | 'Restore', more: Record<string, string[]>) => {
    const DocumentName = `UnusedIamCredentials-${document}`;
    const role = `arn:aws:iam::${account.accountId}:role/${DocumentName}-us-east-1`;
    const Parameters = { IAMResourceId: [last?.userId], AutomationAssumeRole: [role], ...more };
    const { AutomationExecutionId: id } = aws.perform({
      ...{ service: 'ssm', operation: 'StartAutomationExecution' },
      input: { DocumentName, Parameters },
      caller: `arn:aws:iam::${account.accountId}:user/operator`,
    });
    await account.automation.running.get(String(id));
    const execution = account.automation.executions.get(String(id));
    if (execution?.status !== 'Success') throw new Error(execution?.failureMessage);
  };
  await run('Revoke', {});
  await run('Restore', { RevocationId: ['All'], RestorePassword: ['true'] });
  for (const warm of functions.values()) await warm.close();
  account.automation.python.close();
  await aws.close();
  if (figures.length !== 2)
    throw new Error('The restoration planned or issued a password more or less than once');
  return figures;
}
