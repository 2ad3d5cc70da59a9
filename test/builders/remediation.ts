import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { LocalAccount, LocalExecution } from '../../local-aws/account.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import {
  documents,
  purgeDocument,
  restoreDocument,
  retireDocument,
  revokeDocument,
} from '../../remediation-docs/documents.ts';
import { connect } from '../../rule/aws/clients.ts';
import { connectEvents, putEvents } from '../../rule/aws/events.ts';
import { connectSns, publish } from '../../rule/aws/sns.ts';
import { defaultOwnerTag } from '../../rule/core/owner.ts';
import type { EventBus } from '../../rule/handlers/event-bus.ts';
import { issuePassword } from '../../rule/handlers/issue-password/issue.ts';
import { jsonLog } from '../../rule/handlers/log.ts';
import { planPurge } from '../../rule/handlers/plan-purge/plan-purge.ts';
import type { RestorationSettings } from '../../rule/handlers/plan-restoration/make-plan.ts';
import { planRestoration } from '../../rule/handlers/plan-restoration/plan-restoration.ts';
import { planRetirement } from '../../rule/handlers/plan-retirement/plan-retirement.ts';
import { planRevocation } from '../../rule/handlers/plan-revocation/plan-revocation.ts';
import { restorePermissions } from '../../rule/handlers/restore-permissions/restore-permissions.ts';
import type { Topic } from '../../rule/handlers/topic.ts';
import { now as testNow } from './account.ts';
import { ruleName } from './local-rule.ts';
import { lean, withoutConnection } from './without-connection.ts';

/** The role that may read passwords. */
export const readerRoleArn = 'arn:aws:iam::123456789012:role/PasswordReader';

/** The topic that the documents and functions notify. */
export const topicArn = 'arn:aws:sns:us-east-1:123456789012:unused-iam-credentials';

const person = 'arn:aws:iam::123456789012:user/ops';

/** The principal that starts AWS Config's remediations. */
export const configRemediation =
  'arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForConfigRemediation/AwsConfigRemediation';

/** The principal that starts the document that deletes keys, once a day. */
export const schedule =
  'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-StartPurge-us-east-1/events';

/** Limits that change no given parameter except the topic. */
export const loosest = {
  ...{ ConfigRuleName: ruleName, PasswordAction: 'Delete', AccessKeyAction: 'Delete' },
  ...{ NeverUsedAccessKeyAction: 'Delete', MinimumIdleDays: '1', MaxRevocationsPerDay: '0' },
  ...{ EnforceFrom: '2000-01-01', NotificationTopicArn: topicArn },
};

const functionArn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const roleArn = (document: string) => `arn:aws:iam::123456789012:role/${document}-us-east-1`;

const startable = {
  ...{ revoke: revokeDocument, retire: retireDocument },
  ...{ restore: restoreDocument, purge: purgeDocument },
};

const texts = documents.map(({ name, load }) => [name, load()] as const);

/** Deploys the rule, the documents and the remediation to a local account. */
export function deploy(account: LocalAccount, inputParameters: Record<string, string> = {}): void {
  account.config.rules.add(ruleName);
  account.config.ruleDefinitions.set(ruleName, {
    sourceIdentifier: functionArn('unused-iam-credentials-evaluate'),
    inputParameters,
  });
  for (const [name, text] of texts) account.automation.documents.set(name, text);
  account.config.remediations.set(ruleName, {
    documentName: revokeDocument.name,
    parameters: {
      IAMResourceId: 'RESOURCE_ID',
      AutomationAssumeRole: roleArn(revokeDocument.name),
      NotificationTopicArn: topicArn,
    },
  });
}

/** Documents and functions that run in this process against a local account, with their own clock. */
export interface LocalRemediation {
  readonly aws: LocalAws;
  readonly account: LocalAccount;
  /** Epoch milliseconds. Sleeps of documents and functions advance it, and tests may set it. */
  now: number;
  /** How documents and functions sleep: by default, the time passes at once. */
  sleep: (milliseconds: number) => Promise<void>;
  /** Parsed log lines of all functions so far. */
  readonly log: Record<string, unknown>[];
  /** NOTIFICATION_TOPIC_ARN; null for none. */
  topic: Topic | null;
  /** Environment of issue-password. */
  readerRoleArn: string;
  /** Environment of plan-restoration. */
  settings: RestorationSettings;
  /** REVOCATION_LIMITS; by default, the loosest limits. */
  limits: Record<string, string> | undefined;
  /** PURGE_LIMITS, by default 30 days and any number of keys. */
  purgeLimits: Record<string, string> | undefined;
  /** DIGEST_PER_OWNER. */
  messagePerOwner: boolean;
  /** RULE_PARAMETERS; by default the rule alone counts. */
  ruleParameters: Record<string, string> | undefined;
  /** Runs a document for a user to its end. */
  readonly revoke: (userId: string, parameters?: Record<string, string>) => Promise<LocalExecution>;
  readonly retire: (userId: string, parameters?: Record<string, string>) => Promise<LocalExecution>;
  readonly restore: (
    userId: string,
    parameters?: Record<string, string>,
  ) => Promise<LocalExecution>;
  /** Revokes as AWS Config does. */
  readonly remediate: (
    userId: string,
    parameters?: Record<string, string>,
  ) => Promise<LocalExecution>;
  /** Deletes what is due after 30 days, unless parameters say otherwise, by default as the schedule does. */
  readonly purge: (parameters?: Record<string, string>, caller?: string) => Promise<LocalExecution>;
  /** Starts a document without waiting, by default as a person. Returns the execution's ID. */
  readonly start: (
    document: keyof typeof startable,
    parameters: Record<string, string>,
    caller?: string,
  ) => string;
  readonly ended: (executionId: string) => Promise<LocalExecution>;
  readonly invoke: (name: string, payload: Record<string, unknown>) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/**
 * Starts a local account with everything deployed, and functions to run its documents. `callerOf` names the caller of
 * an access key, if it is not the user `operator`.
 */
export async function startRemediation(
  account: LocalAccount,
  inputParameters: Record<string, string> = {},
  callerOf: (accessKeyId: string) => string | undefined = () => undefined,
): Promise<LocalRemediation> {
  deploy(account, inputParameters);
  const clock = {
    now: () => local.now,
    // A sleep with a signal waits for a deadline, and no time passes by itself.
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      signal === undefined
        ? local.sleep(milliseconds)
        : new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  };
  const aws = await startLocalAws(account, { clock: clock.now, callerOf });
  const clients = lean(
    connect(
      {
        ...{ iam: IAMClient, config: ConfigServiceClient },
        ...{ ssm: SSMClient, secrets: SecretsManagerClient },
      },
      withoutConnection(aws),
    ),
  );
  const sns = connectSns(clients.requests, withoutConnection(aws));
  const eventBridge = connectEvents(clients.requests, withoutConnection(aws));
  const bus: EventBus = { put: (events) => putEvents(eventBridge, events) };
  const log: Record<string, unknown>[] = [];
  const functions = {
    'unused-iam-credentials-plan-revocation': planRevocation,
    'unused-iam-credentials-plan-retirement': planRetirement,
    'unused-iam-credentials-plan-restoration': planRestoration,
    'unused-iam-credentials-issue-password': issuePassword,
    'unused-iam-credentials-plan-purge': planPurge,
    'unused-iam-credentials-restore-permissions': restorePermissions,
  };
  const isFunction = (name: string): name is keyof typeof functions => name in functions;
  const invoke: LocalRemediation['invoke'] = (name, payload) => {
    if (!isFunction(name)) throw new Error(`No function ${name}`);
    const context = {
      invokedFunctionArn: functionArn(name),
      getRemainingTimeInMillis: () => 300_000,
    };
    return functions[name](payload, context, {
      ...{ ...clients, clock, topic: local.topic, readerRoleArn: local.readerRoleArn },
      ...{ settings: local.settings, passwords: local.settings.passwords },
      ...{ bus, ownerTag: defaultOwnerTag, messagePerOwner: local.messagePerOwner },
      operatorArns: local.settings.operatorArns,
      limits: local.limits && JSON.stringify(local.limits),
      purgeLimits: local.purgeLimits && JSON.stringify(local.purgeLimits),
      ruleParameters: local.ruleParameters && JSON.stringify(local.ruleParameters),
      log: jsonLog((line) => log.push(JSON.parse(line))),
    });
  };
  Object.assign(account.automation, { clock, invoke });

  const start: LocalRemediation['start'] = (which, parameters, caller = person) => {
    const { name } = startable[which];
    const all = {
      AutomationAssumeRole: roleArn(name),
      // The function of a purge knows its topic.
      ...(which === 'purge' ? {} : { NotificationTopicArn: topicArn }),
      ...parameters,
    };
    const Parameters = Object.fromEntries(
      Object.entries(all).map(([key, value]) => [key, [value]]),
    );
    const answer = aws.perform({
      ...{ service: 'ssm', operation: 'StartAutomationExecution' },
      ...{
        input: { DocumentName: name, Parameters },
        caller,
      },
    });
    return String(answer['AutomationExecutionId']);
  };
  const ended: LocalRemediation['ended'] = async (executionId) => {
    await account.automation.running.get(executionId);
    const execution = account.automation.executions.get(executionId);
    if (execution === undefined) throw new Error(`No execution ${executionId}`);
    return execution;
  };
  const local: LocalRemediation = {
    ...{ aws, account, log, start, ended, invoke, readerRoleArn },
    topic: { arn: topicArn, publish: (message) => publish(sns, topicArn, message) },
    settings: { ruleName, operatorArns: [], passwords: 'Issued' },
    limits: { ...loosest },
    purgeLimits: {
      ...{ ConfigRuleName: ruleName, DeleteAfterDays: '30', MaxRevocationsPerDay: '0' },
      EnforceFrom: '2000-01-01',
    },
    messagePerOwner: false,
    ruleParameters: undefined,
    now: testNow,
    sleep: async (milliseconds) => {
      local.now += milliseconds;
    },
    revoke: (userId, rest) => ended(start('revoke', { IAMResourceId: userId, ...rest })),
    retire: (userId, rest) => ended(start('retire', { IAMResourceId: userId, ...rest })),
    remediate: (userId, rest) =>
      ended(start('revoke', { IAMResourceId: userId, ...rest }, configRemediation)),
    restore: (userId, rest) =>
      ended(start('restore', { IAMResourceId: userId, RevocationId: 'All', ...rest })),
    purge: (rest, caller = schedule) =>
      ended(start('purge', { DeleteAfterDays: '30', MaxRevocationsPerDay: '0', ...rest }, caller)),
    close: async () => {
      account.automation.python.close();
      for (const client of [
        clients.iam,
        clients.config,
        clients.ssm,
        clients.secrets,
        sns,
        eventBridge,
      ])
        client.destroy();
      await aws.close();
    },
  };
  return local;
}
