import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { inVirtualTime } from '../../builders/virtual-time.ts';
import { ago, keys, storeReport } from '../live-account.ts';
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
  storeReport(aws.account, 5);
});
afterEach(() => aws.close());

/**
 * Runs `audit --live` against the local account with nothing but these variables. Of each way to find credentials
 * and a Region, one is shown by a process of its own.
 */
function auditLive(env: Readonly<Record<string, string>>, run = runInProcess) {
  return run(['audit', '--live'], { env: { AWS_ENDPOINT_URL: aws.endpoint, ...env } });
}

/** Exit code 2 with sentences, no result and no stack trace. */
function refusal(message: RegExp) {
  return {
    code: 2,
    stdout: '',
    stderr: expect.toSatisfy(
      (stderr: string) => message.test(stderr) && !/^\s+at |unexpected error/mu.test(stderr),
      `refuses with ${message}`,
    ),
  };
}

describe('the credentials of audit --live', () => {
  it.each([
    ['none at all', {}, runCli],
    ['a profile that is not there', { AWS_PROFILE: 'nobody' }, runInProcess],
    ['half a key', { AWS_ACCESS_KEY_ID: 'AKIALOCAL' }, runInProcess],
  ])('that are missing are named with ways to get them: %s', async (_, env, run) => {
    const sentence =
      /no AWS credentials were found.*aws sso login.*aws configure.*AWS_PROFILE.*AWS_ACCESS_KEY_ID/u;
    expect(await auditLive(env, run)).toEqual(refusal(sentence));
    expect(aws.requests.entries).toEqual([]);
  });

  it('may come from a profile', async () => {
    const file = folder.file(
      'credentials',
      '[audit]\naws_access_key_id = AKIALOCAL\naws_secret_access_key = local\n',
    );
    const env = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'audit' };
    expect(await auditLive(env, runCli)).toMatchObject({ code: 1, stderr: '' });
  });

  it('that have expired must be renewed', async () => {
    const message = 'The security token included in the request is expired';
    aws.faults.push({ code: 'ExpiredToken', status: 403, message });
    expect(await auditLive(keys)).toEqual(refusal(/ExpiredToken.*Sign in to the account again/u));
  });
});

describe('the Region of audit --live', () => {
  /** The Region of the first request's signature. */
  async function signedFor(env: Readonly<Record<string, string>>, run: typeof runCli) {
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
    return /Credential=AKIALOCAL\/\d+\/([^/]+)\/iam\//u.exec(seen[0] ?? '')?.[1];
  }

  it.each([
    ['AWS_REGION', { AWS_REGION: 'eu-west-1' }, runInProcess],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'eu-west-1' }, runCli],
    [
      'AWS_REGION before AWS_DEFAULT_REGION',
      { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'x-1' },
      runInProcess,
    ],
    [
      'AWS_DEFAULT_REGION with an empty AWS_REGION',
      { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' },
      runInProcess,
    ],
  ])('is that of %s', async (_, env, run) => {
    expect(await signedFor({ ...keys, ...env }, run)).toBe('eu-west-1');
  });

  it('is that of the profile', async () => {
    const file = folder.file('config', '[profile audit]\nregion = ap-south-1\n');
    const env = { ...keys, AWS_CONFIG_FILE: file, AWS_PROFILE: 'audit' };
    const credentials = folder.file(
      'audit-credentials',
      '[audit]\naws_access_key_id = AKIALOCAL\naws_secret_access_key = local\n',
    );
    const variables = { ...env, AWS_SHARED_CREDENTIALS_FILE: credentials };
    expect(await signedFor(variables, runCli)).toBe('ap-south-1');
  });

  it.each([
    ['unset', {}],
    ['empty', { AWS_REGION: '' }],
  ])('does not matter to IAM: %s', async (_, env) => {
    expect(await auditLive({ ...keys, ...env })).toMatchObject({ code: 1, stderr: '' });
  });
});

describe('a denied request of audit --live', () => {
  it.each(['GenerateCredentialReport', 'GetCredentialReport', 'GetAccountAuthorizationDetails'])(
    'names the missing action iam:%s, and nobody is judged',
    async (operation) => {
      aws.faults.push(deny(operation));
      const sentence = new RegExp(
        `iam:${operation} failed: AccessDenied.*Allow iam:${operation}`,
        'u',
      );
      expect(await auditLive(keys)).toEqual(refusal(sentence));
    },
  );

  it.each(['GetUser', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'GetLoginProfile'])(
    'names the missing action iam:%s at the user who had to be read',
    async (operation) => {
      aws.faults.push(deny(operation));
      const { code, stdout, stderr } = await auditLive(keys);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^Could not judge .*/idle: .*iam:${operation}`, 'mu'));
      expect(stdout).toMatch(/1 could not be judged/u);
    },
  );

  it('that is never answered ends with a message', async () => {
    const nowhere = { ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    // The SDK tries again and again, ever later.
    const run = await inVirtualTime(Date.now(), () => auditLive(nowhere));
    expect(run).toEqual(refusal(/iam:GenerateCredentialReport failed: /u));
  });
});
