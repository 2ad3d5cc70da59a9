import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, createAccount, type LocalUser } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { accessKey, ago, keys, password, storeReport } from '../live-account.ts';
import { runInProcess } from '../run-in-process.ts';
import { readAuditOutput, userOf } from './output.ts';

const minute = 60_000;
const oneListing = {
  DescribeConfigRules: 1,
  GenerateCredentialReport: 1,
  GetCredentialReport: 1,
  GetAccountAuthorizationDetails: 1,
  ListServiceSpecificCredentials: 1,
};

/** Standard error of every run without a rule and --ssh-keys. */
const usualNotes =
  'Note: there is no AWS Config rule unused-iam-credentials in eu-central-1; evaluated by the default parameters\n' +
  'Note: SSH keys not listed; --ssh-keys lists them, with one request for each user\n';

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws(createAccount());
});
afterEach(() => aws.close());

function add(userName: string, rest: Partial<LocalUser>): LocalUser {
  return addUser(aws.account, { userName, createDate: ago(1000), ...rest });
}

/** Runs `audit --live --format json` against the local account. */
async function auditLive(args: readonly string[] = []) {
  const env = { ...keys, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: aws.endpoint };
  const result = await runInProcess(['audit', '--live', '--format', 'json', ...args], { env });
  return { ...result, read: () => readAuditOutput(result.stdout) };
}

describe('audit --live', () => {
  it('reads no user live if the report is fresh', async () => {
    const idle = add('idle', password(112));
    add('used', { ...password(3), accessKeys: [accessKey('AKIAUSED', 2)] });
    storeReport(aws.account, 5);
    const { code, stderr, read } = await auditLive();
    expect({ code, stderr }).toEqual({ code: 1, stderr: usualNotes });
    expect(userOf(read(), 'idle')).toMatchObject({
      userId: idle.userId,
      category: 'inactive-user',
    });
    expect(aws.requests.counts).toEqual(oneListing);
  });

  const readLive = { GetUser: 1, ListAccessKeys: 1, GetAccessKeyLastUsed: 2, GetLoginProfile: 1 };
  it.each([
    ['fresh', 5, { ListAccessKeys: 1 }],
    ['old', 120, readLive],
  ])(
    'names every unused access key by its ID with a report that is %s',
    async (_, minutes, counts) => {
      add('one', { accessKeys: [accessKey('AKIAONEOLD', 400), accessKey('AKIAONENEW', 2, 700)] });
      add('used', { accessKeys: [accessKey('AKIAUSED', 3)] });
      storeReport(aws.account, minutes);
      const output = (await auditLive()).read();
      const byId = new Map(userOf(output, 'one').credentials.map((key) => [key.id, key]));
      expect([...byId.keys()].toSorted()).toEqual(['AKIAONENEW', 'AKIAONEOLD']);
      expect(byId.get('AKIAONEOLD')).toMatchObject({ slot: 1, basis: 'used', unused: true });
      expect(byId.get('AKIAONENEW')).toMatchObject({ slot: 2, unused: false });
      expect(aws.requests.counts).toEqual({ ...oneListing, ...counts });
    },
  );

  it('reads the user live if two of their keys were created in the same second', async () => {
    add('one', { accessKeys: [accessKey('AKIAFIRST', 400), accessKey('AKIASECOND', 200)] });
    storeReport(aws.account, 5);
    const { credentials } = userOf((await auditLive()).read(), 'one');
    expect(new Set(credentials.map(({ id }) => id))).toEqual(new Set(['AKIAFIRST', 'AKIASECOND']));
    expect(aws.requests.counts).toMatchObject({ GetUser: 1, GetLoginProfile: 1 });
  });

  it.each<[string, (keys: LocalUser['accessKeys']) => void]>([
    ['deactivated', ([first]) => first && Object.assign(first, { status: 'Inactive' })],
    ['deleted', (keys) => keys.splice(0, 1)],
    ['replaced', (keys) => keys.splice(0, 1, accessKey('AKIAREPLACED', 0, 0.001))],
  ])('reads the user live if a key was %s since the report', async (_, change) => {
    const { accessKeys } = add('one', {
      accessKeys: [accessKey('AKIAONEOLD', 400), accessKey('AKIAONENEW', 200, 700)],
    });
    storeReport(aws.account, 5);
    change(accessKeys);
    const { credentials } = userOf((await auditLive()).read(), 'one');
    const active = accessKeys.filter(({ status }) => status === 'Active');
    const ids = new Set(active.map(({ accessKeyId }) => accessKeyId));
    expect(new Set(credentials.map(({ id }) => id))).toEqual(ids);
    expect(aws.requests.counts).toMatchObject({ GetUser: 1, GetLoginProfile: 1 });
  });

  it('names unused keys of COMPLIANT users too, and takes creation before change', async () => {
    const never = { ...accessKey('AKIANEVER', 0, 300), lastUsed: undefined };
    add('mixed', { ...password(1), accessKeys: [never] });
    storeReport(aws.account, 5);
    const { code, read } = await auditLive(['--evaluation-scope', 'user']);
    expect({ code, user: userOf(read(), 'mixed') }).toMatchObject({
      code: 0,
      user: {
        category: 'unused-access-key',
        credentials: [
          { type: 'password', basis: 'used' },
          { id: 'AKIANEVER', basis: 'created', idleDays: 300 },
        ],
      },
    });
  });
});

describe('audit --live --as-of', () => {
  it('treats a report newer than the instant as fresh', async () => {
    add('idle', password(112));
    const at = storeReport(aws.account, 120);
    const instant = new Date(at - 60 * minute).toISOString();
    const { code, read } = await auditLive(['--as-of', instant]);
    expect({ code, asOf: Date.parse(read().asOf) }).toEqual({ code: 1, asOf: at - 60 * minute });
    expect(read().summary.notes).toContainEqual(
      expect.stringMatching(
        /^IAM keeps only the last use .* used after .*Z do not count as unused/u,
      ),
    );
    expect(aws.requests.counts).toEqual(oneListing);
  });
});

describe('a user who cannot be evaluated live', () => {
  it('is in errors if IAM denies the read, and the others are shown: exit code 2', async () => {
    const locked = add('locked', { accessKeys: [accessKey('AKIALOCKED', 300)] });
    add('idle', password(112));
    storeReport(aws.account, 5);
    aws.faults.push({
      ...deny('ListAccessKeys'),
      when: ({ UserName }) => UserName === locked.userName,
    });
    const { code, stderr, read } = await auditLive();
    expect(code).toBe(2);
    expect(read().users.map(({ userName }) => userName)).toEqual(['idle']);
    expect(read().errors).toEqual([
      {
        ...{ arn: 'arn:aws:iam::123456789012:user/locked', accountId: '123456789012' },
        message: expect.stringMatching(
          /iam:ListAccessKeys failed: AccessDenied.*Allow iam:ListAcc/u,
        ),
      },
    ]);
    expect(stderr).toMatch(
      /^Could not evaluate arn:aws:iam::123456789012:user\/locked: iam:ListAcc/mu,
    );
  });

  it('does not include a user renamed since the report, if nobody else has their creation date', async () => {
    const renamed = add('before', password(112));
    storeReport(aws.account, 5);
    renamed.userName = 'after';
    const { code, read } = await auditLive();
    expect(code).toBe(1);
    expect(read()).toMatchObject({ users: [{ userName: 'after' }], errors: [] });
  });

  it('is in errors if only a newer report can decide: a user renamed since, if another user has the same creation date', async () => {
    const renamed = add('before', password(112));
    const gone = add('gone', { createDate: renamed.createDate });
    storeReport(aws.account, 5);
    renamed.userName = 'after';
    aws.account.users = aws.account.users.filter((user) => user !== gone);
    const { code, read } = await auditLive();
    expect(code).toBe(2);
    expect(read()).toMatchObject({
      users: [],
      errors: [
        {
          ...{ arn: 'arn:aws:iam::123456789012:user/after', accountId: '123456789012' },
          message: expect.stringMatching(/report has no row.*audit again/u),
        },
      ],
    });
  });
});
