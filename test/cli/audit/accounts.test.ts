import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, createAccount, type LocalAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { listPermissions } from '../../../local-aws/policy/authorize.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { delegatedAdministrator } from '../../builders/organization.ts';
import { accessKey, ago, keys, password, storeReport } from '../live-account.ts';
import { expectRefusal } from '../refusal.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';
import { policyIn } from './policy-in.ts';
import { auditResult } from './result-of.ts';

const folder = useTemporaryFolder();
const ids = ['111111111111', '222222222222', '333333333333'] as const;
const all = ids.join(',');
const policy = policyIn('docs/audit.md', 'A role in each account');

/** An account with an idle user, and the role Audit. */
function createMember(accountId: string): LocalAccount {
  const account = createAccount({ accountId, roles: new Map([['Audit', [policy]]]) });
  const createDate = ago(900);
  addUser(account, { userName: 'idle', createDate, ...password(112) });
  addUser(account, { userName: 'used', createDate, ...password(1) });
  storeReport(account, 5);
  return account;
}

let aws: LocalAws;
let members: LocalAccount[];
beforeEach(async () => {
  members = ids.map(createMember);
  aws = await startLocalAws(delegatedAdministrator(members));
});
afterEach(() => aws.close());

/** Runs audit with a role in these accounts. */
function auditAccounts(args: readonly string[], role = ['--role', 'Audit']) {
  const env = { ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: aws.endpoint };
  return auditResult([...args, ...role], { env });
}

describe('audit --accounts', () => {
  it('evaluates each account live, as the role there', async () => {
    const { code, read } = await auditAccounts(['--accounts', all]);
    const { accounts, users, summary } = read();
    expect(code).toBe(1);
    expect(accounts.map((each) => [each.accountId, each.users, each.nonCompliant])).toEqual(
      ids.map((id) => [id, 2, 1]),
    );
    expect(users.map(({ arn }) => arn)).toEqual(
      ids.flatMap((id) => ['idle', 'used'].map((name) => `arn:aws:iam::${id}:user/${name}`)),
    );
    expect(summary.notes).toEqual([
      expect.stringMatching(/^evaluated by the default parameters, which can differ/u),
      expect.stringMatching(/^SSH keys not listed/u),
    ]);
    expect(aws.requests.counts).toEqual({
      AssumeRole: 3,
      GenerateCredentialReport: 3,
      GetCredentialReport: 3,
      GetAccountAuthorizationDetails: 3,
      ListServiceSpecificCredentials: 3,
    });
  });

  it('evaluates by the options, all accounts alike', async () => {
    const args = ['--accounts', all, '--max-credential-usage-age', '200'];
    const { code, read } = await auditAccounts(args);
    expect(code).toBe(0);
    expect(read()).toMatchObject({
      parameters: { maxCredentialUsageAge: 200 },
      parametersFrom: { kind: 'options' },
    });
  });

  it('takes the accounts from a file with comments', async () => {
    const text = `# production\r\n${ids[0]}\n\n  ${ids[2]}  # the last\n`;
    const { read } = await auditAccounts(['--accounts-file', folder.file('ids.txt', text)]);
    expect(read().accounts.map(({ accountId }) => accountId)).toEqual([ids[0], ids[2]]);
  });

  it('takes the accounts from a file in UTF-16 with a byte order mark', async () => {
    const bytes = Buffer.from(`\uFEFF${ids[0]}\r\n`, 'utf16le');
    const { read } = await auditAccounts(['--accounts-file', folder.file('utf16.txt', bytes)]);
    expect(read().accounts.map(({ accountId }) => accountId)).toEqual([ids[0]]);
  });

  it('finds a role by its path and name', async () => {
    const { code } = await auditAccounts(['--accounts', all], ['--role', 'audit/team/Audit']);
    expect(code).toBe(1);
  });

  it('needs the policy of docs/audit.md, and no other permission', async () => {
    const [first] = members;
    if (first?.roles === undefined) throw new Error('no account');
    const accessKeys = [accessKey('AKIAOLD', 300)];
    addUser(first, { userName: 'keys', createDate: ago(800), accessKeys });
    const gone = addUser(first, { userName: 'gone', createDate: ago(700), ...password(80) });
    storeReport(first, 120);
    const before = () => {
      first.users = first.users.filter((user) => user !== gone);
    };
    aws.faults.push({ operation: 'GetUser', before, times: 1 });
    const { code, read } = await auditAccounts(['--accounts', ids[0]]);
    expect({ code, errors: read().errors }).toEqual({ code: 1, errors: [] });
    const { permissionsUsed: used } = first;
    const unused = [...listPermissions(first.roles)].filter((permission) => !used.has(permission));
    expect(unused).toEqual([]);
  });
});

describe('an account that cannot be read', () => {
  it.each<[string, (account: LocalAccount) => void, RegExp]>([
    [
      'has no such role',
      (account) => account.roles?.clear(),
      /sts:AssumeRole failed: AccessDenied: .*The role Audit must exist in the account, and its trust policy/u,
    ],
    [
      'has a role without a permission',
      (account) => account.roles?.set('Audit', []),
      /iam:GenerateCredentialReport failed: AccessDenied: .*Allow iam:GenerateCredentialReport/u,
    ],
    [
      'answers with the report of another account',
      (account) => {
        const report = account.credentialReport;
        if (report !== undefined) report.content = report.content.replaceAll(ids[1], ids[0]);
      },
      /the credential report is of account 111111111111; expected 222222222222/u,
    ],
  ])('is named with the reason, and the others are reported: it %s', async (_, spoil, reason) => {
    const [, second] = members;
    if (second !== undefined) spoil(second);
    const { code, read, stderr } = await auditAccounts(['--accounts', all]);
    expect(code).toBe(2);
    expect(read().accounts.map(({ failure }) => failure)).toEqual([
      null,
      expect.stringMatching(reason),
      null,
    ]);
    expect(read().users).toHaveLength(4);
    expect(stderr).toMatch(/^Could not read account 222222222222: /mu);
  });

  it('has no note about a missing role if AWS failed for another reason', async () => {
    const message = 'The security token included in the request is expired';
    aws.faults.push({
      operation: 'AssumeRole',
      code: 'ExpiredTokenException',
      status: 400,
      message,
    });
    const { code, read } = await auditAccounts(['--accounts', ids[0]]);
    expect(code).toBe(2);
    expect(read().accounts[0]?.failure).toMatch(
      /^sts:AssumeRole failed: ExpiredToken.* is expired\. Sign in to the account again$/u,
    );
  });

  it('does not hide that every account failed', async () => {
    aws.faults.push(deny('AssumeRole'));
    const { code, read, stderr } = await auditAccounts(['--accounts', all]);
    expect(code).toBe(2);
    expect(read().users).toEqual([]);
    expect(stderr.match(/^Could not read account/gmu)).toHaveLength(3);
  });
});

describe('options of accounts', () => {
  const file = folder.file('wrong.txt', '111111111111\n1111\n');
  const empty = folder.file('empty.txt', '# none\n');
  const binary = folder.file('binary.txt', new Uint8Array([0xff, 0x00]));

  it.each<[string, string[], RegExp]>([
    ['no role', ['--accounts', all], /--accounts needs --role: the role to assume/u],
    [
      'a role without accounts',
      ['--live', '--role', 'x'],
      /--role needs --accounts or --accounts-file/u,
    ],
    [
      'a role that is an ARN',
      ['--accounts', all, '--role', 'arn:aws:iam::1:role/x'],
      /--role is .*expected the name of a role/u,
    ],
    [
      'an account ID of 11 digits',
      ['--accounts', '11111111111', '--role', 'x'],
      /--accounts is "11111111111"; expected account IDs of 12 digits/u,
    ],
    [
      'an account twice',
      ['--accounts', `${all},${ids[0]}`, '--role', 'x'],
      /--accounts names account 111111111111 twice/u,
    ],
    [
      'a wrong ID in the file',
      ['--accounts-file', file, '--role', 'x'],
      /--accounts-file .*wrong\.txt is "1111"; expected account IDs/u,
    ],
    [
      'a file without accounts',
      ['--accounts-file', empty, '--role', 'x'],
      /empty\.txt names no account/u,
    ],
    [
      'a file that is no text',
      ['--accounts-file', binary, '--role', 'x'],
      /--accounts-file .*binary\.txt is not UTF-8 text/u,
    ],
    [
      'a file that is not there',
      ['--accounts-file', 'none.txt', '--role', 'x'],
      /cannot read none\.txt: there is no such file/u,
    ],
    [
      'both lists',
      ['--accounts', all, '--accounts-file', file, '--role', 'x'],
      /--accounts and --accounts-file exclude each other/u,
    ],
    [
      '--live as well',
      ['--accounts', all, '--live', '--role', 'x'],
      /--live and --accounts exclude each other/u,
    ],
    [
      'a rule',
      ['--accounts', all, '--role', 'x', '--rule', 'x'],
      /--rule needs --live or --organization/u,
    ],
  ])('that are wrong are refused: %s', async (_, args, message) => {
    expectRefusal(await auditAccounts(args, []), message);
    expect(aws.requests.entries).toEqual([]);
  });
});
