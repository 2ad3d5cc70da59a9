import { describe, expect, it } from 'vitest';
import { accessKey, ago, day, user } from '../../builders/account.ts';
import { startRevoked } from './revoked-users.ts';

/** Two days ago, frank's credentials were revoked, and with them gina's; alice has none. */
async function startList() {
  const { account, first, second, frank, revocation, local, run } = await startRevoked({
    neverUsed: true,
  });
  user(account, 'alice');
  const gina = user(account, 'gina', { accessKeys: [accessKey(300, 90)] });
  const ofGina = await local.revoke(gina.userId);
  expect(ofGina.status).toBe('Success');
  local.now += 2 * day;
  local.aws.requests.entries.length = 0;
  const list = (...args: readonly string[]) => run(['--list', ...args]);
  const recordOfGina = `/unused-iam-credentials/records/${gina.userId}/${ofGina.id}`;
  const used = first;
  return {
    account,
    used,
    unused: second,
    frank,
    gina,
    ofFrank: revocation,
    recordOfGina,
    list,
    local,
  };
}

/** Two days ago, frank's credentials were revoked. */
async function startPlan() {
  const { local, frank, run: restore, ...started } = await startRevoked();
  local.now += 2 * day;
  const run = (...args: readonly string[]) => restore(args);
  /** The list's line of frank. */
  const lineOf = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run('--list', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').find((line) => line.includes(frank.userId));
  };
  return { ...started, frank, local, run, lineOf };
}

describe('restore --list', () => {
  it('shows what was revoked, when, and what restore would do', async () => {
    const { used, unused, frank, gina, ofFrank, list, local } = await startList();
    const { code, stdout, stderr } = await list();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^USER +USER ID +REVOCATION +AGE +STATE +WHAT RESTORE WOULD DO$/u);
    const ofFrankLine = lines.find((line) => line.startsWith('frank'));
    expect(ofFrankLine).toContain(`${frank.userId}  ${ofFrank.id}  2 days  confirmed  `);
    expect(ofFrankLine).toContain(`access key ${used.accessKeyId}: would be reactivated;`);
    expect(ofFrankLine).toContain(`key ${unused.accessKeyId}: deleted, and cannot be restored;`);
    expect(ofFrankLine).toContain('password: a new password with --password');
    expect(lines.filter((line) => line.includes(gina.userId))).toHaveLength(1);
    const operations = new Set(local.aws.requests.entries.map(({ operation }) => operation));
    expect([...operations].toSorted()).toEqual([
      ...['GetAccessKeyLastUsed', 'GetLoginProfile', 'GetParameterHistory'],
      ...['GetParametersByPath', 'GetUser', 'ListAccessKeys', 'ListTagsForResource', 'ListUsers'],
    ]);
    const listings = local.aws.requests.entries.filter((entry) => entry.operation === 'ListUsers');
    expect(listings).toHaveLength(1);
  });

  it('restricts itself to users', async () => {
    const { frank, gina, list } = await startList();
    expect((await list('gina')).stdout).not.toContain(frank.userId);
    expect((await list(frank.userId)).stdout).not.toContain(gina.userId);
    expect(await list('alice')).toMatchObject({
      code: 0,
      stdout: 'No revoked credentials are left to restore.\n',
    });
    expect(await list('nobody')).toMatchObject({ code: 2, stdout: '' });
  });

  it('leaves out what is marked as restored', async () => {
    const { account, recordOfGina, list } = await startList();
    account.parameters.get(recordOfGina)?.tags.set('restored', 'now');
    expect((await list()).stdout).not.toMatch(/^gina/mu);
    expect((await list('gina', '--format', 'json')).stdout).toBe('[]\n');
  });

  it('shows the writer of a record that is not genuine, with exit code 2', async () => {
    const { account, gina, recordOfGina, list } = await startList();
    const writer = 'arn:aws:sts::123456789012:assumed-role/admin/\u009B2Jeve';
    const version = { value: 'e30', version: 2, date: ago(0), user: writer };
    account.parameters.get(recordOfGina)?.versions.push(version);
    gina.userName = 'gi\u009B2Jna';
    const table = await list();
    expect(table.code).toBe(2);
    expect(table.stdout).toMatch(
      /^gi\\u\{9b\}2Jna .* NOT GENUINE +it was overwritten; written by /mu,
    );
    expect(table.stdout).toContain('and arn:aws:sts::123456789012:assumed-role/admin/\\u{9b}2Jeve');
    expect(table.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const json = await list('--format', 'json');
    expect(json.code).toBe(2);
    expect(json.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(json.stdout)).toContainEqual({
      ...{ userName: 'gi\u009B2Jna', userId: gina.userId, recordName: recordOfGina },
      ...{ revocationId: recordOfGina.split('/').at(-1), confirmed: true, genuine: false },
      ...{ why: 'it was overwritten', writer: expect.stringContaining(writer) },
    });
  });

  it('gives JSON', async () => {
    const { used, frank, ofFrank, list } = await startList();
    const [record] = JSON.parse((await list('frank', '--format', 'json')).stdout);
    expect(record).toEqual({
      ...{ userName: 'frank', userId: frank.userId, revocationId: ofFrank.id },
      recordName: `/unused-iam-credentials/records/${frank.userId}/${ofFrank.id}`,
      ...{ confirmed: true, genuine: true, ageDays: 2 },
      recordedAt: expect.stringMatching(/^2026-11-21T06:3/u),
      credentials: expect.arrayContaining([
        {
          ...{ name: `access key ${used.accessKeyId}`, type: 'access-key', id: used.accessKeyId },
          ...{ action: 'Deactivate', restorable: 'Reactivate', needs: [], whyNot: null },
          reason: 'used 2026-08-23 (90 days, limit 45)',
        },
      ]),
    });
    expect(record.credentials.map(({ restorable }: { restorable: string }) => restorable)).toEqual([
      'Reactivate',
      'No',
      'NewPassword',
    ]);
  });
});

describe('the plan that restore --list shows', () => {
  it('is what restore then does', async () => {
    const { first, second, run, lineOf } = await startPlan();
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

  it('finds a user by a new name', async () => {
    const { first, frank, lineOf } = await startPlan();
    frank.userName = 'francis';
    expect(await lineOf()).toMatch(
      new RegExp(`^francis .*${first.accessKeyId}: would be reactivated;`, 'u'),
    );
  });

  it('says that what is unconfirmed needs --include-unconfirmed', async () => {
    const { first, record, run, lineOf } = await startPlan();
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

  it('honours --max-record-age-days', async () => {
    const { first, revocation, lineOf, local } = await startPlan();
    local.now += 98 * day;
    expect(await lineOf()).toContain(
      `access key ${first.accessKeyId}: revocation ${revocation.id} is older than MaxRecordAgeDays (--max-record-age-days), 90;`,
    );
    expect(await lineOf('--max-record-age-days', '101')).toContain(': would be reactivated;');
  });

  it('is nothing if the user no longer exists', async () => {
    const { account, first, second, frank, run, lineOf } = await startPlan();
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
    const { account, frank, run } = await startPlan();
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
    const { account, frank, name, run, lineOf } = await startPlan();
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
    const { account, record, run } = await startPlan();
    account.users = [];
    record?.tags.set('restored', 'now');
    expect(await run('--list')).toMatchObject({
      ...{ code: 0, stdout: 'No revoked credentials are left to restore.\n' },
    });
  });
});
