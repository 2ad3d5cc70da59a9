import { fileURLToPath } from 'node:url';
import {
  addUser,
  createAccount,
  issueResultToken,
  type LocalAccount,
  type LocalUser,
  userArn,
} from '../../local-aws/account.ts';
import { runFunction, startFunction } from '../../local-aws/run-function.ts';
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

/** A scheduled evaluation to measure. */
export interface EvaluationCase {
  readonly users: number;
  /** `stale`: an hour old. */
  readonly report: 'fresh' | 'stale';
  /** `first`: AWS Config has no results. `next`: a day after a run. */
  readonly run: 'first' | 'next';
  /** How many users changed between COMPLIANT and NON_COMPLIANT since the run before. */
  readonly changed?: number;
  /** The number of requests a second above which IAM throttles. */
  readonly iamPerSecond?: number;
}

/** The figures of one scheduled evaluation by the built function. */
export interface EvaluationFigures extends EvaluationCase {
  readonly nonCompliant: number;
  /** The number of evaluations that were put. */
  readonly put: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMB: number;
  readonly requests: Readonly<Record<string, number>>;
}

const hour = 3_600_000;
const ruleName = 'unused-iam-credentials';

/** As the stack sets it by default. */
const environment = { REPORT_UNCHANGED: 'Weekly', AUTOMATIC_REMEDIATION: 'false' };

function eventFor(account: LocalAccount, invokingEvent: object) {
  return {
    invokingEvent: JSON.stringify(invokingEvent),
    ruleParameters: '{}',
    resultToken: issueResultToken(account, ruleName),
    configRuleName: ruleName,
    eventLeftScope: false,
  };
}

function scheduledEvent(account: LocalAccount) {
  return eventFor(account, {
    messageType: 'ScheduledNotification',
    notificationCreationTime: new Date().toISOString(),
  });
}

/** Measures an evaluation in its own process. */
export async function measureEvaluation(measured: EvaluationCase): Promise<EvaluationFigures> {
  const { users, report, run: which, changed = 0, iamPerSecond } = measured;
  const account = sampleAccount(Date.now(), users);
  const aws = await startLocalAws(account);
  const options = { endpoint: aws.endpoint, bundle: bundleOf('evaluate'), environment };
  if (which === 'next') {
    await runFunction('evaluate', scheduledEvent(account), options);
    account.config.evaluations = account.config.evaluations.map((result) => {
      return { ...result, orderingTimestamp: result.orderingTimestamp - day };
    });
    change(account, changed);
  }
  const requestedAt = Date.now() - (report === 'stale' ? hour : 0);
  const content = renderCredentialReport(account);
  account.credentialReport = { requestedAt, readyAt: requestedAt, content };
  if (iamPerSecond !== undefined) aws.faults.push({ service: 'iam', perSecond: iamPerSecond });
  aws.requests.reset();
  const run = await runFunction('evaluate', scheduledEvent(account), options);
  await aws.close();
  if (run.error !== undefined) throw new Error(run.error.message);
  const summary: { put?: number } = JSON.parse(run.log.at(-1) ?? '{}');
  const results = account.config.evaluations;
  return {
    ...measured,
    nonCompliant: results.filter(({ complianceType }) => complianceType === 'NON_COMPLIANT').length,
    put: summary.put ?? Number.NaN,
    wallMs: Math.round(run.wall),
    cpuMs: Math.round(run.cpu),
    peakMB: Math.round(run.peakMemory / 1024 ** 2),
    requests: aws.requests.counts,
  };
}

/** Half of the users begin to use their credentials, and half turn out not to have used them for long. */
function change({ users }: LocalAccount, count: number): void {
  const ago = (days: number) => Date.now() - days * day;
  const isUnused = ({ passwordLastUsed = 0 }: LocalUser) => passwordLastUsed < ago(50);
  const half = Math.floor(count / 2);
  const changing = [
    ...users.filter(isUnused).slice(0, half),
    ...users.filter((user) => !isUnused(user)).slice(0, count - half),
  ];
  for (const user of changing) {
    const date = isUnused(user) ? ago(0.1) : ago(100);
    user.passwordLastUsed = date;
    for (const key of user.accessKeys) {
      key.lastUsed = { date, region: 'us-east-1', serviceName: 's3' };
    }
  }
}

/** The figures of the events that come when a rule is created or evaluated again. */
export interface BurstFigures {
  readonly users: number;
  readonly earlierResults: boolean;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly requests: Readonly<Record<string, number>>;
}

/** Measures the repeated items of all users, one after the other in one warm process. */
export async function measureBurst(users: number, earlierResults: boolean): Promise<BurstFigures> {
  const account = sampleAccount(Date.now(), users);
  const aws = await startLocalAws(account);
  const options = { endpoint: aws.endpoint, bundle: bundleOf('evaluate'), environment };
  if (earlierResults) await runFunction('evaluate', scheduledEvent(account), options);
  aws.requests.reset();
  const warm = startFunction('evaluate', options);
  const figures = { wallMs: 0, cpuMs: 0 };
  for (const user of account.users) {
    const event = eventFor(account, {
      messageType: 'ConfigurationItemChangeNotification',
      configurationItemDiff: null,
      notificationCreationTime: new Date().toISOString(),
      configurationItem: {
        ...{ resourceType: 'AWS::IAM::User', resourceId: user.userId, resourceName: user.userName },
        ...{ ARN: userArn(account, user), configurationItemStatus: 'OK' },
        configurationItemCaptureTime: new Date(Date.now() - 100 * day).toISOString(),
      },
    });
    const run = await warm.invoke(event);
    if (run.error !== undefined) throw new Error(run.error.message);
    figures.wallMs += run.wall;
    figures.cpuMs = run.cpu;
  }
  await warm.close();
  await aws.close();
  const { wallMs, cpuMs } = figures;
  return {
    ...{ users, earlierResults, requests: aws.requests.counts },
    ...{ wallMs: Math.round(wallMs), cpuMs: Math.round(cpuMs) },
  };
}
