import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { createAccount, type LocalAccount, userArn } from '../../local-aws/account.ts';
import { startLocalAws } from '../../local-aws/server.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import { judge } from '../../rule/core/annotation.ts';
import { defaultRuleName } from '../../rule/core/names.ts';
import { parseRuleParameters } from '../../rule/core/rule-parameters.ts';
import { parseCredentialReport } from '../../rule/formats/credential-report.ts';
import { fromReport } from '../../rule/formats/user-snapshot.ts';
import { sampleAccount } from './evaluation.ts';

/** The figures of an audit of an organization, in a process of its own. */
export interface OrganizationFigures {
  readonly accounts: number;
  readonly users: number;
  readonly wallMs: number;
  readonly peakMB: number;
  readonly requests: Readonly<Record<string, number>>;
}

/** An account that has the aggregator `all` of so many accounts, with a report and the rule's results in each. */
export function sampleOrganization(
  now: number,
  accounts: number,
  usersPerAccount: number,
): LocalAccount {
  const members = Array.from({ length: accounts }, (_, index) => {
    const member = sampleAccount(now, usersPerAccount, `${100_000_000_000 + index}`);
    const content = renderCredentialReport(member);
    member.credentialReport = { requestedAt: now, readyAt: now, content };
    putResults(member, content, now);
    return member;
  });
  const account = createAccount({ accountId: '999999999999', members });
  account.config.aggregators = new Map([['all', members]]);
  return account;
}

/** Puts the results that the rule would put, without sending requests. */
function putResults(account: LocalAccount, csv: string, now: number): void {
  const { rows } = parseCredentialReport(csv);
  const parameters = parseRuleParameters({});
  account.config.rules.add(defaultRuleName);
  account.config.evaluations = account.users.flatMap((user) => {
    const row = rows.get(userArn(account, user));
    if (row === undefined) return [];
    const { userName, userId, path } = user;
    const identity = { userName, userId, arn: row.arn, path, tags: [] };
    const { assessment, annotation } = judge(fromReport(identity, row), { parameters, now });
    return {
      ...{ ruleName: defaultRuleName, resourceType: 'AWS::IAM::User', resourceId: userId },
      ...{ complianceType: assessment.compliance, annotation },
      ...{ orderingTimestamp: now, recordedAt: now },
    };
  });
}

const usersOfEach = 41;

/** Measures `audit` with these arguments over an organization of 41 users in each account. `preload` reports the peak memory. */
export async function measureOrganization(
  accounts: number,
  args: readonly string[],
  preload: string,
): Promise<OrganizationFigures> {
  const aws = await startLocalAws(sampleOrganization(Date.now(), accounts, usersOfEach));
  const env = {
    ...process.env,
    ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'AKIALOCAL', AWS_SECRET_ACCESS_KEY: 'local' },
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const begin = performance.now();
  const command = ['--import', preload, 'dist/cli/index.js', 'audit', '--format', 'json', ...args];
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const wallMs = Math.round(performance.now() - begin);
  await aws.close();
  const { summary }: { summary?: { users?: number } } = JSON.parse(stdout || '{}');
  const users = summary?.users ?? 0;
  if (users !== accounts * usersOfEach) throw new Error(`${users} users were shown: ${stderr}`);
  const peakMB = Math.round(Number(stderr.trimEnd().split('\n').at(-1)) / 1024);
  return { accounts, users, wallMs, peakMB, requests: aws.requests.counts };
}
