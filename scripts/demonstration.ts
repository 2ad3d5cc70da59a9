import {
  ConfigServiceClient,
  StartRemediationExecutionCommand,
} from '@aws-sdk/client-config-service';
import { restoreDocument } from '../remediation-docs/documents.ts';
import { startExecution } from '../rule/gateways/automation.ts';
import { createRemediationClients } from '../rule/gateways/remediation-clients.ts';
import type { EvaluationResult } from '../rule/handlers/evaluate-event.ts';
import { ruleName, scheduledNotification } from '../test/builders/local-rule.ts';
import type { LocalExecution } from '../test/local-aws/automation/automation.ts';
import type { LocalAws } from '../test/local-aws/index.ts';
import type { RunningStack } from '../test/local-aws/template/run-stack.ts';

/** What the evaluation returned of each user. */
export type Verdicts = EvaluationResult['users'];

/** The loop over a local account, step by step. */
export interface Demonstration {
  readonly evaluate: () => Promise<Verdicts>;
  /** How many messages the topic has got so far. */
  readonly messages: () => number;
  /** Remediates users by their IDs; gives a line about each. */
  readonly remediate: (userIds: readonly string[]) => Promise<string[]>;
  /** Restores a user of that name, with a new password; gives lines about it. */
  readonly restore: (userName: string) => Promise<string[]>;
  /** Looks for the user's password in everything that was stored or written; gives the places. Ends the functions, for their logs. */
  readonly searchForPassword: (userName: string) => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** Takes a stack that runs in a local account, and where to tell progress. */
export function createDemonstration(
  running: RunningStack,
  progress: (text: string) => void,
): Demonstration {
  const { account, aws } = running;
  const { automation } = account;
  const location = {
    ...{ endpoint: aws.endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
  };
  const clients = createRemediationClients(location);
  const config = new ConfigServiceClient(location);

  async function endAll(known: ReadonlySet<string>): Promise<LocalExecution[]> {
    const started = [...automation.executions.values()].filter(({ id }) => !known.has(id));
    let ended = 0;
    for (const { id } of started) {
      await automation.running.get(id);
      ended += 1;
      if (ended % 5 === 0 || ended === started.length) progress(`  ${ended} of ${started.length}`);
    }
    return started;
  }

  return {
    evaluate: async () => {
      const answer = await running.evaluate(scheduledNotification(account, Date.now()));
      return (answer as EvaluationResult).users;
    },
    messages: () => account.published.length,
    remediate: async (userIds) => {
      const known = new Set(automation.executions.keys());
      const ResourceKeys = userIds.map((resourceId) => ({
        ...{ resourceType: 'AWS::IAM::User' as const, resourceId },
      }));
      const input = { ConfigRuleName: ruleName, ResourceKeys };
      await config.send(new StartRemediationExecutionCommand(input));
      const lines = (await endAll(known)).map(({ status, outputs }) => {
        const user = (outputs['Decision.UserName'] ?? []).join();
        return { user, what: `${status}  ${(outputs['Result.Revoked'] ?? []).join(', ')}` };
      });
      const width = Math.max(...lines.map(({ user }) => user.length));
      return lines.map(({ user, what }) => `${user.padEnd(width)}  ${what}`);
    },
    restore: async (userName) => {
      const known = new Set(automation.executions.keys());
      const user = account.users.find((candidate) => candidate.userName === userName);
      await startExecution(clients.ssm, restoreDocument.name, {
        IAMResourceId: user?.userId ?? '',
        AutomationAssumeRole: `arn:aws:iam::${account.accountId}:role/${restoreDocument.name}-us-east-1`,
        ...{ RevocationId: 'All', RestorePassword: 'true' },
      });
      return (await endAll(known)).flatMap(({ status, outputs }) => [
        `${status}: ${(outputs['Result.Restored'] ?? []).join(', ')}`,
        `exempt until ${(outputs['Decision.ExemptUntil'] ?? []).join()}`,
        `secret ${(outputs['Password.SecretArn'] ?? []).join()}`,
      ]);
    },
    searchForPassword: async (userName) => {
      await running.closeFunctions();
      const user = account.users.find((candidate) => candidate.userName === userName);
      return findPassword(aws, running.logs, user?.loginProfile?.password ?? '');
    },
    close: async () => {
      for (const client of [config, clients.iam, clients.config, clients.ssm]) client.destroy();
      await running.close();
    },
  };
}

/** Takes a local account, the lines its functions wrote, and a password. Gives the places that hold it. */
export function findPassword({ account }: LocalAws, logs: readonly string[], password: string) {
  if (password === '') return ['nowhere: there is no password'];
  const versions = [...account.parameters.values()].flatMap((parameter) => parameter.versions);
  const places = {
    'its secret': [...account.secrets.values()],
    'an execution': [...account.automation.executions.values()],
    'a record': versions.map(({ value }) => Buffer.from(value, 'base64url').toString()),
    'a message': account.published,
    'a log line': logs,
  };
  return Object.entries(places).flatMap(([place, texts]) =>
    JSON.stringify(texts).includes(password) ? [place] : [],
  );
}
