import { afterEach, describe, expect, it } from 'vitest';
import type { ExecutionOutcome } from '../../../cli/execution/outcome.ts';
import { createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { accessKey, password, user } from '../../builders/account.ts';
import { type LocalRemediation, startRemediation, topicArn } from '../../builders/remediation.ts';
import { withoutProgress } from '../run-cli.ts';
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

  it('names what would go before it asks, and revokes after confirmation', async () => {
    const { account, key, frank, run, executions } = await start();
    const { code, stdout, stderr, asked } = await run(['revoke', 'frank'], 'y');
    expect(code).toBe(0);
    expect(asked).toEqual([
      'Revoke 2 credentials of 1 user in account 123456789012 (us-east-1)? [y/N] ',
    ]);
    const [dryRun, execution] = executions();
    expect(dryRun?.parameters['DryRun']).toBe('true');
    expect(withoutProgress(stderr).trimEnd().split('\n')).toEqual([
      `  frank (${frank.userId}) arn:aws:iam::123456789012:user/frank`,
      `    access key ${key.accessKeyId} (Deactivate): used 2026-08-23 (90 days, limit 45), last used by s3 in us-east-1`,
      '    password (Delete): used 2026-08-13 (100 days, limit 45)',
      `  with --topic ${topicArn}`,
      '  Deleted passwords cannot be restored; to keep them, give --password-action Keep.',
      '  A deletion may wait up to 4 hours for a new credential report.',
      `frank: started execution ${execution?.id}; Ctrl-C does not stop it`,
    ]);
    expect(stdout).toContain(`  revoked: access key ${key.accessKeyId} (Deactivate)\n`);
    expect(stdout).toContain('  revoked: password (Delete)\n');
    const [recordName] = [...account.parameters.keys()];
    expect(stdout).toContain(`  record: ${recordName}\n`);
    expect(key.status).toBe('Inactive');
    expect(frank.loginProfile).toBeUndefined();
  });

  it('shows each step with --verbose', async () => {
    const { run } = await start();
    const { stderr } = await run(['revoke', 'frank', '--yes', '--verbose']);
    expect(stderr).toMatch(/^frank: PreviewPlan Success$/mu);
    expect(stderr).toMatch(/^frank: DeletePassword Success$/mu);
  });

  it('asks only about users with something to revoke, and not at all if there is none', async () => {
    const { run, executions } = await start();
    const both = await run(['revoke', 'mary', 'frank', '--format', 'json'], 'y');
    expect(both.asked).toEqual([expect.stringMatching(/^Revoke 2 credentials of 1 user in/u)]);
    const outcomes = JSON.parse(both.stdout).map(({ userName, outcome }: ExecutionOutcome) => [
      ...[userName, outcome],
    ]);
    expect([both.code, outcomes]).toEqual([
      0,
      [
        ['mary', 'NothingDue'],
        ['frank', 'Revoke'],
      ],
    ]);
    const none = await run(['revoke', 'mary'], 'y');
    expect([none.code, none.asked]).toEqual([0, []]);
    const wet = executions().filter(({ parameters }) => parameters['DryRun'] !== 'true');
    expect(wet).toHaveLength(1);
  });

  it('does not ask if a dry run could not be followed', async () => {
    const { run, started } = await start();
    started.aws.faults.push(deny('GetAutomationExecution'));
    const { code, stdout, asked } = await run(['revoke', 'frank', 'mary'], 'y');
    expect([code, asked]).toEqual([2, []]);
    expect(stdout).toMatch(/^frank .*: NotFollowed$/mu);
    expect(stdout).toMatch(/^mary .*: NotStarted$/mu);
  });

  it.each<[string, string[], RegExp[]]>([
    ['nothing where nothing is', ['--password-action', 'Keep'], []],
    [
      'nothing where no key was never used',
      ['--password-action', 'Keep', '--never-used-access-key-action', 'Delete'],
      [],
    ],
    [
      'both where both are',
      ['--access-key-action', 'Delete'],
      [
        /^ {2}Deleted passwords cannot/mu,
        /^ {2}Deleted access keys cannot/mu,
        /^ {2}A deletion may wait/mu,
      ],
    ],
  ])('says before it asks what cannot be restored: %s', async (_, chosen, said) => {
    const { run } = await start();
    const { stderr, asked } = await run(['revoke', 'frank', 'mary', ...chosen], 'n');
    for (const message of said) expect(stderr).toMatch(message);
    expect(stderr.match(/cannot be restored|4 hours/gu) ?? []).toHaveLength(said.length);
    expect(asked).toEqual([expect.stringMatching(/of 1 user in account/u)]);
  });

  it('warns before it asks about users who send mail through Amazon SES', async () => {
    const { key, frank, mary, run, started } = await start();
    mary.userName = 'ses-smtp-user.20230604-140541';
    const [used] = mary.accessKeys;
    const longAgo = key.lastUsed?.date ?? 0;
    const s3 = { region: 'us-east-1', serviceName: 's3' };
    if (used !== undefined) used.lastUsed = { ...s3, date: longAgo };
    frank.accessKeys.push(accessKey(200));
    const hugo = user(started.account, 'hugo', { accessKeys: [accessKey(300, 90)] });
    const place = { region: 'eu-west-1', serviceName: 'ses-smtp' };
    key.lastUsed = { ...place, date: longAgo };
    const { stderr } = await run(['revoke', 'frank', mary.userName, hugo.userName], 'n');
    const mail = 'sends mail through Amazon SES: revoking the key stops it';
    expect(stderr.match(/^ {4}\S.*/gmu)).toEqual([
      expect.stringMatching(
        /^ {4}access key AKIA\w+ \(Deactivate\): .*, last used by ses-smtp in eu-/u,
      ),
      expect.stringMatching(/^ {4}access key AKIA\w+ \(Deactivate\): never used/u),
      expect.stringMatching(/^ {4}password \(Delete\): used 2026-08-13/u),
      `    frank ${mail}`,
      expect.stringMatching(/^ {4}access key AKIA\w+ \(Deactivate\): /u),
      `    ${mary.userName} ${mail}`,
      expect.stringMatching(/^ {4}access key AKIA\w+ \(Deactivate\): .*, last used by s3 in us-/u),
    ]);
  });

  it('only makes a dry run without confirmation', async () => {
    const { run, executions } = await start();
    const { code, stdout, stderr } = await run(['revoke', 'frank'], 'n');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Nothing was changed\.$/mu);
    expect(executions().map(({ parameters }) => parameters['DryRun'])).toEqual(['true']);
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
    // The plan names the record, but there is none.
    expect(stdout).not.toMatch(/^ {2}record:/mu);
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
