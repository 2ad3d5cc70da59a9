import { fileURLToPath } from 'node:url';
import {
  addUser,
  createAccount,
  issueResultToken,
  type LocalAccount,
} from '../../local-aws/account.ts';
import { runFunction } from '../../local-aws/run-function.ts';
import { startLocalAws } from '../../local-aws/server.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';

const day = 86_400_000;

/** The path of a built function. */
export function bundleOf(name: string): string {
  return fileURLToPath(new URL(`../../dist/lambda/${name}/index.js`, import.meta.url));
}

/**
 * An account in which every user has a password and two keys, and two users of five last used them 100
 * days before `now` (epoch ms).
 */
export function sampleAccount(
  now: number,
  users: number,
  accountId = '123456789012',
): LocalAccount {
  const account = createAccount({ accountId });
  const ago = (days: number) => now - days * day;
  for (let index = 0; index < users; index += 1) {
    const used = ago(index % 5 < 2 ? 100 : 3);
    addUser(account, {
      userName: `user-${index}`,
      createDate: ago(1000),
      passwordLastUsed: used,
      loginProfile: { createDate: ago(900), lastChanged: ago(900), passwordResetRequired: false },
      accessKeys: [801, 800].map((created) => ({
        accessKeyId: `AKIA${created}${String(index).padStart(13, '0')}`,
        status: 'Active',
        createDate: ago(created),
        lastRotated: ago(created),
        lastUsed: { date: used, region: 'us-east-1', serviceName: 's3' },
      })),
    });
  }
  return account;
}

/** The figures of one scheduled evaluation by the built function. */
export interface EvaluationFigures {
  readonly users: number;
  readonly report: 'fresh' | 'stale';
  readonly iamPerSecond: number | null;
  readonly nonCompliant: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMB: number;
  readonly requests: Readonly<Record<string, number>>;
}

const hour = 3_600_000;

/**
 * Measures an evaluation of users who all have earlier results, in its own process. A stale report is an
 * hour old. IAM throttles above `iamPerSecond` requests a second, null for no limit.
 */
export async function measureEvaluation(
  users: number,
  report: EvaluationFigures['report'],
  iamPerSecond: number | null = null,
): Promise<EvaluationFigures> {
  const account = sampleAccount(Date.now(), users);
  const aws = await startLocalAws(account);
  const event = () => ({
    invokingEvent: JSON.stringify({
      messageType: 'ScheduledNotification',
      notificationCreationTime: new Date().toISOString(),
    }),
    ruleParameters: '{}',
    resultToken: issueResultToken(account, 'unused-iam-credentials'),
    configRuleName: 'unused-iam-credentials',
    eventLeftScope: false,
  });
  const options = { endpoint: aws.endpoint, bundle: bundleOf('evaluate') };
  await runFunction('evaluate', event(), options);
  const requestedAt = Date.now() - (report === 'stale' ? hour : 0);
  const content = renderCredentialReport(account);
  account.credentialReport = { requestedAt, readyAt: requestedAt, content };
  if (iamPerSecond !== null) aws.faults.push({ service: 'iam', perSecond: iamPerSecond });
  aws.requests.reset();
  const run = await runFunction('evaluate', event(), options);
  await aws.close();
  if (run.error !== undefined) throw new Error(run.error.message);
  const results = account.config.evaluations;
  return {
    users,
    report,
    iamPerSecond,
    nonCompliant: results.filter(({ complianceType }) => complianceType === 'NON_COMPLIANT').length,
    wallMs: Math.round(run.wall),
    cpuMs: Math.round(run.cpu),
    peakMB: Math.round(run.peakMemory / 1024 ** 2),
    requests: aws.requests.counts,
  };
}
