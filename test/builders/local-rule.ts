import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { createAccount, issueResultToken, type LocalAccount } from '../../local-aws/account.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { connect } from '../../rule/aws/clients.ts';
import type { Topic } from '../../rule/aws/lazy-topic.ts';
import { connectSns, publish } from '../../rule/aws/sns-publish.ts';
import { type Clock, systemClock } from '../../rule/clock.ts';
import { type EvaluationResult, evaluateEvent } from '../../rule/handlers/evaluate/evaluate.ts';
import { jsonLog } from '../../rule/handlers/invocation.ts';

/** The rule's name in the local account. */
export const ruleName = 'unused-iam-credentials';

/** The rule, run in this process against a local account over HTTP with real SDK clients. */
export interface LocalRule {
  readonly aws: LocalAws;
  readonly account: LocalAccount;
  /** Parsed log lines of all runs so far. */
  readonly log: Record<string, unknown>[];
  /** Runs a scheduled evaluation. */
  readonly schedule: (options?: RunOptions) => Promise<EvaluationResult>;
  /** Sends any event; `invokingEvent` is made JSON text. */
  readonly send: (invokingEvent: object, options?: RunOptions) => Promise<EvaluationResult>;
  /** What AWS Config now shows: the compliance type by user name, or by ID if the user was deleted. */
  readonly compliance: () => Record<string, string>;
  readonly close: () => Promise<void>;
}

/**
 * A sleep that takes no time but advances a test's clock. A sleep with a signal waits for a deadline, which
 * never comes as long as nothing else takes time.
 */
export function steppingSleep(moveOn: (milliseconds: number) => void = () => undefined) {
  return (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    if (signal === undefined) {
      moveOn(milliseconds);
      return Promise.resolve();
    }
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
}

/** Options of a run; the function has 900 s by default. */
export interface RunOptions {
  readonly ruleParameters?: Readonly<Record<string, string>>;
  readonly remaining?: number;
  readonly event?: Readonly<Record<string, unknown>>;
}

/** A topic of the local account. */
export const digestTopicArn = 'arn:aws:sns:us-east-1:123456789012:digests';

/** Starts a local account and the rule that evaluates it, both with the same clock. */
export async function startLocalRule(
  account: LocalAccount = createAccount(),
  clock: Clock = systemClock,
  topicArn: string | null = null,
): Promise<LocalRule> {
  const aws = await startLocalAws(account, { clock: clock.now });
  const location = {
    endpoint: aws.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
  };
  const clients = connect({ iam: IAMClient, config: ConfigServiceClient }, location);
  const sns = connectSns(clients.requests, location);
  const topic: Topic | null =
    topicArn === null
      ? null
      : { arn: topicArn, publish: (digest) => publish(sns, topicArn, digest) };
  const log: Record<string, unknown>[] = [];
  const writer = jsonLog((line) => log.push(JSON.parse(line)));
  const dependencies = { ...clients, clock, log: writer, topic };

  const send: LocalRule['send'] = (
    invokingEvent,
    { ruleParameters = {}, remaining = 900_000, event } = {},
  ) => {
    const wholeEvent = {
      version: '1.0',
      invokingEvent: JSON.stringify(invokingEvent),
      ruleParameters: JSON.stringify(ruleParameters),
      resultToken: issueResultToken(account, ruleName),
      eventLeftScope: false,
      configRuleName: ruleName,
      accountId: account.accountId,
      ...event,
    };
    return evaluateEvent(wholeEvent, remaining, dependencies);
  };
  return {
    aws,
    account,
    log,
    send,
    schedule: (run) => send(scheduledNotification(account, clock.now()), run),
    compliance: () => {
      const names = new Map(account.users.map((user) => [user.userId, user.userName]));
      const results = account.config.evaluations.map((result) => [
        names.get(result.resourceId) ?? result.resourceId,
        result.complianceType,
      ]);
      return Object.fromEntries(results);
    },
    close: async () => {
      clients.iam.destroy();
      clients.config.destroy();
      sns.destroy();
      await aws.close();
    },
  };
}

/** The message of a scheduled notification created at that instant (epoch ms). */
export function scheduledNotification(account: LocalAccount, createdAt: number) {
  return {
    awsAccountId: account.accountId,
    notificationCreationTime: new Date(createdAt).toISOString(),
    messageType: 'ScheduledNotification',
    recordVersion: '1.0',
  };
}
