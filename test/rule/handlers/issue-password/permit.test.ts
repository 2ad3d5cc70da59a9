import { expect, it } from 'vitest';
import type { LocalStep } from '../../../../local-aws/account.ts';
import { readDocument } from '../../../../local-aws/automation/document.ts';
import { deny } from '../../../../local-aws/faults.ts';
import { restoreDocument } from '../../../../remediation-docs/documents.ts';
import { defaults } from '../../../../rule/handlers/asking-execution.ts';
import { accessKey, day } from '../../../builders/account.ts';
import { configRemediation, topicArn } from '../../../builders/remediation.ts';
import {
  mallory,
  type RestorationCase,
  recordOf,
  revoked,
  revokeSession,
} from '../../../remediation-docs/restoration-case.ts';
import { changes } from '../../../remediation-docs/restoration-views.ts';
import {
  ask,
  executionId,
  running,
  writeRecord,
} from '../../../remediation-docs/running-restoration.ts';

it('issues a password to a running restoration, the valid case of which the refusals below are variations', async () => {
  const found = await revoked();
  running(found);
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Issued' });
  expect(found.frank.loginProfile?.password).toBeDefined();
});

const step = (name: string, status: LocalStep['status']): LocalStep => ({
  ...{ name, action: 'aws:invokeLambdaFunction', status, start: 0 },
  ...{ inputs: {}, outputs: {} },
});

it('issues a password where AWS shows the running step only among the steps', async () => {
  const found = await revoked();
  const steps = [step('ExemptUser', 'Success'), step('IssuePassword', 'InProgress')];
  running(found, { currentStepName: undefined, steps });
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Issued' });
});

it('waits some seconds for an execution to show the step', async () => {
  const found = await revoked();
  running(found, { currentStepName: 'ChooseForPassword' });
  const show = () => running(found);
  const reads = { seen: 0 };
  found.aws.faults.push({
    operation: 'GetAutomationExecution',
    before: () => {
      reads.seen += 1;
      if (reads.seen === 3) show();
    },
  });
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Issued' });
});

it('issues a password by an old record if the execution names its revocation', async () => {
  const found = await revoked();
  found.local.now += 91 * day;
  running(found, {}, { RevocationId: found.revocation.id });
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Issued' });
});

it('issues by a record that is not marked where the history of its execution shows the deletion', async () => {
  const found = await revoked();
  running(found);
  found.account.parameters.get(found.recordName)?.tags.clear();
  found.account.automation.executions.set(found.revocation.id, found.revocation);
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Issued' });
});

it('issues by the history of an execution with more steps than GetAutomationExecution lists', async () => {
  const found = await revoked();
  running(found);
  found.account.parameters.get(found.recordName)?.tags.clear();
  const before = Array.from({ length: 50 }, () => step('WaitForTag', 'Success'));
  const revocation = { ...found.revocation, steps: [...before, ...found.revocation.steps] };
  found.account.automation.executions.set(revocation.id, revocation);
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Issued' });
});

const role = 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Revoke-us-east-1';

/** A running revocation that replaces the password, started by a person. */
function replacing(
  found: RestorationCase,
  change: Parameters<typeof running>[1] = {},
  parameters: Record<string, string> = {},
): void {
  running(
    found,
    {
      documentName: 'UnusedIamCredentials-Revoke',
      executedBy: 'arn:aws:sts::123456789012:assumed-role/Operator/someone',
      ...change,
    },
    { AutomationAssumeRole: role, PasswordAction: 'Replace', ...parameters },
  );
}

/** What differs; it may give another record's name. */
type Change = (found: RestorationCase) => string | undefined;

const refusals: [string, RegExp, Change][] = [
  ['by a made-up execution ID', /is not a running UnusedIamCredentials-Restore/, () => undefined],
  [
    'by an execution of another document',
    /is not a running UnusedIamCredentials-Restore/,
    (found) => void running(found, { documentName: 'AWS-RunShellScript' }),
  ],
  [
    'by a revocation, under the role of restorations',
    /has another role/,
    (found) => void running(found, { documentName: 'UnusedIamCredentials-Revoke' }),
  ],
  [
    'by a revocation that does not replace the password',
    /was not started to replace a password/,
    (found) => void replacing(found, {}, { PasswordAction: 'Delete' }),
  ],
  [
    'by a revocation that leaves the action to its default',
    /was not started to replace a password/,
    (found) => void replacing(found, {}, { PasswordAction: '' }),
  ],
  [
    'by a replacement that AWS Config started',
    /does not name a person/,
    (found) => void replacing(found, { executedBy: configRemediation }),
  ],
  [
    'by a replacement of unknown origin',
    /does not name a person/,
    (found) => void replacing(found, { executedBy: undefined }),
  ],
  [
    'by a replacement with the record of another revocation',
    /is not that of execution/,
    (found) => void replacing(found),
  ],
  [
    'by a replacement whose own record does not say so',
    /does not name a replaced password/,
    (found) => {
      replacing(found);
      return writeRecord(found, 'all', revokeSession);
    },
  ],
  [
    'by an execution that has ended',
    /is not a running UnusedIamCredentials-Restore/,
    (found) => void running(found, { status: 'Success' }),
  ],
  [
    'by an execution under another role, whatever it may do',
    /has another role/,
    (found) =>
      void running(
        found,
        {},
        {
          AutomationAssumeRole: 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Restore-evil',
        },
      ),
  ],
  [
    'by an execution that names no role',
    /has another role/,
    (found) => void running(found, {}, { AutomationAssumeRole: '' }),
  ],
  [
    'while the execution is in another step',
    /is not in the step IssuePassword/,
    (found) => void running(found, { currentStepName: 'VerifyRestoration' }),
  ],
  [
    'after the step has ended',
    /is not in the step IssuePassword/,
    (found) =>
      void running(found, {
        currentStepName: 'Password',
        steps: [step('IssuePassword', 'Success')],
      }),
  ],
  [
    'by an execution of another user',
    /is for another user/,
    (found) => void running(found, {}, { IAMResourceId: 'AIDAANOTHERUSER00001' }),
  ],
  [
    'by an execution that was not asked for a password',
    /was not started to restore a password/,
    (found) => void running(found, {}, { RestorePassword: 'false' }),
  ],
  [
    'by a record of a revocation that the execution was not asked to undo',
    /was not started to restore from record/,
    (found) => void running(found, {}, { RevocationId: executionId }),
  ],
  [
    'by a record of another user',
    /does not belong to user AIDA/,
    (found) => {
      running(found);
      return found.recordName.replace(found.frank.userId, 'AIDAANOTHERUSER00001');
    },
  ],
  [
    'by a record that is marked as restored',
    /was restored before, according to record/,
    (found) => {
      running(found);
      found.account.parameters.get(found.recordName)?.tags.set('restored', '2026-11-21');
      return undefined;
    },
  ],
  [
    'by a record that does not exist',
    /record .* does not exist/,
    (found) => {
      running(found);
      return recordOf(found.frank, executionId);
    },
  ],
  [
    'by a record that is not marked as carried out',
    /is not marked as carried out/,
    (found) => {
      running(found);
      found.account.parameters.get(found.recordName)?.tags.clear();
      return undefined;
    },
  ],
  [
    'by a record whose execution did not delete the password',
    /is not marked as carried out/,
    (found) => {
      running(found);
      found.account.parameters.get(found.recordName)?.tags.clear();
      const steps = found.revocation.steps.map((each) =>
        each.name === 'DeletePassword' ? { ...each, status: 'Failed' as const } : each,
      );
      const revocation = { ...found.revocation, steps };
      found.account.automation.executions.set(revocation.id, revocation);
      return undefined;
    },
  ],
  [
    'by a record whose execution is still running',
    /is not marked as carried out/,
    (found) => {
      running(found);
      found.account.parameters.get(found.recordName)?.tags.clear();
      const revocation = { ...found.revocation, status: 'InProgress' as const };
      found.account.automation.executions.set(revocation.id, revocation);
      return undefined;
    },
  ],
  [
    'by a record of keys only',
    /does not name a password/,
    (found) => {
      running(found);
      return writeRecord(found, 'keys', revokeSession);
    },
  ],
  [
    'by a forged record, naming its writer',
    /is not genuine: it was not written by role .*; written by .*user\/mallory/,
    (found) => {
      running(found);
      return writeRecord(found, 'all', mallory);
    },
  ],
];

it.each(refusals)('refuses what is asked %s', async (_, why, change) => {
  const found = await revoked();
  const { local, account, aws, frank } = found;
  const recordName = change(found) ?? found.recordName;
  aws.requests.reset();
  await expect(ask(found, { recordName })).rejects.toMatchObject({
    name: 'RefusedError',
    message: expect.stringMatching(why),
  });
  expect(local.log).toContainEqual(
    expect.objectContaining({
      ...{ level: 'error', alert: true, userId: frank.userId, executionId },
      reason: expect.stringMatching(why),
    }),
  );
  const { userId } = frank;
  const [alert, ...more] = account.published.filter(({ subject }) => subject?.includes('password'));
  expect(more).toEqual([]);
  expect(alert).toEqual({
    ...{ topicArn, subject: `New password refused: ${userId}` },
    attributes: {
      ...{ event: 'revocation-refused', account: '123456789012' },
      ...{ userName: frank.userName, owner: 'none' },
    },
    message: expect.stringContaining(
      `user ${userId} in account 123456789012, us-east-1, was refused`,
    ),
  });
  expect(frank.loginProfile).toBeUndefined();
  expect(account.secrets.size).toBe(0);
  expect(changes(aws)).toEqual([]);
});

it('repeats what the caller wrote in the log, but not in the alert', async () => {
  const found = await revoked();
  running(found);
  const text = 'Call Mallory';
  await expect(ask(found, { recordName: text })).rejects.toMatchObject({ name: 'RefusedError' });
  expect(JSON.stringify(found.account.published)).not.toContain('Mallory');
  const refused = found.account.events.filter(
    (each) => each['detail-type'] === 'Revocation Refused',
  );
  expect(refused).toMatchObject([{ detail: { operation: 'issue-password' } }]);
  expect(JSON.stringify(found.account.events)).not.toContain('Mallory');
  expect(JSON.stringify(found.local.log)).toContain(text);
});

it('refuses all the same where the topic cannot be notified, and logs that', async () => {
  const found = await revoked();
  found.aws.faults.push(deny('Publish'));
  await expect(ask(found)).rejects.toMatchObject({ name: 'RefusedError' });
  expect(found.local.log).toContainEqual({
    ...{ level: 'error', message: 'not notified' },
    reason: expect.stringContaining(`Topic ${topicArn} could not be notified`),
  });
});

it('refuses without a topic, and only logs', async () => {
  const found = await revoked();
  found.local.topic = null;
  const before = found.account.published.length;
  await expect(ask(found)).rejects.toMatchObject({ name: 'RefusedError' });
  expect(found.account.published).toHaveLength(before);
  expect(found.local.log).toContainEqual(expect.objectContaining({ alert: true }));
});

it('issues by a record that is not marked as carried out if the execution includes such', async () => {
  const found = await revoked();
  running(found, {}, { IncludeUnconfirmed: 'true' });
  found.account.parameters.get(found.recordName)?.tags.clear();
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Issued' });
});

it.each([
  ['userId', 'frank'],
  ['executionId', 'made-up'],
  ['passwordResetRequired', 'no'],
])('refuses a request with a wrong %s', async (field, value) => {
  const found = await revoked({ user: { accessKeys: [accessKey(300, 90)] } });
  running(found);
  await expect(ask(found, { [field]: value })).rejects.toMatchObject({ name: 'RequestError' });
  expect(changes(found.aws)).toEqual([]);
});

it("uses the document's defaults for parameters that AWS does not list", async () => {
  const { parameters } = readDocument(restoreDocument.load());
  for (const [name, value] of Object.entries(defaults)) {
    expect(parameters[name]?.default, name).toBe(value);
  }
  const found = await revoked();
  running(found);
  await expect(ask(found, { passwordResetRequired: 'false' })).rejects.toThrow(
    /has another PasswordResetRequired/u,
  );
  found.local.now += 91 * day;
  await expect(ask(found)).rejects.toThrow(/is older than MaxRecordAgeDays/u);
  running(found, {}, { MaxRecordAgeDays: '120', PasswordResetRequired: 'false' });
  const answer = await ask(found, { passwordResetRequired: 'false' });
  expect(answer).toMatchObject({ Outcome: 'Issued' });
  expect(found.frank.loginProfile?.passwordResetRequired).toBe(false);
});
