import { deploy, readerRoleArn } from '../test/builders/remediation.ts';
import { startLocalAws } from '../test/local-aws/index.ts';
import { startFunction, type WarmFunction } from '../test/local-aws/run-function.ts';
import { crowdAt } from './crowd.ts';
import type { PlanningFigures } from './planning.ts';

/**
 * Takes the number of users. Revokes the credentials of one and restores them with a new password, by the built
 * functions, each in a process of its own. Gives back the figures of issue-password.
 */
export async function measurePassword(users: number): Promise<PlanningFigures> {
  const account = crowdAt(Date.now(), users);
  deploy(account);
  const aws = await startLocalAws(account);
  const environment = { PASSWORD_READER_ROLE_ARN: readerRoleArn };
  const functions = new Map<string, WarmFunction>();
  let figures: PlanningFigures | undefined;
  account.automation.invoke = async (functionName, payload) => {
    const name = functionName.replace('unused-iam-credentials-', '');
    const options = { endpoint: aws.endpoint, environment, remaining: 300_000 };
    const warm = functions.get(name) ?? startFunction(name, options);
    functions.set(name, warm);
    const { result, error, wall, peakMemory } = await warm.invoke(payload);
    if (error !== undefined) throw new Error(error.message);
    if (name === 'issue-password') {
      const peakMB = Math.round(peakMemory / 1024 ** 2);
      figures = { function: name, users, wallMs: Math.round(wall), peakMB };
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
  if (figures === undefined) throw new Error('No password was issued');
  return figures;
}
