import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { sampleOrganization } from '../../../scripts/bench/organization.ts';
import type { BenchResults } from '../../../scripts/bench/results.ts';
import { auditResult } from '../../cli/audit/result-of.ts';
import { keys } from '../../cli/live-account.ts';

const accounts = 12;
const usersOfEach = 41;

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws(sampleOrganization(Date.now(), accounts, usersOfEach));
});
afterEach(() => aws.close());

async function audit(...args: readonly string[]) {
  const env = { ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: aws.endpoint };
  const { code, read } = await auditResult(args, { env });
  return { code, users: read().users.length, requests: aws.requests.counts };
}

describe('an audit of an organization of 12 accounts with 492 users', () => {
  it('sends one request to AWS Config for each account and each 100 names, and no others', async () => {
    expect(await audit('--organization')).toEqual({
      code: 1,
      users: accounts * usersOfEach,
      requests: {
        DescribeConfigurationAggregators: 1,
        DescribeAggregateComplianceByConfigRules: 1,
        SelectAggregateResourceConfig: Math.ceil((accounts * usersOfEach) / 100),
        GetAggregateComplianceDetailsByConfigRule: accounts,
      },
    });
  });

  it('that assumes a role in each reads one report for each account, and lists the keys of users whose unused keys need their IDs', async () => {
    const ids = Array.from({ length: accounts }, (_, index) => `${100_000_000_000 + index}`);
    // Two users of five are unused; each has two keys.
    const unused = accounts * 17;
    expect(await audit('--accounts', ids.join(','), '--role', 'Audit')).toEqual({
      code: 1,
      users: accounts * usersOfEach,
      requests: {
        AssumeRole: accounts,
        GenerateCredentialReport: accounts,
        GetCredentialReport: accounts,
        GetAccountAuthorizationDetails: accounts,
        ListServiceSpecificCredentials: accounts,
        ListAccessKeys: unused,
      },
    });
  });
});

describe('the measurement of 1,000 accounts with 41,000 users', () => {
  const file = new URL('../../../scripts/bench/results.json', import.meta.url);
  const { organization }: BenchResults = JSON.parse(readFileSync(file, 'utf8'));

  it('stays below 60 seconds and 512 MB, by the results of AWS Config and by roles', () => {
    expect(organization.results).toMatchObject({ accounts: 1000, users: 41_000 });
    for (const { wallMs, peakMB } of Object.values(organization)) {
      expect(wallMs).toBeLessThan(60_000);
      expect(peakMB).toBeLessThan(512);
    }
  });
});
