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

/**
 * Takes the present (epoch ms), a number of users and an account ID. Gives back an account in which
 * every user has a password and two keys, and two of five have used nothing for 100 days.
 */
export function crowdAt(present: number, users: number, accountId = '123456789012'): LocalAccount {
  const account = createAccount({ accountId });
  const ago = (days: number) => present - days * day;
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

/** One scheduled evaluation by the built function, over HTTP on loopback. */
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
 * Takes the number of users (40 % of them unused), whether IAM hands out an hour-old report, and the
 * IAM requests a second that are allowed, null for any. Gives back the figures of one run in a process
 * of its own; earlier results of every user are there.
 */
export async function measureEvaluation(
  users: number,
  report: EvaluationFigures['report'],
  iamPerSecond: number | null = null,
): Promise<EvaluationFigures> {
  const account = crowdAt(Date.now(), users);
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
  await runFunction('evaluate', event(), { endpoint: aws.endpoint });
  const requestedAt = Date.now() - (report === 'stale' ? hour : 0);
  const content = renderCredentialReport(account);
  account.credentialReport = { requestedAt, readyAt: requestedAt, content };
  if (iamPerSecond !== null) aws.faults.push({ service: 'iam', perSecond: iamPerSecond });
  aws.requests.reset();
  const run = await runFunction('evaluate', event(), { endpoint: aws.endpoint });
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
