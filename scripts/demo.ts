import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ConfigServiceClient,
  StartRemediationExecutionCommand,
} from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { renderVerdictTable } from '../cli/audit/formats/table.ts';
import { styleFor, widthOf } from '../cli/terminal/style.ts';
import { layOut } from '../cli/terminal/table.ts';
import { impatientClock, type LocalExecution } from '../local-aws/account.ts';
import type { LocalAws } from '../local-aws/server.ts';
import { type RunningStack, runStack } from '../local-aws/template/deploy.ts';
import { restoreDocument } from '../remediation-docs/documents.ts';
import { call } from '../rule/aws/call.ts';
import { connect } from '../rule/aws/clients.ts';
import { startExecution } from '../rule/aws/ssm-automation.ts';
import type { EvaluationResult } from '../rule/handlers/evaluate/evaluate.ts';
import { ruleName, scheduledNotification } from '../test/builders/local-rule.ts';
import { createSampleAccount } from '../test/fixtures/sample-account.ts';
import { accountTemplate, stackName } from '../test/infra/synthesized.ts';
import { buildCommandLine, buildFunctions } from './build.ts';

/** The evaluation's result for each user. */
type Verdicts = EvaluationResult['users'];

/** The steps of the demonstration on a local account. */
interface Demonstration {
  readonly evaluate: () => Promise<Verdicts>;
  /** Audits the account with the built command line, which writes the HTML report to a file. */
  readonly writeReport: (file: string) => Promise<void>;
  /** The number of messages that the topic has received. */
  readonly messages: () => number;
  /** Remediates users by their IDs; returns a line about each. */
  readonly remediate: (userIds: readonly string[]) => Promise<string[]>;
  /** Restores a user by name, with a new password; returns lines about it. */
  readonly restore: (userName: string) => Promise<string[]>;
  /** Returns the places that hold the user's password, among everything stored or written. Ends the functions, for their logs. */
  readonly searchForPassword: (userName: string) => Promise<string[]>;
  readonly close: () => Promise<void>;
}

function createDemonstration(
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
    writeReport: async (file) => {
      const environment = {
        ...{ AWS_ENDPOINT_URL: location.endpoint, AWS_REGION: location.region },
        AWS_ACCESS_KEY_ID: location.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: location.credentials.secretAccessKey,
      };
      const options = ['--live', '--exempt-path-prefixes', exemptPath, '--output', file];
      await runCommandLine(['audit', ...options], environment);
    },
    messages: () => account.published.length,
    remediate: async (userIds) => {
      // In AWS, executions would wait for hours until IAM makes a report newer than the evaluation's.
      account.credentialReport = undefined;
      const known = new Set(automation.executions.keys());
      const ResourceKeys = userIds.map((resourceId) => ({
        ...{ resourceType: 'AWS::IAM::User' as const, resourceId },
      }));
      const input = { ConfigRuleName: ruleName, ResourceKeys };
      await call(clients.config, new StartRemediationExecutionCommand(input));
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
      for (const client of [clients.iam, clients.config, clients.ssm]) client.destroy();
      await running.close();
    },
  };
}

/** Runs the built command line. Rejects if it could not evaluate every user. */
function runCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const file = fileURLToPath(new URL('../dist/cli/index.js', import.meta.url));
  return new Promise((done, fail) => {
    const env = { ...process.env, ...environment };
    execFile(process.execPath, [file, ...args], { env }, (error) => {
      // Exit code 1 means that a user is NON_COMPLIANT.
      if (error === null || error.code === 1) done();
      else fail(error);
    });
  });
}

/** Returns the places that hold a password. `logs` are the lines that the functions wrote. */
export function findPassword({ account }: LocalAws, logs: readonly string[], password: string) {
  if (password === '') return ['no secret: none was issued'];
  const versions = [...account.parameters.values()].flatMap((parameter) => parameter.versions);
  const places = {
    'its secret': [...account.secrets.values()],
    'an execution': [...account.automation.executions.values()],
    'a record': versions.map(({ value }) => Buffer.from(value, 'base64url').toString()),
    'a message': account.published,
    'an event': account.events,
    'a log line': logs,
  };
  return Object.entries(places).flatMap(([place, texts]) =>
    JSON.stringify(texts).includes(password) ? [place] : [],
  );
}

// This project supports Node 20; the SDK's warning about its own later versions does not concern its user.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
const style = styleFor(process.stdout);
const width = widthOf(process.stdout);
const progress = (text: string) => process.stderr.write(`${text}\n`);
const write = (text = '') => process.stdout.write(`${text}\n`);
const restoredUser = 'frank';
const exemptPath = '/break-glass/';
const reportFile = 'unused-iam-credentials-report.html';

/** Shows evaluation, revocation and restoration on a sample account. No request leaves this machine. */
async function start(): Promise<void> {
  const startedAt = Date.now();
  progress('Building the Lambda functions and the command line …');
  await Promise.all([buildFunctions(), buildCommandLine()]);
  progress('Synthesizing the stack …');
  const template = await accountTemplate();
  const account = createSampleAccount(startedAt);
  account.automation.clock = impatientClock;
  const running = await runStack(account, template, {
    ...{ stackName, accountId: account.accountId, region: 'us-east-1', partition: 'aws' },
    parameters: {
      ExemptPathPrefixes: exemptPath,
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
    write(`This took ${aws.requests.entries.length} AWS requests and ${seconds} seconds, including the build.

What to do next
  README.md           audit an account, deploy to it, and undo a revocation
  docs/reference.md   parameters, presets, and what counts as unused
  docs/undo.md        a user or a job is locked out
  npm test            run the tests`);
  } finally {
    await shown.close();
  }
}

async function show(demonstration: Demonstration): Promise<void> {
  progress('AWS Config sends the scheduled event of the rule …');
  const before = await demonstration.evaluate();
  write(
    `\n${style.bold('1. AWS Config evaluates the rule')}\n\n${table(before)}\n\n${count(before)}\n`,
  );

  progress('The command line audits the account …');
  await demonstration.writeReport(reportFile);
  write(`${style.bold('The same as an HTML report')}: ${resolve(reportFile)}\n`);

  const users = before.filter(isNonCompliant);
  progress(`AWS Config remediates ${users.length} users: the document runs once for each …`);
  const revoked = await demonstration.remediate(users.map(({ userId }) => userId));
  write(`${style.bold('2. AWS Config remediates them')}: UnusedIamCredentials-Revoke\n`);
  for (const line of revoked) write(`  ${line}`);
  write(
    `  The topic received ${demonstration.messages()} messages: the digest, and one for each user.`,
  );

  progress('AWS Config evaluates the rule again …');
  const after = await demonstration.evaluate();
  write(`\n${style.bold('3. AWS Config evaluates the rule again')}\n\n${count(after)}\n`);

  progress(`An operator restores ${restoredUser} …`);
  const restored = await demonstration.restore(restoredUser);
  write(`${style.bold(`4. ${restoredUser} is restored`)}: UnusedIamCredentials-Restore\n`);
  for (const line of restored) write(`  ${line}`);
  const places = await demonstration.searchForPassword(restoredUser);
  const alone = places.length === 1 ? ' and nowhere else' : '';
  write(`  the new password is in ${places.join(', ')}${alone}`);

  progress('AWS Config evaluates the rule once more …');
  const last = await demonstration.evaluate();
  if (places.join() !== 'its secret' || last.some(isNonCompliant)) process.exitCode = 1;
  const own = last.filter(({ userName }) => userName === restoredUser);
  write(
    `\n${style.bold('5. AWS Config evaluates the rule once more')}\n\n${table(own)}\n\n${count(last)}\n`,
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await start();
