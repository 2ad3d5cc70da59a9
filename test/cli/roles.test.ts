import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectToRoles } from '../../cli/clients.ts';
import { createAccount } from '../../local-aws/account.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { delegatedAdministrator } from '../builders/organization.ts';
import { keys } from './live-account.ts';

const roleArn = 'arn:aws:iam::111111111111:role/Audit';

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws(delegatedAdministrator([createAccount({ accountId: '111111111111' })]));
  vi.useFakeTimers({ toFake: ['Date'] });
  const env = { ...keys, AWS_ENDPOINT_URL: aws.endpoint, AWS_EC2_METADATA_DISABLED: 'true' };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  await aws.close();
});

const assumed = () => aws.requests.counts['AssumeRole'];

describe('a role in an account', () => {
  it('is assumed once, and again only before its credentials expire', async () => {
    const { connectAsRole, region } = await connectToRoles({ AWS_REGION: 'eu-west-1' });
    expect(region).toBe('eu-west-1');
    const { iam } = await connectAsRole(roleArn);
    expect(assumed()).toBe(1);
    const first = await iam.config.credentials();
    expect(await iam.config.credentials()).toEqual(first);
    expect(assumed()).toBe(1);
    vi.setSystemTime(Date.now() + 58 * 60_000);
    expect((await iam.config.credentials()).accessKeyId).not.toBe(first.accessKeyId);
    expect(assumed()).toBe(2);
    iam.destroy();
  });

  it('is refused at once if it cannot be assumed', async () => {
    const { connectAsRole } = await connectToRoles({ AWS_REGION: 'eu-west-1' });
    const other = 'arn:aws:iam::222222222222:role/Audit';
    await expect(connectAsRole(other)).rejects.toThrow(/sts:AssumeRole failed: AccessDenied/u);
  });
});
