import { afterEach, describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { accessKey, ago, day, password, user } from '../../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../../builders/remediation.ts';
import { runProgramIn } from '../run-program.ts';

let local: LocalRemediation | undefined;
afterEach(() => local?.close());

/** Starts an account in which frank's password and both keys were revoked two days ago. */
async function start() {
  const account = createAccount();
  const [first, second] = [accessKey(300, 90), accessKey(200, 80)];
  const frank = user(account, 'frank', { ...password(400, 100), accessKeys: [first, second] });
  const started = await startRemediation(account);
  local = started;
  const revocation = await started.revoke(frank.userId);
  expect(revocation.status).toBe('Success');
  started.now += 2 * day;
  const name = `/unused-iam-credentials/records/${frank.userId}/${revocation.id}`;
  const record = account.parameters.get(name);
  const run = (...args: readonly string[]) => runProgramIn(started, ['restore', ...args]);
  /** The list's line of frank, from the state on. */
  const lineOf = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run('--list', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').find((line) => line.includes(frank.userId));
  };
  return { account, first, second, frank, revocation, name, record, run, lineOf, started };
}

describe('the plan that restore --list shows', () => {
  it('is what restore then does', async () => {
    const { first, second, run, lineOf } = await start();
    second.status = 'Active';
    expect(await lineOf()).toMatch(
      new RegExp(
        `confirmed +access key ${first.accessKeyId}: would be reactivated; access key ${second.accessKeyId}: is already Active; it is left unchanged; password: a new password with --password$`,
        'u',
      ),
    );
    const { code, stdout } = await run('frank', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain(`  restored: access key ${first.accessKeyId}\n`);
    expect(stdout).toContain(
      '  not restored: password: deleted; use RestorePassword (--password) to iss',
    );
    expect(stdout.match(/^ {2}restored: /gmu)).toHaveLength(1);
  });

  it('considers changes since the revocation', async () => {
    const { first, second, frank, lineOf } = await start();
    frank.accessKeys.splice(frank.accessKeys.indexOf(first), 1);
    second.lastUsed = { date: ago(-1), region: 'us-east-1', serviceName: 's3' };
    Object.assign(frank, password(-1));
    const line = await lineOf();
    expect(line).toContain(`access key ${first.accessKeyId}: was deleted since, and cannot be`);
    expect(line).toContain(`access key ${second.accessKeyId}: was last used 2026-11-22T06:30`);
    expect(line).toMatch(/password: .*left unchanged$/u);
  });

  it('does not reactivate keys that were restored before', async () => {
    const { first, record, lineOf } = await start();
    record?.tags.set(`restored-${first.accessKeyId}`, 'now');
    expect(await lineOf()).toContain(
      `${first.accessKeyId}: was restored before, and removed again`,
    );
  });

  it('finds a user by a new name', async () => {
    const { first, frank, lineOf } = await start();
    frank.userName = 'francis';
    expect(await lineOf()).toMatch(
      new RegExp(`^francis .*${first.accessKeyId}: would be reactivated;`, 'u'),
    );
  });

  it('says that what is unconfirmed needs --include-unconfirmed', async () => {
    const { first, record, run, lineOf } = await start();
    record?.tags.delete('applied');
    const line = await lineOf();
    expect(line).toContain(
      `  unconfirmed  access key ${first.accessKeyId}: would be reactivated with --include-unconfirmed;`,
    );
    expect(line).toContain('password: a new password with --password --include-unconfirmed');
    const { stdout } = await run('--list', '--format', 'json');
    expect(JSON.parse(stdout)[0].credentials).toContainEqual(
      expect.objectContaining({
        ...{ type: 'password', restorable: 'NewPassword', whyNot: null },
        needs: ['--password', '--include-unconfirmed'],
      }),
    );
  });

  it('honors --max-record-age-days', async () => {
    const { first, revocation, lineOf, started } = await start();
    started.now += 98 * day;
    expect(await lineOf()).toContain(
      `access key ${first.accessKeyId}: revocation ${revocation.id} is older than MaxRecordAgeDays (--max-record-age-days), 90;`,
    );
    expect(await lineOf('--max-record-age-days', '101')).toContain(': would be reactivated;');
  });

  it('is nothing if the user no longer exists', async () => {
    const { account, first, second, frank, run, lineOf } = await start();
    user(account, 'alice');
    account.users = account.users.filter((one) => one !== frank);
    const line = await lineOf();
    expect(line).toMatch(/^\(gone\) /u);
    expect(line).toContain(
      `nothing can be restored, because the user no longer exists: access key ${first.accessKeyId}, access key ${second.accessKeyId}, password`,
    );
    const { stdout } = await run('--list', '--format', 'json');
    expect(JSON.parse(stdout)[0].credentials[0]).toMatchObject({
      ...{ restorable: 'No', needs: [], whyNot: 'the user no longer exists' },
    });
  });

  it('is nothing while one of the records is forged', async () => {
    const { account, frank, run } = await start();
    const version = { value: 'e30', version: 1, date: 0, user: 'arn:aws:iam::1:user/eve' };
    const forged = `/unused-iam-credentials/records/${frank.userId}/forged`;
    account.parameters.set(forged, { versions: [version], tags: new Map() });
    const { code, stdout } = await run('--list');
    expect(code).toBe(2);
    expect(stdout).toMatch(
      / confirmed .*not genuine; restore rejects the user until it is deleted/u,
    );
    expect(stdout).not.toContain('would be reactivated');
    expect((await run('frank', '--yes')).stdout).toMatch(/plan: Refused/u);
  });
});

describe('restore --list without any IAM user left', () => {
  it('shows records as not checked', async () => {
    const { account, frank, name, run, lineOf } = await start();
    account.users = [];
    expect(await lineOf()).toMatch(
      /^\(gone\) .* \? +not checked +nothing can be restored, because the user no longer exists$/u,
    );
    const { code, stdout } = await run('--list', '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        ...{ userName: null, userId: frank.userId, recordName: name, confirmed: true },
        ...{ revocationId: name.split('/').at(-1), genuine: null },
      },
    ]);
  });

  it('leaves out what is marked as restored', async () => {
    const { account, record, run } = await start();
    account.users = [];
    record?.tags.set('restored', 'now');
    expect(await run('--list')).toMatchObject({
      ...{ code: 0, stdout: 'No revoked credentials are left to restore.\n' },
    });
  });
});
