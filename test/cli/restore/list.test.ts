import { describe, expect, it } from 'vitest';
import type { LocalAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { accessKey, ago, day, user } from '../../builders/account.ts';
import { runProgramIn } from '../run-program.ts';
import { startRevoked } from './revoked-users.ts';

/** Two days ago, frank's credentials were revoked. */
async function start(options?: Parameters<typeof startRevoked>[0]) {
  const started = await startRevoked(options);
  const { local, frank, run } = started;
  local.now += 2 * day;
  local.aws.requests.entries.length = 0;
  const list = (...args: readonly string[]) => run(['--list', ...args]);
  const json = async () => JSON.parse((await list('--format', 'json')).stdout);
  /** The list's paragraph of frank. */
  const paragraphOf = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await list(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n\n').find((text) => text.includes(frank.userId));
  };
  return { ...started, list, json, paragraphOf };
}

const nothing = 'no revoked credentials are left to restore.';
const here = 'Account 123456789012, us-east-1';

describe('restore --list', () => {
  it('shows what earlier restorations gave back even without marks', async () => {
    const { first, record, run, local } = await startRevoked();
    await run(['frank', '--password', '--yes']);
    record?.tags.clear();
    first.status = 'Inactive';
    const list = async () => (await run(['--list'])).stdout;
    expect(await list()).toContain(`access key ${first.accessKeyId}: was restored before,`);
    local.aws.faults.push(deny('DescribeAutomationExecutions'));
    expect(await list()).toContain(`access key ${first.accessKeyId}: would be reactivated`);
  });

  it('shows what was revoked, when, and what restore would do', async () => {
    const { first, second, frank, revocation, name, list, json, local } = await start({
      neverUsed: true,
    });
    const { code, stdout, stderr } = await list();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/T06:3\d:\d\dZ/u, 'T…')).toBe(
      [
        'Account 123456789012, us-east-1: 1 record of what was revoked or removed',
        '',
        `frank (${frank.userId})`,
        `  revocation ${revocation.id}`,
        '  recorded 2026-11-21T… (2 days ago), confirmed',
        `    access key ${first.accessKeyId}: would be reactivated (last used 2026-08-23 by s3 in us-east-1)`,
        `    access key ${second.accessKeyId}: deleted, and cannot be restored`,
        '    password: a new password with --password',
        '',
      ].join('\n'),
    );
    const operations = local.aws.requests.entries.map(({ operation }) => operation);
    expect([...new Set(operations)].toSorted()).toEqual([
      'DescribeAutomationExecutions',
      ...['GetAccessKeyLastUsed', 'GetFunctionConfiguration', 'GetLoginProfile'],
      ...[
        'GetParameterHistory',
        'GetParametersByPath',
        'GetUser',
        'ListAccessKeys',
        'ListTagsForResource',
        'ListUsers',
      ],
    ]);
    expect(operations.filter((operation) => operation === 'ListUsers')).toHaveLength(1);

    const credential = {
      ...{ name: `access key ${first.accessKeyId}`, type: 'access-key', id: first.accessKeyId },
      ...{ action: 'Deactivate', restorable: 'Reactivate', needs: [], whyNot: null },
      reason: 'used 2026-08-23 (90 days, limit 45)',
      lastUse: 'last used 2026-08-23 by s3 in us-east-1',
    };
    expect(await json()).toEqual([
      {
        ...{ accountId: '123456789012', region: 'us-east-1' },
        ...{ userName: 'frank', userId: frank.userId, revocationId: revocation.id },
        ...{ recordName: name, confirmed: true, genuine: true, ageDays: 2 },
        recordedAt: expect.stringMatching(/^2026-11-21T06:3/u),
        credentials: [
          credential,
          expect.objectContaining({ restorable: 'No' }),
          expect.objectContaining({ restorable: 'NewPassword' }),
        ],
        retirement: null,
      },
    ]);
  });

  it('lists only the records of the given users', async () => {
    const { account, local, frank, list } = await start();
    user(account, 'alice');
    const gina = user(account, 'gina', { accessKeys: [accessKey(300, 90)] });
    expect((await local.revoke(gina.userId)).status).toBe('Success');
    expect((await list()).stdout).toMatch(
      /^frank \(.*\n(.*\n)*gina \(|^gina \(.*\n(.*\n)*frank \(/mu,
    );
    expect((await list('gina')).stdout).not.toContain(frank.userId);
    expect((await list(frank.userId)).stdout).not.toContain(gina.userId);
    expect(await list('alice')).toMatchObject({ code: 0, stdout: `${here}: ${nothing}\n` });
    expect(await list('nobody')).toMatchObject({ code: 2, stdout: '' });
  });

  it.each<[string, string, (account: LocalAccount) => void]>([
    ['', here, () => undefined],
    [
      ', without any IAM user left',
      'Account unknown, us-east-1',
      (account) => {
        account.users = [];
      },
    ],
  ])('omits records that are marked as restored, and counts them%s', async (_, where, change) => {
    const { account, record, list, json } = await start();
    record?.tags.set('restored', 'now');
    change(account);
    const counted = '1 record is marked as restored and left out.';
    const stdout = `${where}: ${nothing} ${counted}\n`;
    expect(await list()).toMatchObject({ code: 0, stdout });
    expect(await json()).toEqual([]);
  });

  it('shows a record that is not genuine even if it is marked as restored', async () => {
    const { record, list } = await start();
    record?.versions.push({
      value: 'e30',
      version: 2,
      date: ago(0),
      user: 'arn:aws:iam::1:user/eve',
    });
    record?.tags.set('restored', 'now');
    expect(await list()).toMatchObject({ code: 2, stdout: expect.stringContaining('NOT GENUINE') });
  });

  it('shows the writer of a record that is not genuine, with exit code 2', async () => {
    const { account, frank, name, record, list } = await start();
    user(account, 'alice');
    account.users.reverse();
    const writer = 'arn:aws:sts::123456789012:assumed-role/admin/\u009B2Jeve';
    record?.versions.push({ value: 'e30', version: 2, date: ago(0), user: writer });
    frank.userName = 'fr\u009B2Jank';
    const table = await list();
    const lines = /^fr\\u\{9b\}2Jank .*\n.*\n {2}NOT GENUINE: it was overwritten; written by /mu;
    expect(table.stdout).toMatch(lines);
    expect(table.stdout).toContain('and arn:aws:sts::123456789012:assumed-role/admin/\\u{9b}2Jeve');
    const json = await list('--format', 'json');
    for (const { code, stdout } of [table, json]) {
      expect(code).toBe(2);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect(JSON.parse(json.stdout)).toEqual([
      {
        ...{ accountId: '123456789012', region: 'us-east-1' },
        ...{ userName: 'fr\u009B2Jank', userId: frank.userId, recordName: name },
        ...{ revocationId: name.split('/').at(-1), confirmed: true, genuine: false },
        ...{ why: 'it was overwritten', writer: expect.stringContaining(writer) },
      },
    ]);
  });
});

describe('restore --list in a terminal', () => {
  it('fits 80 columns, and breaks no ID', async () => {
    const { local, frank, revocation } = await start();
    frank.userName = 'a-name-that-is-as-long-as-a-name-of-an-iam-user-can-be.0123456789';
    const terminal = { width: 80 };
    const { stdout } = await runProgramIn(local, ['restore', '--list'], undefined, terminal);
    const tooLong = stdout.split('\n').filter((line) => line.length > 80);
    expect(tooLong).toEqual([`${frank.userName} (${frank.userId})`]);
    expect(stdout).toContain(`  revocation ${revocation.id}\n`);
    expect(stdout).toMatch(
      /^ {4}access key \w+: would be reactivated \(last used\n {6}2026-08-23 by/mu,
    );
  });
});

describe('the plan that restore --list shows', () => {
  it('is what restore then does', async () => {
    const { first, second, run, paragraphOf } = await start();
    second.status = 'Active';
    const plan = [
      `    access key ${first.accessKeyId}: would be reactivated (last used 2026-08-23 by s3 in us-east-1)`,
      `    access key ${second.accessKeyId}: is already Active; it is left unchanged (last used 2026-09-02 by s3 in us-east-1)`,
      '    password: a new password with --password\n',
    ];
    expect((await paragraphOf())?.endsWith(plan.join('\n'))).toBe(true);
    const { stdout } = await run(['frank', '--yes']);
    expect(stdout.match(/^ {2}restored: .*$/gmu)).toEqual([
      `  restored: access key ${first.accessKeyId}`,
    ]);
    expect(stdout).toContain(
      '  not restored: password: deleted; use RestorePassword (--password) to issue a new one\n',
    );
  });

  it.each<[string, (started: Awaited<ReturnType<typeof start>>) => void, string, string]>([
    [
      'comes back by hand where no function issues one',
      ({ account }) => account.functions?.clear(),
      ...(['only by hand, because this deployment issues no passwords; see', 'ByHand'] as const),
    ],
    [
      'is offered if AWS does not say whether one can be issued',
      ({ local }) => void local.aws.faults.push(deny('GetFunctionConfiguration')),
      ...(['a new password with --password', 'NewPassword'] as const),
    ],
  ])('for a password %s', async (_, change, text, restorable) => {
    const started = await start();
    change(started);
    expect(await started.paragraphOf()).toContain(`password: ${text}`);
    const [{ credentials }] = await started.json();
    expect(credentials.at(-1)).toMatchObject({ type: 'password', restorable });
  });

  it('finds a renamed user', async () => {
    const { first, frank, paragraphOf } = await start();
    frank.userName = 'francis';
    const line = new RegExp(`^francis \\(.*${first.accessKeyId}: would be reactivated \\(`, 'su');
    expect(await paragraphOf()).toMatch(line);
  });

  it('does not require --include-unconfirmed if the steps of the revocation confirm it', async () => {
    const { account, first, revocation, record, run, json, paragraphOf } = await start();
    record?.tags.delete('applied');
    const deletion = revocation.steps.find(({ name }) => name === 'DeletePassword');
    Object.assign(deletion ?? {}, { status: 'Failed' });
    const line = await paragraphOf();
    expect(line).toContain(', unconfirmed\n');
    expect(line).toContain(`    access key ${first.accessKeyId}: would be reactivated (`);
    expect(line).toContain('password: a new password with --password --include-unconfirmed');
    const [{ credentials }] = await json();
    expect(credentials.map(({ needs }: { needs: unknown }) => needs)).toEqual([
      ...[[], [], ['--password', '--include-unconfirmed']],
    ]);
    await run(['frank', '--yes', '--password']);
    expect([first.status, account.secrets.size]).toEqual(['Active', 0]);
  });

  it('is nothing while the revocation is running', async () => {
    const { revocation, record, paragraphOf } = await start();
    record?.tags.delete('applied');
    revocation.status = 'InProgress';
    expect(await paragraphOf()).toContain(
      `: revocation ${revocation.id} is still running; wait until it ends`,
    );
  });

  it('says that what neither a mark nor the steps confirm needs --include-unconfirmed', async () => {
    const { account, first, record, json, paragraphOf } = await start();
    record?.tags.delete('applied');
    account.automation.executions.clear();
    const line = await paragraphOf();
    expect(line).toContain(', unconfirmed\n');
    expect(line).toContain(
      `    access key ${first.accessKeyId}: would be reactivated with --include-unconfirmed (`,
    );
    expect(line).toContain('password: a new password with --password --include-unconfirmed');
    const [{ credentials }] = await json();
    expect(credentials.at(-1)).toMatchObject({
      ...{ type: 'password', restorable: 'NewPassword', whyNot: null },
      needs: ['--password', '--include-unconfirmed'],
    });
  });

  it('applies --max-record-age-days', async () => {
    const { first, revocation, paragraphOf, local } = await start();
    local.now += 98 * day;
    expect(await paragraphOf()).toContain(
      `access key ${first.accessKeyId}: revocation ${revocation.id} is older than MaxRecordAgeDays (--max-record-age-days), 90; name it with RevocationId (--revocation) to restore it`,
    );
    expect(await paragraphOf('--max-record-age-days', '101')).toContain(': would be reactivated (');
  });

  it('is nothing if the user no longer exists', async () => {
    const { account, first, second, frank, json, paragraphOf } = await start();
    user(account, 'alice');
    account.users = account.users.filter((one) => one !== frank);
    expect(await paragraphOf()).toMatch(
      new RegExp(
        `^\\(gone\\) .* {4}nothing can be restored, because the user no longer exists: access key ${first.accessKeyId}, access key ${second.accessKeyId}, password`,
        'su',
      ),
    );
    const [{ credentials }] = await json();
    expect(credentials[0]).toMatchObject({
      ...{ restorable: 'No', needs: [], whyNot: 'the user no longer exists' },
    });
  });

  it('is not known if there is no IAM user left, because no record can be checked', async () => {
    const { account, frank, name, json, paragraphOf } = await start();
    account.users = [];
    expect(await paragraphOf()).toMatch(
      /^\(gone\) .*\n {2}revocation .*\n {2}not checked\n {4}nothing can be restored, because the user no longer exists\n$/u,
    );
    expect(await json()).toEqual([
      {
        ...{ accountId: null, region: 'us-east-1' },
        ...{ userName: null, userId: frank.userId, recordName: name, confirmed: true },
        ...{ revocationId: name.split('/').at(-1), genuine: null },
      },
    ]);
  });

  it('is nothing while one of the records is forged', async () => {
    const { account, frank, run, list } = await start();
    const version = { value: 'e30', version: 1, date: 0, user: 'arn:aws:iam::1:user/eve' };
    const forged = `/unused-iam-credentials/records/${frank.userId}/forged`;
    account.parameters.set(forged, { versions: [version], tags: new Map() });
    const { code, stdout } = await list();
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /, confirmed\n.*not genuine; restore rejects the user until it is deleted/u,
    );
    expect(stdout).not.toContain('would be reactivated');
    expect((await run(['frank', '--yes'])).stdout).toMatch(/plan: Refused/u);
  });
});
