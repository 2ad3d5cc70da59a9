import { describe, expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { startRevoked } from './revoked-users.ts';

async function start() {
  const started = await startRevoked();
  const { account, first, second } = started;
  const statuses = () => [first.status, second.status];
  const latest = () => [...account.automation.executions.values()].at(-1);
  return { ...started, statuses, latest };
}

describe('restore', () => {
  it('restores what was revoked, after confirmation', async () => {
    const { first, frank, run, statuses, latest } = await start();
    const { code, stdout, stderr, asked } = await run(['frank', '--password'], 'yes');
    expect(code).toBe(0);
    expect(asked).toEqual([
      'Restore the revoked credentials of 1 user in account 123456789012 (us-east-1)? [y/N] ',
    ]);
    expect(stderr).toMatch(/^ {2}with --topic arn:aws:sns:\S+ --revocation All --password$/mu);
    expect(stderr).not.toMatch(/^frank: .* Success$/mu);
    expect(stdout).toContain(`  restored: access key ${first.accessKeyId}\n`);
    expect(stdout).toContain('  restored: password (a new one)\n');
    expect(stdout).toMatch(/^ {2}exempt until: 2026-12-05T/mu);
    expect(stdout).toMatch(/^ {2}new password in secret: arn:aws:secretsmanager:us-east-1:/mu);
    expect(stdout).toMatch(/^ {2}warning: the user must change the password/mu);
    expect(stdout).toMatch(/^ {2}fully restored record: \/unused-iam-credentials\/records/mu);
    expect(statuses()).toEqual(['Active', 'Active']);
    expect(frank.loginProfile).toBeDefined();
    expect(latest()?.parameters['AutomationAssumeRole']).toMatch(/-Restore-us-east-1$/u);
  });

  it('shows each step with --verbose', async () => {
    const { run } = await start();
    const { stderr } = await run(['frank', '--yes', '--verbose']);
    expect(stderr).toMatch(/^frank: ReactivateSecondAccessKey Success$/mu);
  });

  it.each([
    ['no --password', [], 'Without --password, a deleted password is not replaced.'],
    [
      '--no-password-reset',
      ['--password', '--no-password-reset'],
      'With --no-password-reset, every',
    ],
    ['--include-unconfirmed', ['--password', '--include-unconfirmed'], 'With --include-unconf'],
  ])('warns of %s before it asks', async (_, options, warning) => {
    const { run } = await start();
    const { stderr } = await run(['frank', ...options], 'n');
    expect(stderr).toContain(`\n  ${warning}`);
    expect(stderr.match(/^ {2}With(?:out)? --/gmu)).toHaveLength(1);
  });

  it('starts nothing without confirmation', async () => {
    const { run, statuses } = await start();
    expect((await run(['frank'], '')).code).toBe(2);
    const unasked = await run(['frank']);
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toMatch(/pass --yes\. See .*restore --help/u);
    expect(statuses()).toEqual(['Inactive', 'Inactive']);
  });

  it('finds the user of an access key, and reactivates only that key', async () => {
    const { second, run, statuses } = await start();
    const { stdout } = await run(['--access-key', second.accessKeyId, '--yes']);
    expect(stdout).toContain(`  restored: access key ${second.accessKeyId}\n`);
    expect(stdout).toMatch(
      /^ {2}not restored: access key AKIA\w+: AccessKeyId \(--access-key\) names another key$/mu,
    );
    expect(statuses()).toEqual(['Inactive', 'Active']);
  });

  it.each([
    ['there is none', undefined, /there is no access key AKIANOTTHERE00000000 in this account/u],
    ['AWS does not say', deny('GetAccessKeyLastUsed'), /also answers this if access key AKIANOTT/u],
  ])('starts nothing for an access key of which %s', async (_, fault, message) => {
    const { run, local, latest, revocation } = await start();
    if (fault !== undefined) local.aws.faults.push(fault);
    const { code, stdout, stderr } = await run(['--access-key', 'AKIANOTTHERE00000000', '--yes']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(latest()).toBe(revocation);
  });

  it('undoes one revocation, and ends with exit code 1 if another has no record', async () => {
    const { revocation, run, statuses } = await start();
    const other = '99999999-2222-4333-8444-555555555555';
    const nothing = await run(['frank', '--revocation', other, '--yes']);
    expect(nothing.code).toBe(1);
    expect(nothing.stdout).toMatch(
      /: NothingRestorable\n {2}reason: .*no outstanding record of rev/u,
    );
    const whole = ['frank', '--revocation', revocation.id, '--password', '--yes'];
    expect((await run(whole)).code).toBe(0);
    expect(statuses()).toEqual(['Active', 'Active']);
  });

  it('does not give a plan that had no effect as the reason', async () => {
    const { first, second, frank, local, run } = await start();
    for (const key of [first, second]) key.status = 'Active';
    const byHand = () => {
      const date = local.now;
      frank.loginProfile = { createDate: date, lastChanged: date, passwordResetRequired: false };
    };
    local.aws.faults.push({ operation: 'UntagUser', times: 1, before: byHand });
    const { stdout } = await run(['frank', '--password', '--yes']);
    expect(stdout).toContain('  planned: password (a new one)\n');
    expect(stdout).toMatch(/^ {2}not restored: password: the user has one that this restoration/mu);
    expect(stdout).not.toMatch(/^ {2}reason: /mu);
  });

  it('gives JSON', async () => {
    const { frank, run, latest } = await start();
    const { code, stdout } = await run([frank.userId, '--password', '--yes', '--format', 'json']);
    expect(code).toBe(0);
    const keys = [expect.stringMatching(/^access key/u), expect.stringMatching(/^access key/u)];
    expect(JSON.parse(stdout)).toEqual([
      {
        ...{ userName: 'frank', userId: frank.userId, executionId: latest()?.id },
        ...{ status: 'Success', outcome: 'Restore', failure: null, failedSteps: [] },
        reason: expect.stringMatching(/^access key AKIA/u),
        restored: [...keys, 'password (a new one)'],
        toRestore: [...keys, 'password (a new one)'],
        notRestored: [],
        exemptUntil: expect.stringMatching(/^2026-12-05T/u),
        remark: null,
        secretArn: expect.stringMatching(/^arn:aws:secretsmanager:/u),
        passwordIssued: true,
        warning: expect.stringMatching(/^the user must change the password/u),
        settledRecords: [expect.stringContaining(frank.userId)],
      },
    ]);
  });

  it('fails, with the reason, if a record is forged', async () => {
    const { account, frank, run, statuses } = await start();
    const name = `/unused-iam-credentials/records/${frank.userId}/forged`;
    const version = { value: 'e30', version: 1, date: 0, user: 'arn:aws:iam::1:user/\u009Bevil' };
    account.parameters.set(name, { versions: [version], tags: new Map() });
    const { code, stdout } = await run(['frank', '--yes']);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^frank \(AIDA\w+\): Failed\n {2}plan: Refused\n {2}reason: .*forged is no/u,
    );
    expect(stdout).toMatch(/^ {2}failed step: FailRefused Failed: /mu);
    expect(stdout).toContain('user/\\u{9b}evil');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(statuses()).toEqual(['Inactive', 'Inactive']);
  });
});
