import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { inVirtualTime } from '../../builders/virtual-time.ts';
import { ago, keys, storeReport } from '../live-account.ts';
import { expectRefusal } from '../refusal.ts';
import { runCli } from '../run-cli.ts';
import { runInProcess } from '../run-in-process.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws(createAccount());
  const createDate = ago(900);
  const accessKey = { status: 'Active', createDate, lastRotated: createDate } as const;
  const accessKeys = [{ ...accessKey, accessKeyId: 'AKIAOLD' }];
  addUser(aws.account, { userName: 'idle', createDate, accessKeys });
  storeReport(aws.account, 120);
});
afterEach(() => aws.close());

/** Runs `audit --live` against the local account with nothing but these variables. */
function auditLive(env: Readonly<Record<string, string>>, run = runInProcess) {
  return run(['audit', '--live'], { env: { AWS_ENDPOINT_URL: aws.endpoint, ...env } });
}

describe('the credentials of audit --live', () => {
  // The test of the package shows the same in a process of its own.
  it.each([
    ['none at all', {}],
    ['a profile that is not there', { AWS_PROFILE: 'nobody' }],
    ['half a key', { AWS_ACCESS_KEY_ID: 'AKIALOCAL' }],
  ])('if missing, cause an error that says how to get them: %s', async (_, env) => {
    const sentence =
      /no AWS credentials were found.*aws sso login.*aws configure.*AWS_PROFILE.*AWS_ACCESS_KEY_ID/u;
    expectRefusal(await auditLive(env), sentence);
    expect(aws.requests.entries).toEqual([]);
  });

  it('that have expired must be renewed', async () => {
    const message = 'The security token included in the request is expired';
    aws.faults.push({ code: 'ExpiredToken', status: 403, message });
    expectRefusal(await auditLive(keys), /ExpiredToken.*Sign in to the account again/u);
  });
});

describe('the Region of audit --live', () => {
  /** The Region of the first signature of a request to IAM. */
  async function signedFor(env: Readonly<Record<string, string>>, run = runInProcess) {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization ?? '');
      response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const variables = { ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
    const { code } = await auditLive(variables, run);
    server.close();
    expect(code).toBe(2);
    return /Credential=AKIALOCAL\/\d+\/([^/]+)\/iam\//u.exec(seen.join('\n'))?.[1];
  }

  it.each([
    ['AWS_REGION', { AWS_REGION: 'eu-west-1' }],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'eu-west-1' }],
    ['AWS_REGION first', { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'x-1' }],
    [
      'AWS_DEFAULT_REGION with an empty AWS_REGION',
      { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' },
    ],
  ])('is that of %s', async (_, env) => {
    expect(await signedFor({ ...keys, ...env })).toBe('eu-west-1');
  });

  it('is that of the profile, as are the credentials', async () => {
    const secret = 'aws_access_key_id = AKIALOCAL\naws_secret_access_key = local';
    const env = {
      AWS_PROFILE: 'audit',
      AWS_CONFIG_FILE: folder.file('config', '[profile audit]\nregion = ap-south-1\n'),
      AWS_SHARED_CREDENTIALS_FILE: folder.file('credentials', `[audit]\n${secret}\n`),
    };
    expect(await signedFor(env, runCli)).toBe('ap-south-1');
  });

  it.each([
    ['unset', {}],
    ['empty', { AWS_REGION: '' }],
  ])('does not matter to IAM: %s', async (_, env) => {
    expect(await auditLive({ ...keys, ...env })).toMatchObject({
      code: 1,
      stderr: expect.not.stringContaining('credentials'),
    });
  });
});

describe('a denied request of audit --live', () => {
  it.each(['GenerateCredentialReport', 'GetCredentialReport', 'GetAccountAuthorizationDetails'])(
    'names the missing action iam:%s, and no user is evaluated',
    async (operation) => {
      aws.faults.push(deny(operation));
      const sentence = new RegExp(
        `iam:${operation} failed: AccessDenied.*Allow iam:${operation}`,
        'u',
      );
      expectRefusal(await auditLive(keys), sentence);
    },
  );

  it.each(['GetUser', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'GetLoginProfile'])(
    'names the missing action iam:%s at the user who had to be read',
    async (operation) => {
      aws.faults.push(deny(operation));
      const { code, stdout, stderr } = await auditLive(keys);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^Could not evaluate .*/idle: .*iam:${operation}`, 'mu'));
      expect(stdout).toMatch(/1 user could not be evaluated/u);
    },
  );

  it('that is never answered ends with a message', async () => {
    const nowhere = { ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    // The SDK tries again and again, ever later.
    const run = await inVirtualTime(Date.now(), () => auditLive(nowhere));
    expectRefusal(run, /iam:GenerateCredentialReport failed: /u);
  });
});
