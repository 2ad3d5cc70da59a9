import { describe, expect, it } from 'vitest';
import { functionNames } from '../../../rule/core/names.ts';
import { day } from '../../builders/account.ts';
import { deployWhole } from '../../builders/deployment.ts';
import {
  keyOf,
  type PurgeCase,
  revokedUsers,
  userOf,
  withKeys,
} from '../../remediation-docs/purge/purge-case.ts';
import { runProgramIn } from '../run-program.ts';

/** Frank's key is due on day 30, and grace's is announced from then on. */
async function due(): Promise<PurgeCase> {
  const found = await revokedUsers('frank', 'grace');
  deployWhole(found.account);
  const environment = { PURGE_LIMITS: JSON.stringify(found.local.purgeLimits) };
  Object.assign(found.account.functions?.get(functionNames.planPurge) ?? {}, { environment });
  const grace = keyOf(found.users[1]);
  grace.status = 'Active';
  await found.purgeOn(23);
  grace.status = 'Inactive';
  found.onDay(30);
  found.account.published = [];
  return found;
}

const run = (found: PurgeCase, args: readonly string[], answer?: string) =>
  runProgramIn(found.local, ['purge', ...args], answer);
/** Those that the command line started. */
const executions = ({ account, local }: PurgeCase) =>
  [...account.automation.executions.values()].filter(({ start }) => local.now - start < day);

describe('purge', () => {
  it('with --dry-run shows what would be deleted and announced, and when, does not ask and changes nothing', async () => {
    const found = await due();
    const { code, stdout, asked } = await run(found, ['--dry-run'], 'y');
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    const [frank, grace] = found.users.map((each) => keyOf(each).accessKeyId);
    expect(stdout).toMatch(/^Account \(123456789012\): DryRun$/mu);
    expect(stdout).toContain(
      `  would delete: access key ${frank} of frank (${userOf(found.users[0]).userId}): deactivated 2026-11-21, last used 2026-08-23\n`,
    );
    expect(stdout).toContain(`  would announce: access key ${grace} of grace`);
    expect(stdout).toMatch(/of grace.*; will be deleted on or after 2026-12-28$/mu);
    expect([withKeys(found), found.account.published]).toEqual([['frank', 'grace'], []]);
    userOf(found.users[0]).accessKeys.splice(0);
    expect((await run(found, [], 'n')).asked).toEqual([
      'Announce the deletion of 1 access key in account 123456789012 (us-east-1)? [y/N] ',
    ]);
  });

  it('names each key of a dry run before it asks, and deletes after confirmation', async () => {
    const found = await due();
    const refused = await run(found, [], 'n');
    expect([refused.code, executions(found).map(({ parameters }) => parameters['DryRun'])]).toEqual(
      [2, ['true']],
    );
    const { code, stdout, stderr, asked } = await run(found, [], 'y');
    expect(asked).toEqual(['Delete 1 access key in account 123456789012 (us-east-1)? [y/N] ']);
    expect(stderr).toMatch(/^ {2}delete access key \w+ of frank .*last used 2026-08-23$/mu);
    expect(stderr).toMatch(/^ {2}announce access key \w+ of grace/mu);
    expect(stderr).toContain('A deleted access key cannot be restored.');
    expect([code, withKeys(found)]).toEqual([0, ['grace']]);
    expect(stdout).toContain(`  deleted: access key ${keyOf(found.users[0]).accessKeyId} of frank`);
  });

  it("passes on the stack's values unless an option replaces them, and does not ask with --yes", async () => {
    const found = await due();
    const limited = await run(found, ['--yes', '--delete-after-days', '90', '--format', 'json']);
    expect(limited.code).toBe(0);
    expect(JSON.parse(limited.stdout)).toMatchObject([{ outcome: 'NothingDue', deleted: [] }]);
    expect(executions(found)[0]?.parameters).toMatchObject({
      ...{ DeleteAfterDays: '90', MaxRevocationsPerDay: '0', DryRun: 'false' },
    });
    const done = await run(found, ['--yes']);
    expect([done.code, withKeys(found)]).toEqual([0, ['grace']]);
  });

  it('ends with 1 if something was held back, and with 2 if a key could not be deleted, nothing is deployed or there is no terminal to ask on', async () => {
    const found = await due();
    const paused = '/unused-iam-credentials/pause';
    const versions = [{ value: 'x', version: 1, date: 0, user: 'x' }];
    found.account.parameters.set(paused, { versions, tags: new Map() });
    expect((await run(found, ['--yes'])).code).toBe(1);
    found.account.parameters.delete(paused);
    expect((await run(found, [])).code).toBe(2);
    found.local.aws.faults.push({ operation: 'DeleteAccessKey', ignored: true });
    const failed = await run(found, ['--yes']);
    expect([failed.code, withKeys(found)]).toEqual([2, ['frank', 'grace']]);
    expect(failed.stdout).toMatch(/failed step: FailIncomplete Failed: .*of frank/u);
    found.account.functions?.clear();
    const missing = await run(found, ['--yes']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('there is no function unused-iam-credentials-plan-purge');
  });

  it.each([['29'], ['x'], ['-1']])('refuses --delete-after-days %s', async (value) => {
    const found = await revokedUsers();
    const refused = await run(found, ['--dry-run', '--delete-after-days', value]);
    expect(refused.code).toBe(2);
  });
});
