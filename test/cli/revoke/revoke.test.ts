import { afterEach, describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { accessKey, password, user } from '../../builders/account.ts';
import { type LocalRemediation, startRemediation, topicArn } from '../../builders/remediation.ts';
import { runProgramIn } from '../run-program.ts';

let local: LocalRemediation | undefined;
afterEach(() => local?.close());

/** Starts an account with frank, who has an unused password and key, and mary, who uses hers. */
async function start() {
  const account = createAccount();
  const key = accessKey(300, 90);
  const frank = user(account, 'frank', { ...password(400, 100), accessKeys: [key] });
  const mary = user(account, 'mary', { path: '/staff/', accessKeys: [accessKey(300, 1)] });
  const started = await startRemediation(account);
  local = started;
  const run = (args: readonly string[], answer?: string) => runProgramIn(started, args, answer);
  const executions = () => [...account.automation.executions.values()];
  return { account, key, frank, mary, run, executions, started };
}

describe('revoke', () => {
  it('with --dry-run shows what it would do, does not ask and changes nothing', async () => {
    const { key, frank, run, executions } = await start();
    const { code, stdout, asked } = await run(['revoke', 'frank', '--dry-run'], 'y');
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(stdout).toMatch(/^frank \(AIDA\w+\): DryRun$/mu);
    expect(stdout).toMatch(/^ {2}would revoke: access key AKIATEST\d+ \(Deactivate\): used 20/mu);
    expect(stdout).toMatch(/^ {2}would revoke: password \(Delete\): used 20/mu);
    expect(key.status).toBe('Active');
    expect(frank.loginProfile).toBeDefined();
    expect(executions()[0]?.parameters['DryRun']).toBe('true');
  });

  it('revokes after confirmation, and shows each step', async () => {
    const { account, key, frank, run, executions } = await start();
    const { code, stdout, stderr, asked } = await run(['revoke', 'frank'], 'y');
    expect(code).toBe(0);
    expect(asked).toEqual([
      'Revoke the unused credentials of 1 user in account 123456789012 (us-east-1)? [y/N] ',
    ]);
    const [execution] = executions();
    expect(stderr.split('\n').slice(0, 8)).toEqual([
      `  frank (${frank.userId}) arn:aws:iam::123456789012:user/frank`,
      `  with NotificationTopicArn=${topicArn}`,
      `  frank: access key ${key.accessKeyId}, last used 2026-08-23 by s3 in us-east-1`,
      '  frank: password, last used 2026-08-13',
      '  Unused passwords are deleted and cannot be restored; to keep them, give --password-action Keep.',
      '  A deletion may wait up to 4 hours for a new credential report.',
      `frank: started execution ${execution?.id}; Ctrl-C does not stop it`,
      'frank: PreviewPlan Success',
    ]);
    expect(stderr).toMatch(/^frank: DeletePassword Success$/mu);
    expect(stdout).toContain(`  revoked: access key ${key.accessKeyId} (Deactivate)\n`);
    expect(stdout).toContain('  revoked: password (Delete)\n');
    const [recordName] = [...account.parameters.keys()];
    expect(stdout).toContain(`  record: ${recordName}\n`);
    expect(key.status).toBe('Inactive');
    expect(frank.loginProfile).toBeUndefined();
  });

  it.each<[string, string[], RegExp[]]>([
    ['nothing where nothing is', ['--password-action', 'Keep'], []],
    [
      'keys and the wait where keys are',
      ['--password-action', 'Keep', '--never-used-access-key-action', 'Delete'],
      [/^ {2}Unused access keys are deleted and cannot/mu, /^ {2}A deletion may wait up to 4 h/mu],
    ],
    [
      'both where both are',
      ['--access-key-action', 'Delete'],
      [
        /^ {2}Unused passwords are/mu,
        /^ {2}Unused access keys are/mu,
        /^ {2}A deletion may wait/mu,
      ],
    ],
  ])('says before it asks what cannot be restored: %s', async (_, chosen, said) => {
    const { run } = await start();
    const { stderr, asked } = await run(['revoke', 'frank', 'mary', ...chosen], 'n');
    for (const message of said) expect(stderr).toMatch(message);
    expect(stderr.match(/cannot be restored|4 hours/gu) ?? []).toHaveLength(said.length);
    expect(asked).toEqual([expect.stringMatching(/of 2 users in account/u)]);
  });

  it('says before it asks who sends mail through Amazon SES, and whose last use it cannot read', async () => {
    const { key, frank, mary, run, started } = await start();
    mary.userName = 'ses-smtp-user.20230604-140541';
    mary.accessKeys.push(accessKey(300, 90, { status: 'Inactive' }));
    frank.accessKeys.push(accessKey(200));
    key.lastUsed = { date: started.now, region: 'eu-west-1', serviceName: 'ses-smtp' };
    const mail = 'sends mail through Amazon SES: revoking the key stops it';
    const notesOf = async () =>
      (await run(['revoke', 'frank', mary.userName], 'n')).stderr.match(
        /^ {2}\S+: .*|.* mail .*/gmu,
      );
    expect(await notesOf()).toEqual([
      `  frank: access key ${key.accessKeyId}, last used 2026-11-21 by ses-smtp in eu-west-1`,
      `  frank: access key ${frank.accessKeys[1]?.accessKeyId}, never used`,
      '  frank: password, last used 2026-08-13',
      `  frank ${mail}`,
      `  ${mary.userName}: access key ${mary.accessKeys[0]?.accessKeyId}, last used 2026-11-20 by s3 in us-east-1`,
      `  ${mary.userName} ${mail}`,
    ]);
    started.aws.faults.push(deny('ListAccessKeys'));
    expect(await notesOf()).toEqual([
      expect.stringMatching(/^ {2}frank: the last use is not known: iam:ListAccessKeys failed: /u),
      expect.stringContaining('user.20230604-140541: the last use is not known: '),
    ]);
  });

  it('starts nothing without confirmation', async () => {
    const { run, executions } = await start();
    const { code, stdout, stderr } = await run(['revoke', 'frank'], 'n');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Nothing was started\.$/mu);
    expect(executions()).toEqual([]);
  });

  it('sends no request without a terminal', async () => {
    const { run, started } = await start();
    const { code, stdout, stderr } = await run(['revoke', 'frank']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^unused-iam-credentials: stdin is not a terminal; pass --yes/u);
    expect(started.aws.requests.entries).toEqual([]);
  });

  it('finds users by name, ARN and ID, each once, and gives JSON', async () => {
    const { frank, mary, run, executions } = await start();
    const arn = 'arn:aws:iam::123456789012:user/staff/mary';
    const users = ['frank', frank.userId, arn, 'mary'];
    const { code, stdout } = await run(['revoke', ...users, '--yes', '--format', 'json']);
    expect(code).toBe(0);
    const [first, second] = JSON.parse(stdout);
    expect(first).toMatchObject({
      ...{ userName: 'frank', userId: frank.userId, status: 'Success', outcome: 'Revoke' },
      ...{ executionId: executions()[0]?.id, failure: null, failedSteps: [] },
      revoked: [expect.stringMatching(/^access key AKIA/u), 'password (Delete)'],
    });
    expect(second).toMatchObject({
      ...{ userName: 'mary', userId: mary.userId, outcome: 'NothingDue', revoked: [] },
      notRevoked: [expect.stringMatching(/^access key AKIA\w+: not due/u)],
    });
    expect(executions()).toHaveLength(2);
  });

  it('passes the options to the document, and the role of the Region', async () => {
    const { run, executions } = await start();
    const chosen = ['--password-action', 'Keep', '--enforce-from', '2030-01-01'];
    const { code, stdout } = await run(['revoke', 'frank', '--yes', ...chosen]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/: NotYet\n {2}reason: nothing is revoked before 2030-01-01/u);
    expect(executions()[0]?.parameters).toMatchObject({
      ...{ PasswordAction: 'Keep', EnforceFrom: '2030-01-01', AccessKeyAction: 'Deactivate' },
      AutomationAssumeRole: 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Revoke-us-east-1',
    });
  });

  it.each([
    ['a name', 'franc', /^unused-iam-credentials: "franc" is not an IAM user in this account/u],
    ['an ID', 'AIDAAAAAAAAAAAAAAAAAA', /is not the unique ID of an IAM user/u],
    ['an ARN of another path', 'arn:aws:iam::123456789012:user/mary', /mary is arn:.*staff\/mary/u],
    [
      'an ARN of another account',
      'arn:aws:iam::210987654321:user/mary',
      /mary is arn:aws:iam::12/u,
    ],
    [
      'control characters',
      'fr\u001B[31mank\u202E',
      /"fr\\u001b\[31mank\\u\{202e\}" is not an IAM user/u,
    ],
  ])('starts nothing if a user is unknown: %s', async (_, unknown, message) => {
    const { run, executions } = await start();
    const { code, stdout, stderr } = await run(['revoke', 'frank', unknown, '--yes']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(executions()).toEqual([]);
  });

  it('shows what failed, and goes on with the next user', async () => {
    const { frank, run, started, executions } = await start();
    started.aws.faults.push(deny('PutParameter'));
    const { code, stdout, stderr } = await run(['revoke', 'frank', 'mary', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^frank: RecordRevocation Failed: .*AccessDenied/mu);
    expect(stdout).toMatch(/^frank \(AIDA\w+\): Failed$/mu);
    expect(stdout).toMatch(/^ {2}failed step: RecordRevocation Failed: /mu);
    expect(stdout).toContain(
      `get-automation-execution --automation-execution-id ${executions()[0]?.id}`,
    );
    expect(stdout).not.toMatch(/^ {2}revoked:/mu);
    expect(stdout).toMatch(/^mary \(AIDA\w+\): NothingDue$/mu);
    expect(frank.loginProfile).toBeDefined();
  });

  it('says where to deploy a missing document, and starts no more', async () => {
    const { account, run } = await start();
    account.automation.documents.clear();
    const { code, stdout, stderr } = await run(['revoke', 'frank', 'mary', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^frank: ssm:StartAutomationExecution failed: .*; deploy UnusedIamCredentials-Revoke in us-east-1/mu,
    );
    expect(stdout).toMatch(
      /^frank .*: NotStarted\n.*\n\nmary .*: NotStarted\n {2}failure: not tried/mu,
    );
  });

  it('says so if it cannot follow an execution', async () => {
    const { run, started, executions } = await start();
    started.aws.faults.push(deny('GetAutomationExecution'));
    const { code, stdout } = await run(['revoke', 'frank', '--yes', '--format', 'json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        ...{ status: 'NotFollowed', outcome: null, executionId: executions()[0]?.id },
        failure: expect.stringMatching(/Allow ssm:GetAutomationExecution/u),
      },
    ]);
  });
});
