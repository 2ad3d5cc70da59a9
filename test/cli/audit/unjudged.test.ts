import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addUser, createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { accessKey, ago, keys, password, storeReport } from '../live-account.ts';
import { expectRefusal } from '../refusal.ts';
import { runInProcess } from '../run-in-process.ts';
import { readAuditOutput, userOf } from './output.ts';

let aws: LocalAws;
beforeEach(async () => {
  // The second must not change between the account's data and the expected data.
  vi.useFakeTimers({ toFake: ['Date'] });
  aws = await startLocalAws(createAccount());
  const createDate = ago(1000);
  addUser(aws.account, { userName: 'plain', createDate, ...password(3) });
  addUser(aws.account, {
    ...{ userName: 'many', createDate, ...password(3) },
    accessKeys: [accessKey('AKIA3', 1, 10), accessKey('AKIA1', 1, 30), accessKey('AKIA2', 1, 20)],
    additionalCredentials: '1 more access key: use ListAccessKeys',
    certificates: [{ active: true, lastRotated: ago(300) }],
    serviceCredentials: [
      ...[
        { id: 'ACCA1', status: 'Active' as const, expires: ago(-9) },
        { id: 'ACCA2\u001B[31m', status: 'Inactive' as const },
        { id: 'ACCA3', status: 'Active' as const },
      ].map((each) => ({ ...each, serviceName: 'bedrock.amazonaws.com', createDate: ago(90) })),
    ],
    sshKeys: [{ id: 'APKA1', status: 'Active', uploadDate: ago(400) }],
  });
  storeReport(aws.account, 5);
});
afterEach(async () => {
  vi.useRealTimers();
  await aws.close();
});

function audit(...args: readonly string[]) {
  const env = { ...keys, AWS_ENDPOINT_URL: aws.endpoint };
  return runInProcess(['audit', '--live', ...args], { env });
}

const iso = (days: number) => new Date(ago(days)).toISOString().replace('.000', '');

describe('what is not evaluated', () => {
  it('is shown for each user, with one request per page for the whole account, and changes no result', async () => {
    aws.account.pageSize = 2;
    const { code, stdout } = await audit('--format', 'json');
    expect(code).toBe(0);
    const output = readAuditOutput(stdout);
    const service = 'bedrock.amazonaws.com';
    const none = { id: null, service: null, created: null, expires: null };
    expect(userOf(output, 'many').unjudged).toEqual([
      { ...none, kind: 'signing-certificate', status: 'Active', created: iso(300) },
      { ...none, kind: 'access-key', id: 'AKIA3', status: 'Active', created: iso(10) },
      ...[
        ['ACCA1', 'Active', iso(-9)],
        ['ACCA2\u001B[31m', 'Inactive', null],
        ['ACCA3', 'Active', null],
      ].map(([id, status, expires]) => {
        const kind = 'service-specific-credential';
        return { kind, id, service, status, created: iso(90), expires };
      }),
    ]);
    expect(userOf(output, 'plain').unjudged).toEqual([]);
    expect(output.summary.unjudged).toEqual({
      ...{ serviceSpecificCredentials: 2, expiringSoon: 1, sshKeys: null },
      ...{ signingCertificates: 1, usersWithMoreThanTwoAccessKeys: 1 },
    });
    expect(aws.requests.counts).toMatchObject({ ListServiceSpecificCredentials: 2 });
    expect(aws.requests.counts).not.toHaveProperty('ListSSHPublicKeys');
  });

  it('is counted below the table, and named in a column of CSV', async () => {
    const table = await audit();
    expect(table.stdout).toMatch(
      /^Not evaluated: 2 service-specific credentials \(1 expires within 30 days\), 1 signing certificate\. More than two access keys: 1 IAM user\. --format json shows them for each user\.$/mu,
    );
    expect(table.stderr).toMatch(/^Note: SSH keys not listed; --ssh-keys lists them/mu);
    const csv = await audit('--format', 'csv');
    const [header = '', many = ''] = csv.stdout.split('\n');
    expect(header).toMatch(/,lastUsedRegion,unjudged,becomesUnused,exemption$/u);
    expect(many).toMatch(/,signing-certificate AKIA3 ACCA1 ACCA2.*\[31m ACCA3,[^,]+,$/u);
  });

  it('has SSH keys only with --ssh-keys, with one request for each user', async () => {
    const { stdout, stderr } = await audit('--ssh-keys', '--format', 'json');
    const output = readAuditOutput(stdout);
    expect(stderr).not.toMatch(/SSH/u);
    expect(userOf(output, 'many').unjudged.at(-1)).toEqual({
      ...{ kind: 'ssh-key', id: 'APKA1', service: null, status: 'Active' },
      ...{ created: iso(400), expires: null },
    });
    expect(output.summary.unjudged.sshKeys).toBe(1);
    expect(aws.requests.counts).toMatchObject({ ListSSHPublicKeys: 2 });
  });

  it.each([
    ['ListServiceSpecificCredentials', 'service-specific credentials', { sshKeys: 1 }],
    ['ListSSHPublicKeys', 'SSH keys', { serviceSpecificCredentials: 2 }],
  ])(
    'is missing with a note that names the permission if %s is denied',
    async (operation, what, rest) => {
      aws.faults.push(deny(operation));
      const { code, stdout, stderr } = await audit('--ssh-keys', '--format', 'json');
      expect(code).toBe(0);
      expect(stderr).toMatch(
        new RegExp(`^Note: ${what} not listed: .*Allow iam:${operation}`, 'mu'),
      );
      const { summary, users } = readAuditOutput(stdout);
      expect(users).toHaveLength(2);
      const unread = { serviceSpecificCredentials: null, sshKeys: null };
      expect(summary.unjudged).toMatchObject({ ...unread, ...rest });
    },
  );

  it('includes no SSH keys of a report: --ssh-keys needs --live', async () => {
    const run = await runInProcess(['audit', '--report', '-', '--ssh-keys'], { stdin: '' });
    expectRefusal(run, /--ssh-keys needs --live/u);
  });
});
