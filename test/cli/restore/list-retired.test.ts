import { expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { mallory } from '../../remediation-docs/restoration-case.ts';
import { retire, retired, retirementId } from '../../remediation-docs/retired-case.ts';
import { runProgramIn } from '../run-program.ts';

const mfa = 'MFA device arn:aws:iam::123456789012:mfa/frank';
const lost = 'was deactivated, and cannot be restored; the user must register it again';

async function start() {
  const found = await retired();
  found.account.functions = new Map([[functionNames.issuePassword, {}]]);
  const run = (...args: readonly string[]) => runProgramIn(found.local, ['restore', ...args]);
  return { ...found, run };
}

it('restore --list shows a retirement, what would come back, and what cannot', async () => {
  const { account, run } = await start();
  account.groups?.delete('admins');
  const { code, stdout } = await run('--list');
  expect(code).toBe(0);
  const line = stdout.split('\n\n').find((each) => each.includes(retirementId));
  expect(line).toContain(`\n  retirement ${retirementId}\n`);
  expect(line).toMatch(/, confirmed\n {4}access key /u);
  const gone = 'no longer exists or cannot be attached, and cannot be restored';
  expect(line).toContain(`\n    group admins: ${gone}\n    group readers: would be restored\n`);
  expect(line).toContain(`\n    inline policy own: would be restored\n    ${mfa}: ${lost}\n`);
  expect(line).toContain('\n    policy AWSDenyAll: would be detached');
  const [listed] = JSON.parse((await run('--list', '--format', 'json')).stdout);
  expect(listed.retirement).toMatchObject({ denyAttached: true });
  expect(listed.retirement.permissions.at(-1)).toMatchObject({ action: 'Attach' });
  expect(listed.retirement.permissions).toContainEqual({
    ...{ name: mfa, action: 'Remove', restorable: false, needs: [], whyNot: lost },
  });
});

it('restore --list says that an unfinished retirement needs --include-unconfirmed', async () => {
  const { account, frank, run } = await start();
  const name = `/unused-iam-credentials/records/${frank.userId}/${retirementId}`;
  account.parameters.get(name)?.tags.delete('applied');
  const { stdout } = await run('--list');
  const option = 'with --include-unconfirmed';
  expect(stdout).toContain(`\n    group readers: would be restored ${option}\n`);
  expect(stdout).toContain(`\n    policy AWSDenyAll: would be detached ${option}`);
  const [listed] = JSON.parse((await run('--list', '--format', 'json')).stdout);
  expect(listed.retirement.permissions).toContainEqual({
    ...{ name: 'group readers', action: 'Remove', restorable: true, whyNot: null },
    needs: ['--include-unconfirmed'],
  });
});

it('restore --list continues without what its caller may not read', async () => {
  const { local, run } = await start();
  local.aws.faults.push(deny('ListGroupsForUser'));
  expect((await run('--list')).stdout).toContain('\n    group admins\n    group readers\n');
  const isPart = ({ Name }: Record<string, unknown>) => String(Name).includes('/retirements/');
  local.aws.faults.push({ ...deny('GetParameterHistory'), when: isPart });
  const { code, stdout } = await run('--list');
  expect(code).toBe(0);
  expect(stdout).toContain(
    'groups, policies and MFA devices: you have no permission to read what was removed; restore lists it in its plan',
  );
});

it('restore --list names a part that somebody else wrote', async () => {
  const { account, frank, run } = await start();
  const name = `/unused-iam-credentials/retirements/${frank.userId}/${retirementId}/1`;
  for (const version of account.parameters.get(name)?.versions ?? []) version.user = mallory;
  const { code, stdout } = await run('--list');
  const why = 'it was not written by the role that retires';
  expect([code, stdout]).toEqual([2, expect.stringContaining('would be reactivated')]);
  expect(stdout).toContain(`    parameter ${name} is NOT GENUINE: ${why}; written by ${mallory}`);
  expect(stdout).toContain(`    group admins: parameter ${name} is not genuine (${why})`);
  expect(stdout).toContain(`    removal of policy AWSDenyAll: parameter ${name} is not genuine`);
  const [listed] = JSON.parse((await run('--list', '--format', 'json')).stdout);
  expect(listed.retirement.damaged).toEqual([{ name, why, writer: mallory }]);
});

it('restore --list shows for an older record what a restoration would do together with the newer one', async () => {
  const { account, local, frank, run } = await start();
  const later = '66666666-2222-4333-8444-555555555555';
  frank.groups = ['admins'];
  const name = retire(local, frank, { executionId: later, denyAttached: false });
  account.parameters.get(name)?.tags.set('restored-permissions', '2026-11-21T06:30:00Z');
  local.now += 11 * 60_000;
  const paragraphs = (await run('--list')).stdout.split('\n\n');
  const older = paragraphs.find((each) => each.includes(retirementId));
  expect(older).toContain('group admins: was restored before');
  expect(older).toContain('group readers: would be restored');
  await run(frank.userName, '--yes');
  expect(frank.groups).toEqual(['readers']);
});

it('restore shows what was given back, and what could not be', async () => {
  const { frank, run } = await start();
  const { code, stdout } = await run(frank.userName, '--yes', '--password');
  expect(code).toBe(1);
  expect(stdout).toMatch(/: Partial$/mu);
  for (const name of ['group admins', 'inline policy own', 'removal of policy AWSDenyAll']) {
    expect(stdout).toContain(`restored: ${name}\n`);
  }
  expect(stdout).toContain(`not restored: ${mfa}: ${lost}`);
});

it('restore names what a damaged parameter held, and that AWSDenyAll stays', async () => {
  const { account, frank, run } = await start();
  const name = `/unused-iam-credentials/retirements/${frank.userId}/${retirementId}/1`;
  account.parameters.delete(name);
  const { code, stdout } = await run(frank.userName, '--yes', '--password');
  expect(code).toBe(1);
  expect(stdout).toMatch(/: Partial$/mu);
  for (const what of ['group admins', 'inline policy own', 'removal of policy AWSDenyAll']) {
    expect(stdout).toContain(`not restored: ${what}: parameter ${name} is not genuine`);
  }
  expect(stdout).toContain('restored: password (a new one)\n');
});
