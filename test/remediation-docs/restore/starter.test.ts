import { expect, it } from 'vitest';
import type { LocalExecution } from '../../../local-aws/account.ts';
import { topicArn } from '../../builders/remediation.ts';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { changes, output, statusesOf } from '../restoration-views.ts';

const ops = 'arn:aws:iam::123456789012:user/ops';
const service = 'arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForConfigRemediation/x';

/** Restores everything as that caller. */
function restoreAs(
  { aws, local, frank }: RestorationCase,
  caller: string,
): Promise<LocalExecution> {
  const Parameters = {
    AutomationAssumeRole: ['arn:aws:iam::123456789012:role/UnusedIamCredentials-Restore-us-east-1'],
    ...{ IAMResourceId: [frank.userId], RevocationId: ['All'], RestorePassword: ['true'] },
    NotificationTopicArn: [topicArn],
  };
  const input = { DocumentName: 'UnusedIamCredentials-Restore', Parameters };
  const operation = 'StartAutomationExecution';
  const answer = aws.perform({ service: 'ssm', operation, input, caller });
  return local.ended(String(answer['AutomationExecutionId']));
}

/** Expects that nothing changed, and that an alert says why. */
function expectRefusal(
  { aws, local, account, frank }: RestorationCase,
  done: LocalExecution,
  why: string,
): void {
  expect([done.status, output(done, 'Decision.Outcome')]).toEqual(['Failed', 'Refused']);
  expect(done.failureMessage).toContain(why);
  expect(account.published).toMatchObject([{ message: expect.stringContaining(why) }]);
  expect(local.log).toContainEqual(
    expect.objectContaining({ alert: true, level: 'error', reason: expect.stringContaining(why) }),
  );
  expect(changes(aws)).toEqual([]);
  expect([statusesOf(frank), frank.loginProfile]).toEqual([['Inactive', 'Inactive'], undefined]);
}

it('refuses an execution that AWS Config started, and alerts', async () => {
  const found = await revoked();
  const done = await restoreAs(found, service);
  const role = 'arn:aws:iam::123456789012:role/AWSServiceRoleForConfigRemediation';
  expectRefusal(found, done, `service-linked role ${role} started the execution`);
});

it('refuses an execution if Automation does not say who started it, and alerts', async () => {
  const found = await revoked();
  const { account } = found;
  const { invoke } = account.automation;
  account.automation.invoke = (name, payload) => {
    for (const execution of account.automation.executions.values()) {
      execution.executedBy = undefined;
    }
    return invoke(name, payload);
  };
  const done = await restoreAs(found, ops);
  expectRefusal(found, done, 'Automation does not say who started the execution');
});

it('restores for the operators of the stack only, and alerts for everyone else', async () => {
  const found = await revoked();
  const { local, frank } = found;
  const operatorArns = ['arn:aws:iam::{account}:role/ops/Operators'];
  local.settings = { ...local.settings, operatorArns };
  const refused = await restoreAs(found, ops);
  expectRefusal(found, refused, `${ops} started the execution, and is not one of the stack`);
  const operator = 'arn:aws:sts::123456789012:assumed-role/Operators/alice';
  const done = await restoreAs(found, operator);
  expect([done.status, statusesOf(frank)]).toEqual(['Success', ['Active', 'Active']]);
});
