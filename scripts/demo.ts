import {
  ConfigServiceClient,
  StartRemediationExecutionCommand,
} from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { renderVerdictTable } from '../cli/audit/render.ts';
import { styleFor, widthOf } from '../cli/terminal/style.ts';
import { layOut } from '../cli/terminal/table.ts';
import type { LocalExecution } from '../local-aws/automation/engine.ts';
import type { LocalAws } from '../local-aws/server.ts';
import { type RunningStack, runStack } from '../local-aws/template/deploy.ts';
import { restoreDocument } from '../remediation-docs/documents.ts';
import { connect } from '../rule/aws/clients.ts';
import { startExecution } from '../rule/aws/ssm-automation.ts';
import type { EvaluationResult } from '../rule/handlers/evaluate/evaluate.ts';
import { ruleName, scheduledNotification } from '../test/builders/local-rule.ts';
import { createSampleAccount } from '../test/fixtures/sample-account.ts';
import { accountTemplate, stackName } from '../test/infra/synthesized.ts';
import { buildFunctions } from './build.ts';

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
  const clients = connect(
    { iam: IAMClient, config: ConfigServiceClient, ssm: SSMClient },
    location,
  );
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
        return [user, status, (outputs['Result.Revoked'] ?? []).join(', ')];
      });
      return layOut(lines, { width: width && width - 2, overflow: 'cut' });
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

const style = styleFor(process.stdout);
const width = widthOf(process.stdout);
const progress = (text: string) => process.stderr.write(`${text}\n`);
const write = (text = '') => process.stdout.write(`${text}\n`);
const restoredUser = 'frank';

/** Shows the whole loop on a sample account on this machine: nothing leaves loopback. */
async function start(): Promise<void> {
  const startedAt = Date.now();
  progress('Building the Lambda functions …');
  await buildFunctions();
  progress('Synthesizing the stack …');
  const template = await accountTemplate();
  const account = createSampleAccount(startedAt);
  const running = await runStack(account, template, {
    ...{ stackName, accountId: account.accountId, region: 'us-east-1', partition: 'aws' },
    parameters: {
      ExemptPathPrefixes: '/break-glass/',
      PasswordReaderRoleArn: 'arn:aws:iam::{account}:role/Helpdesk',
    },
  });
  const { aws } = running;
  progress(
    `A local AWS account with ${account.users.length} IAM users and the stack ${stackName} listens at ${aws.endpoint}`,
  );
  const shown = createDemonstration(running, progress);
  try {
    await show(shown);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    write(`It took ${aws.requests.entries.length} AWS requests and ${seconds} seconds, building included.

What to do next
  docs/semantics.md    what counts as unused, in which scope, and how to exempt a user
  docs/operations.md   revoking and restoring: by console, AWS CLI and this tool, and what can go wrong
  README.md            deploying; the rule's parameters and presets
  npm test             the proof`);
  } finally {
    await shown.close();
  }
}

async function show(demonstration: Demonstration): Promise<void> {
  progress('AWS Config sends the rule its scheduled event …');
  const before = await demonstration.evaluate();
  write(
    `\n${style.bold('1. AWS Config evaluates the rule')}\n\n${table(before)}\n\n${count(before)}\n`,
  );

  const users = before.filter(isNonCompliant);
  progress(`AWS Config remediates ${users.length} users: the document runs once for each …`);
  const revoked = await demonstration.remediate(users.map(({ userId }) => userId));
  write(`${style.bold('2. AWS Config remediates them')}: UnusedIamCredentials-Revoke\n`);
  for (const line of revoked) write(`  ${line}`);
  write(`  The topic has got ${demonstration.messages()} messages: the digest, and one for each.`);

  progress('AWS Config evaluates again …');
  const after = await demonstration.evaluate();
  write(`\n${style.bold('3. AWS Config evaluates again')}\n\n${count(after)}\n`);

  progress(`${restoredUser} comes back from a sabbatical …`);
  const restored = await demonstration.restore(restoredUser);
  write(`${style.bold(`4. ${restoredUser} is restored`)}: UnusedIamCredentials-Restore\n`);
  for (const line of restored) write(`  ${line}`);
  const places = await demonstration.searchForPassword(restoredUser);
  const alone = places.length === 1 ? ' and nowhere else' : '';
  write(`  the new password is in ${places.join(', ')}${alone}`);

  progress('AWS Config evaluates once more …');
  const last = await demonstration.evaluate();
  if (places.join() !== 'its secret' || last.some(isNonCompliant)) process.exitCode = 1;
  const own = last.filter(({ userName }) => userName === restoredUser);
  write(
    `\n${style.bold('5. AWS Config evaluates once more')}\n\n${table(own)}\n\n${count(last)}\n`,
  );
}

const isNonCompliant = ({ compliance }: Verdicts[number]) => compliance === 'NON_COMPLIANT';

function table(verdicts: Verdicts): string {
  const lines = verdicts.map((user) => ({
    name: user.userName ?? user.userId,
    compliance: user.compliance,
    category: user.category ?? '',
    reason: user.annotation,
  }));
  return renderVerdictTable(lines, style, width);
}

function count(verdicts: Verdicts): string {
  const of = (compliance: string) =>
    verdicts.filter((user) => user.compliance === compliance).length;
  return `AWS Config holds ${style.good(`${of('COMPLIANT')} COMPLIANT`)} and ${style.bad(`${of('NON_COMPLIANT')} NON_COMPLIANT`)} users.`;
}

await start();
