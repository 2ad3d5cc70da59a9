import {
  issueResultToken,
  renderCredentialReport,
  startLocalAws,
} from '../test/local-aws/index.ts';
import { runFunction } from '../test/local-aws/run-function.ts';
import { crowdAt } from './crowd.ts';

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
