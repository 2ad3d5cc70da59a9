import { afterEach, describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { accessKey, ago, day, password, user } from '../../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../../builders/remediation.ts';
import { runProgramIn } from '../run-program.ts';

let local: LocalRemediation | undefined;
afterEach(() => local?.close());

/** Starts an account in which frank's and gina's credentials were revoked two days ago; alice has none. */
async function start() {
  const account = createAccount();
  user(account, 'alice');
  const [used, unused] = [accessKey(300, 90), accessKey(200)];
  const frank = user(account, 'frank', { ...password(400, 100), accessKeys: [used, unused] });
  const gina = user(account, 'gina', { accessKeys: [accessKey(300, 90)] });
  const started = await startRemediation(account);
  local = started;
  const ofFrank = await started.revoke(frank.userId, { NeverUsedAccessKeyAction: 'Delete' });
  const ofGina = await started.revoke(gina.userId);
  expect([ofFrank.status, ofGina.status]).toEqual(['Success', 'Success']);
  started.now += 2 * day;
  started.aws.requests.entries.length = 0;
  const list = (...args: readonly string[]) =>
    runProgramIn(started, ['restore', '--list', ...args]);
  const recordOfGina = `/unused-iam-credentials/records/${gina.userId}/${ofGina.id}`;
  return { account, used, unused, frank, gina, ofFrank, recordOfGina, list, started };
}

describe('restore --list', () => {
  it('shows what was revoked, when, and what restore would do', async () => {
    const { used, unused, frank, gina, ofFrank, list, started } = await start();
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
    const operations = new Set(started.aws.requests.entries.map(({ operation }) => operation));
    expect([...operations].toSorted()).toEqual([
      ...['GetAccessKeyLastUsed', 'GetLoginProfile', 'GetParameterHistory'],
      ...['GetParametersByPath', 'GetUser', 'ListAccessKeys', 'ListTagsForResource', 'ListUsers'],
    ]);
    const listings = started.aws.requests.entries.filter(
      (entry) => entry.operation === 'ListUsers',
    );
    expect(listings).toHaveLength(1);
  });

  it('restricts itself to users', async () => {
    const { frank, gina, list } = await start();
    expect((await list('gina')).stdout).not.toContain(frank.userId);
    expect((await list(frank.userId)).stdout).not.toContain(gina.userId);
    expect(await list('alice')).toMatchObject({
      code: 0,
      stdout: 'No revoked credentials are left to restore.\n',
    });
    expect(await list('nobody')).toMatchObject({ code: 2, stdout: '' });
  });

  it('leaves out what is marked as restored', async () => {
    const { account, recordOfGina, list } = await start();
    account.parameters.get(recordOfGina)?.tags.set('restored', 'now');
    expect((await list()).stdout).not.toMatch(/^gina/mu);
    expect((await list('gina', '--format', 'json')).stdout).toBe('[]\n');
  });

  it('shows the writer of a record that is not genuine, with exit code 2', async () => {
    const { account, gina, recordOfGina, list } = await start();
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
    const { used, frank, ofFrank, list } = await start();
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
