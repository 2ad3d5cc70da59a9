import { IAM } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLocalAws } from '../../../local-aws/server.ts';
import { callStep, makeDocument } from '../automation/fixture.ts';
import { expectError } from '../fixture.ts';
import { allow, caller, type RoleFixture, startRole } from './fixture.ts';

const users = 'arn:aws:iam::123456789012:user/*';
const plan = 'arn:aws:lambda:us-east-1:123456789012:function:plan';

let role: RoleFixture;
beforeEach(async () => {
  role = await startRole();
});
afterEach(() => role.aws.close());

const invoke = (FunctionName: string) => `
  - name: Ask
    action: aws:invokeLambdaFunction
    inputs: ${JSON.stringify({ FunctionName, InputPayload: {} })}
`;

/** Runs a document of the role to its end, as a user starts it. Gives why it failed, if it did. */
async function runDocument(steps: string): Promise<string | undefined> {
  const { account, aws } = role;
  account.automation.documents.set('Document', makeDocument(steps));
  const { AutomationExecutionId } = aws.perform({
    ...{ service: 'ssm', operation: 'StartAutomationExecution' },
    input: { DocumentName: 'Document' },
    caller: 'arn:aws:iam::123456789012:user/operator',
  });
  await account.automation.running.get(String(AutomationExecutionId));
  return account.automation.executions.get(String(AutomationExecutionId))?.failureMessage;
}

it('the steps of a document may do what its role may', async () => {
  role.permit(allow('iam:GetUser', users));
  expect(await runDocument(callStep('GetUser', { UserName: 'frank' }))).toBeUndefined();
  const failure = await runDocument(callStep('ListAccessKeys', { UserName: 'frank' }));
  expect(failure).toMatch(/AccessDenied.*assumed-role\/Revoker\/Automation-.*ListAccessKeys/);
});

it('a document runs a function, by name or ARN, only where its role may', async () => {
  const ran: string[] = [];
  role.account.automation.invoke = async (name) => ran.push(name);
  role.permit(allow('lambda:InvokeFunction', `${plan}-2`));
  expect(await runDocument(invoke('plan'))).toMatch(
    /assumed-role\/Revoker\/.* is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:plan because/,
  );
  role.permit(allow('lambda:InvokeFunction', plan));
  expect(await runDocument(invoke('plan'))).toBeUndefined();
  expect(await runDocument(invoke(plan))).toBeUndefined();
  expect(ran).toEqual(['plan', plan]);
});

it('who sends a request over HTTP is known by the access key', async () => {
  role.permit(allow('iam:GetUser', users));
  const callerOf = (accessKeyId: string) => (accessKeyId === 'ASIAROLE' ? caller : undefined);
  const { endpoint, close } = await startLocalAws(role.account, { callerOf });
  const clients = ['ASIAROLE', 'AKIALOCAL'].map((accessKeyId) => {
    const credentials = { accessKeyId, secretAccessKey: 'local' };
    return new IAM({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  const [session, operator] = clients;
  await session?.getUser({ UserName: 'frank' });
  await operator?.listUsers({});
  await expectError(
    session?.listUsers({}) ?? Promise.resolve(),
    'AccessDenied 403',
    /^User: .* is not authorized to perform: iam:ListUsers on resource: \* because/,
  );
  for (const client of clients) client.destroy();
  await close();
});
