import { describe, expect, it, onTestFinished } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { accessKey, password, user } from '../../builders/account.ts';
import { ruleName } from '../../builders/local-rule.ts';
import { startRemediation, topicArn } from '../../builders/remediation.ts';
import { runProgramIn } from '../run-program.ts';

/** An account with frank, who is due, and a remediation with these additional parameters. */
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
  const run = (...args: string[]) => runProgramIn(local, args);
  const latest = () => [...account.automation.executions.values()].at(-1)?.parameters;
  return { account, frank, local, run, latest };
}

describe('an option that is not given', () => {
  it('to revoke has the value of the remediation, so that a person does what AWS Config does', async () => {
    const { frank, run, latest } = await start({ PasswordAction: 'Keep', MinimumIdleDays: '60' });
    expect((await run('revoke', 'frank', '--yes')).code).toBe(0);
    expect(latest()).toMatchObject({
      ...{ PasswordAction: 'Keep', MinimumIdleDays: '60', MaxRevocationsPerDay: '20' },
      NotificationTopicArn: topicArn,
    });
    expect(frank.loginProfile).toBeDefined();
  });

  it('does not replace one that is given', async () => {
    const { run, latest } = await start({ PasswordAction: 'Keep', DryRun: 'true' });
    await run('revoke', 'frank', '--yes', '--password-action', 'Delete', '--topic', 'none');
    expect(latest()).toMatchObject({
      ...{ PasswordAction: 'Delete', NotificationTopicArn: 'none', DryRun: 'false' },
    });
  });

  it('ignores a remediation with another document', async () => {
    const { run, latest } = await start({ PasswordAction: 'Keep' }, 'Another');
    await run('revoke', 'frank', '--dry-run');
    expect(latest()).toMatchObject({ PasswordAction: 'Delete' });
  });

  it('to revoke must have a value in the remediation that the document accepts, or nothing is started', async () => {
    const { run, latest } = await start({ EnforceFrom: '2027-02-31', PasswordAction: 'Keep' });
    const { code, stderr } = await run('revoke', 'frank', '--yes');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /passes EnforceFrom as "2027-02-31"; expected a value that EnforceFrom accepts/u,
    );
    expect(latest()).toBeUndefined();
    await run('revoke', 'frank', '--yes', '--enforce-from', '2000-01-01');
    expect(latest()).toMatchObject({ EnforceFrom: '2000-01-01', PasswordAction: 'Keep' });
  });

  it('to revoke must be readable, or nothing is started', async () => {
    const { local, run, latest } = await start({ PasswordAction: 'Keep' });
    local.aws.faults.push(deny('DescribeRemediationConfigurations'));
    const { code, stderr } = await run('revoke', 'frank', '--yes');
    expect(code).toBe(2);
    expect(stderr).toMatch(/config:DescribeRemediationConfigurations failed: AccessDenied/u);
    expect(latest()).toBeUndefined();
  });

  it('to restore is only the topic, and an unreadable one does not prevent a restoration', async () => {
    const { local, run, latest } = await start({ PasswordAction: 'Keep' });
    await run('revoke', 'frank', '--yes');
    local.aws.faults.push({ ...deny('DescribeRemediationConfigurations'), times: 1 });
    const { code, stderr } = await run('restore', 'frank', '--yes');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^No topic is notified unless you give --topic: config:Describe/mu);
    expect(latest()).toMatchObject({ NotificationTopicArn: 'none' });
    await run('restore', 'frank', '--yes');
    expect(latest()).toMatchObject({ NotificationTopicArn: topicArn });
  });
});
