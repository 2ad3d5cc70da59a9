import { describe, expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { retired } from '../../remediation-docs/retired-case.ts';
import { runProgramIn } from '../run-program.ts';
import { startRevoked } from './revoked-users.ts';

describe('restore --dry-run', () => {
  it.each([
    ['everything', ['--password'], 0],
    ['what needs another option', [], 1],
    ['one access key', ['--access-key'], 1],
  ])('shows what restore then does, and changes nothing: %s', async (_, options, code) => {
    const { account, first, second, frank, local, run } = await startRevoked();
    const given = options.includes('--access-key') ? [...options, second.accessKeyId] : options;
    const args = [...(given === options ? ['frank'] : []), ...given, '--format', 'json'];
    const before = structuredClone(frank);
    const executions = account.automation.executions.size;
    const dry = await run([...args, '--dry-run'], 'y');
    expect([dry.code, dry.asked]).toEqual([code, []]);
    expect([frank, account.automation.executions.size]).toEqual([before, executions]);
    const [plan] = JSON.parse(dry.stdout);
    const wet = await run([...args, '--yes']);
    const [done] = JSON.parse(wet.stdout);
    expect(wet.code).toBe(code);
    expect([plan.toRestore, plan.notRestored]).toEqual([done.restored, done.notRestored]);
    expect(plan).toMatchObject({ outcome: 'DryRun', executionId: null, restored: [] });
    expect(plan.exemptUntil.slice(0, 10)).toBe(done.exemptUntil.slice(0, 10));
    expect([first.status, second.status]).toContain('Active');
    expect(local.aws.requests.entries.length).toBeGreaterThan(0);
  });

  it('shows a line for each change, in a table', async () => {
    const { first, second, frank, run } = await startRevoked();
    const { code, stdout, stderr } = await run(['frank', '--dry-run']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.replace(/until: 2026-12-05T.*/u, 'until: …')).toBe(
      [
        `frank (${frank.userId}): DryRun`,
        `  would restore: access key ${first.accessKeyId}`,
        `  would restore: access key ${second.accessKeyId}`,
        '  not restored: password: deleted; use RestorePassword (--password) to issue a new one',
        '  exempt until: …',
        '',
      ].join('\n'),
    );
  });

  it('shows the permissions of a retirement', async () => {
    const { account, local, frank } = await retired();
    account.functions = new Map([[functionNames.issuePassword, {}]]);
    const args = ['restore', frank.userName, '--password', '--format', 'json'];
    const [plan] = JSON.parse((await runProgramIn(local, [...args, '--dry-run'])).stdout);
    const [done] = JSON.parse((await runProgramIn(local, [...args, '--yes'])).stdout);
    expect(plan.toRestore).toContain('removal of policy AWSDenyAll');
    expect(plan.toRestore).toEqual(done.restored);
    expect(plan.notRestored).toEqual(done.notRestored);
  });

  it('says what restore would refuse: a forged record, or a quarantined user', async () => {
    const { account, frank, run } = await startRevoked();
    const version = { value: 'e30', version: 1, date: 0, user: 'arn:aws:iam::1:user/eve' };
    const forged = `/unused-iam-credentials/records/${frank.userId}/forged`;
    account.parameters.set(forged, { versions: [version], tags: new Map() });
    const refused = await run(['frank', '--dry-run']);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toMatch(/: Refused\n {2}reason: .*forged is not a genuine record/u);
    frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV3'];
    expect((await run(['frank', '--dry-run'])).stdout).toContain(
      'policy AWSCompromisedKeyQuarantineV3 quarantines the user',
    );
  });

  it('says that nothing can be restored, and fails if it may not read something', async () => {
    const { record, run, local } = await startRevoked();
    record?.tags.set('restored', 'now');
    const nothing = await run(['frank', '--dry-run']);
    expect(nothing.code).toBe(1);
    expect(nothing.stdout).toMatch(
      /: NothingRestorable\n {2}reason: the user has no outstanding record; records marked as restored: 1/u,
    );
    local.aws.faults.push(deny('GetFunctionConfiguration'));
    // The command must not guess whether a password would come back.
    const unknown = await run(['frank', '--password', '--dry-run']);
    expect([unknown.code, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toContain(
      "Allow lambda:GetFunctionConfiguration in the caller's policy",
    );
    local.aws.faults.splice(0, 1, deny('ListAttachedUserPolicies'));
    const denied = await run(['frank', '--dry-run']);
    expect([denied.code, denied.stdout]).toEqual([2, '']);
    expect(denied.stderr).toContain('iam:ListAttachedUserPolicies failed: AccessDenied');
  });
});
