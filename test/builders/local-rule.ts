import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { createAccount, issueResultToken, type LocalAccount } from '../../local-aws/account.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { connect } from '../../rule/aws/clients.ts';
import { connectEvents, putEvents } from '../../rule/aws/events.ts';
import { connectSns, publish } from '../../rule/aws/sns.ts';
import { type Clock, systemClock } from '../../rule/clock.ts';
import type { ReportingOptions } from '../../rule/core/earlier-results.ts';
import { defaultOwnerTag } from '../../rule/core/owner.ts';
import { type EvaluationResult, evaluateEvent } from '../../rule/handlers/evaluate/evaluate.ts';
import type { EventBus } from '../../rule/handlers/event-bus.ts';
import { jsonLog } from '../../rule/handlers/log.ts';
import type { Topic } from '../../rule/handlers/topic.ts';
import { lean, withoutConnection } from './without-connection.ts';

/** The rule's name in the local account. */
export const ruleName = 'unused-iam-credentials';

/** The rule, run in this process against a local account with real SDK clients. */
export interface LocalRule {
  readonly aws: LocalAws;
  readonly account: LocalAccount;
  /** Parsed log lines of all runs so far. */
  readonly log: Record<string, unknown>[];
  /** Runs a scheduled evaluation. */
  readonly schedule: (options?: RunOptions) => Promise<EvaluationResult>;
  /** Sends an event; `invokingEvent` is turned into JSON text. */
  readonly send: (invokingEvent: object, options?: RunOptions) => Promise<EvaluationResult>;
  /** The compliance types of users in AWS Config by user name, or by user ID if the user does not exist. */
  readonly compliance: () => Record<string, string>;
  readonly close: () => Promise<void>;
}

/**
 * A sleep that takes no time but moves a test's clock. A sleep with a signal waits for a deadline: it
 * lasts until the signal, because no time passes by itself.
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

/** The input of a run; `remaining` is in ms, by default 900 s. */
export interface RunOptions {
  readonly ruleParameters?: Readonly<Record<string, string>>;
  readonly remaining?: number;
  readonly event?: Readonly<Record<string, unknown>>;
  /** By default, each run puts every result. */
  readonly reporting?: Partial<ReportingOptions>;
  readonly digestPerOwner?: boolean;
  /** The days of warnings; by default, there are none. */
  readonly warningDays?: number;
}

/** A topic of the local account. */
export const digestTopicArn = 'arn:aws:sns:us-east-1:123456789012:digests';

/**
 * Starts a local account and the rule, both with the given clock. Without a topic, no one is notified
 * about newly NON_COMPLIANT users, and no event is put. The same requests take several times as long with a
 * connection, which only tests of faults of the network and of requests without an answer need.
 */
export async function startLocalRule(
  account: LocalAccount = createAccount(),
  clock: Clock = systemClock,
  topicArn: string | null = null,
  isConnected = false,
): Promise<LocalRule> {
  const aws = await startLocalAws(account, { clock: clock.now });
  const location = isConnected
    ? {
        ...{ endpoint: aws.endpoint, region: 'us-east-1' },
        credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
      }
    : withoutConnection(aws);
  const connected = connect({ iam: IAMClient, config: ConfigServiceClient }, location);
  const clients = isConnected ? connected : lean(connected);
  const sns = connectSns(clients.requests, location);
  const topic: Topic | null =
    topicArn === null
      ? null
      : { arn: topicArn, publish: (digest) => publish(sns, topicArn, digest) };
  const log: Record<string, unknown>[] = [];
  const writer = jsonLog((line) => log.push(JSON.parse(line)));
  const eventBridge = connectEvents(clients.requests, location);
  const bus: EventBus | null =
    topicArn === null ? null : { put: (events) => putEvents(eventBridge, events) };
  const dependencies = {
    ...{ ...clients, clock, log: writer, deployedRule: ruleName, topic, bus },
    ...{ region: 'us-east-1', ownerTag: defaultOwnerTag },
  };
  const always: ReportingOptions = { reportUnchanged: 'Always', automaticRemediation: true };

  const send: LocalRule['send'] = (
    invokingEvent,
    {
      ruleParameters = {},
      remaining = 900_000,
      event,
      reporting,
      digestPerOwner = false,
      warningDays = 0,
    } = {},
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
    return evaluateEvent(wholeEvent, remaining, {
      ...dependencies,
      ...{ digestPerOwner, warningDays },
      reporting: { ...always, ...reporting },
    });
  };
  return {
    aws,
    account,
    log,
    send,
    schedule: (run) => send(scheduledNotification(account, clock.now()), run),
    compliance: () => {
      const names = new Map(account.users.map((user) => [user.userId, user.userName]));
      const results = account.config.evaluations
        .filter(({ resourceType }) => resourceType === 'AWS::IAM::User')
        .map((result) => [
          names.get(result.resourceId) ?? result.resourceId,
          result.complianceType,
        ]);
      return Object.fromEntries(results);
    },
    close: async () => {
      clients.iam.destroy();
      clients.config.destroy();
      sns.destroy();
      eventBridge.destroy();
      await aws.close();
    },
  };
}

/** The message of a scheduled notification; `createdAt` is epoch ms. */
export function scheduledNotification(account: LocalAccount, createdAt: number) {
  return {
    awsAccountId: account.accountId,
    notificationCreationTime: new Date(createdAt).toISOString(),
    messageType: 'ScheduledNotification',
    recordVersion: '1.0',
  };
}
