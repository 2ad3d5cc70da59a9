import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AwsChoice, connectAsUser } from '../../cli/clients.ts';
import { inEmptyHome } from './run-cli.ts';

const config = `
[profile ops]
region = eu-north-1
aws_access_key_id = AKIAOPS
aws_secret_access_key = secret
[profile keyless]
region = eu-west-1
`;
const credentials = `
[abroad]
aws_access_key_id = AKIAABROAD
aws_secret_access_key = secret
`;
const ofEnvironment = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret' };

/** Which Region and access key the clients use with these options and variables, and the files above. */
async function connected(chosen: AwsChoice, env: Record<string, string> = {}) {
  return inEmptyHome({ ...ofEnvironment, ...env }, async (variables) => {
    const { HOME = '' } = variables;
    const files = {
      AWS_CONFIG_FILE: join(HOME, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(HOME, 'credentials'),
    };
    await writeFile(files.AWS_CONFIG_FILE, config);
    await writeFile(files.AWS_SHARED_CREDENTIALS_FILE, credentials);
    const before = process.env;
    process.env = { ...variables, ...files };
    try {
      const { ssm } = await connectAsUser(process.env, 'deployed', chosen);
      const { accessKeyId } = await ssm.config.credentials();
      return [await ssm.config.region(), accessKeyId];
    } finally {
      process.env = before;
    }
  });
}

describe('the Region and the credentials', () => {
  it.each<[string, AwsChoice, Record<string, string>, string, string]>([
    ['the environment without options', {}, { AWS_REGION: 'us-west-2' }, 'us-west-2', 'AKIAENV'],
    ['--profile, not keys of the environment', { profile: 'ops' }, {}, 'eu-north-1', 'AKIAOPS'],
    [
      '--profile, not AWS_PROFILE',
      { profile: 'abroad', region: 'eu-west-2' },
      { AWS_PROFILE: 'ops' },
      ...(['eu-west-2', 'AKIAABROAD'] as const),
    ],
    [
      'AWS_REGION before the Region of the profile',
      { profile: 'ops' },
      { AWS_REGION: 'us-west-2' },
      ...(['us-west-2', 'AKIAOPS'] as const),
    ],
    [
      '--region before AWS_REGION and the profile',
      { profile: 'ops', region: 'sa-east-1' },
      { AWS_REGION: 'us-west-2' },
      ...(['sa-east-1', 'AKIAOPS'] as const),
    ],
  ])('are those of %s', async (_, chosen, env, region, accessKeyId) => {
    expect(await connected(chosen, env)).toEqual([region, accessKeyId]);
  });

  it.each([
    ['does not exist', 'nobody'],
    ['has no credentials', 'keyless'],
  ])('never come from another source if the profile %s', async (_, profile) => {
    const given = connected({ profile }, { AWS_REGION: 'us-west-2' });
    await expect(given).rejects.toThrow(
      `--profile ${profile} gives no AWS credentials (Could not resolve credentials using profile: [${profile}]`,
    );
    await expect(given).rejects.toThrow('See "aws configure list-profiles"');
  });

  it('are not found if AWS_PROFILE names a profile that does not exist, which the error names', async () => {
    const keys = {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const given = connected({}, { ...keys, AWS_PROFILE: 'nobody', AWS_REGION: 'us-west-2' });
    await expect(given).rejects.toThrow(
      'no AWS credentials were found, neither in the profile nobody nor elsewhere (Could not load',
    );
  });

  it('need a Region, which neither the profile nor anything else names', async () => {
    await expect(connected({ profile: 'abroad' })).rejects.toThrow(
      'no AWS Region was found (Region is missing). Set --region or AWS_REGION',
    );
  });
});
