import { describe, expect, it, onTestFinished } from 'vitest';
import { createAccount } from '../../local-aws/account.ts';
import { deny } from '../../local-aws/faults.ts';
import { accessKey, password, user } from '../builders/account.ts';
import { ruleName } from '../builders/local-rule.ts';
import { startRemediation, topicArn } from '../builders/remediation.ts';
import { runRemediation } from './remediation-program.ts';

/** An account with frank, who is due, and a remediation that has these parameters besides what it needs. */
async function start(
  configured: Record<string, string>,
  documentName = 'UnusedIamCredentials-Revoke',
) {
  const account = createAccount();
  const frank = user(account, 'frank', { ...password(400, 100), accessKeys: [accessKey(300, 90)] });
  const local = await startRemediation(account);
  onTestFinished(local.close);
  const remediation = account.config.remediations.get(ruleName);
  account.config.remediations.set(ruleName, {
    documentName,
    parameters: { ...remediation?.parameters, ...configured },
  });
  const run = (...args: string[]) => runRemediation(local, args);
  const latest = () => [...account.automation.executions.values()].at(-1)?.parameters;
  return { account, frank, local, run, latest };
}

describe('what was not given', () => {
  it('to revoke is as the remediation has it: a person does what AWS Config does', async () => {
    const { frank, run, latest } = await start({ PasswordAction: 'Keep', MinimumIdleDays: '60' });
    expect((await run('revoke', 'frank', '--yes')).code).toBe(0);
    expect(latest()).toMatchObject({
      ...{ PasswordAction: 'Keep', MinimumIdleDays: '60', MaxRevocationsPerDay: '20' },
      NotificationTopicArn: topicArn,
    });
    expect(frank.loginProfile).toBeDefined();
  });

  it('does not stand in the way of what was', async () => {
    const { run, latest } = await start({ PasswordAction: 'Keep', DryRun: 'true' });
    await run('revoke', 'frank', '--yes', '--password-action', 'Delete', '--topic', 'none');
    expect(latest()).toMatchObject({
      ...{ PasswordAction: 'Delete', NotificationTopicArn: 'none', DryRun: 'false' },
    });
  });

  it('is not taken from a remediation by another document', async () => {
    const { run, latest } = await start({ PasswordAction: 'Keep' }, 'Another');
    await run('revoke', 'frank', '--dry-run');
    expect(latest()).toMatchObject({ PasswordAction: 'Delete' });
  });

  it('to revoke is not taken for none where the document does not take it: nothing is started', async () => {
    const { run, latest } = await start({ EnforceFrom: '2027-02-31', PasswordAction: 'Keep' });
    const { code, stderr } = await run('revoke', 'frank', '--yes');
    expect(code).toBe(2);
    expect(stderr).toMatch(/hands over EnforceFrom as "2027-02-31"; expected an ISO date/u);
    expect(latest()).toBeUndefined();
    await run('revoke', 'frank', '--yes', '--enforce-from', '2000-01-01');
    expect(latest()).toMatchObject({ EnforceFrom: '2000-01-01', PasswordAction: 'Keep' });
  });

  it('to revoke must be known: what cannot be read is not guessed, and nothing is started', async () => {
    const { local, run, latest } = await start({ PasswordAction: 'Keep' });
    local.aws.faults.push(deny('DescribeRemediationConfigurations'));
    const { code, stderr } = await run('revoke', 'frank', '--yes');
    expect(code).toBe(2);
    expect(stderr).toMatch(/config:DescribeRemediationConfigurations failed: AccessDenied/u);
    expect(latest()).toBeUndefined();
  });

  it('to restore is only the topic, and may be unknown: nothing stands in the way back', async () => {
    const { local, run, latest } = await start({ PasswordAction: 'Keep' });
    await run('revoke', 'frank', '--yes');
    local.aws.faults.push({ ...deny('DescribeRemediationConfigurations'), times: 1 });
    const { code, stderr } = await run('restore', 'frank', '--yes');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^No topic is told, unless --topic names one: config:Describe/mu);
    expect(latest()).toMatchObject({ NotificationTopicArn: 'none' });
    await run('restore', 'frank', '--yes');
    expect(latest()).toMatchObject({ NotificationTopicArn: topicArn });
  });
});
