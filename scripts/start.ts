import { styleFor } from '../rule/cli/terminal.ts';
import { renderVerdictTable } from '../rule/cli/verdict-table.ts';
import type { EvaluationResult } from '../rule/handlers/evaluate-event.ts';
import { createSampleAccount } from '../test/fixtures/sample-account.ts';
import { issueResultToken, type LocalAws, startLocalAws } from '../test/local-aws/index.ts';
import { runFunction } from '../test/local-aws/run-function.ts';
import { buildFunctions } from './build.ts';

const ruleName = 'unused-iam-credentials';
const style = styleFor(process.stdout);
const progress = (text: string) => process.stderr.write(`${text}\n`);

/** Shows the rule at work on a sample account on this machine: nothing leaves loopback. */
async function start(): Promise<void> {
  const startedAt = Date.now();
  progress('Building the Lambda function …');
  await buildFunctions();

  const account = createSampleAccount(startedAt);
  const aws = await startLocalAws(account);
  progress(`A local AWS account with ${account.users.length} IAM users listens at ${aws.endpoint}`);
  progress('AWS Config sends the rule its scheduled event …');
  const stopShowing = showRequests(aws);
  const run = await runFunction('evaluate', scheduledEvent(aws), { endpoint: aws.endpoint });
  stopShowing();
  await aws.close();

  if (run.error !== undefined) {
    progress(`The evaluation failed: ${run.error.name}: ${run.error.message}`);
    process.exitCode = 2;
    return;
  }
  show(run.result as EvaluationResult, aws, Date.now() - startedAt);
}

function scheduledEvent({ account }: LocalAws) {
  const invokingEvent = {
    awsAccountId: account.accountId,
    notificationCreationTime: new Date().toISOString(),
    messageType: 'ScheduledNotification',
    recordVersion: '1.0',
  };
  return {
    version: '1.0',
    invokingEvent: JSON.stringify(invokingEvent),
    ruleParameters: JSON.stringify({ exemptPathPrefixes: '/break-glass/' }),
    resultToken: issueResultToken(account, ruleName),
    eventLeftScope: false,
    configRuleName: ruleName,
    accountId: account.accountId,
  };
}

/** Tells of each operation when the function first calls it. Gives back how to stop. */
function showRequests({ requests }: LocalAws): () => void {
  const shown = new Set<string>();
  const showNew = () => {
    for (const { service, operation } of requests.entries) {
      if (shown.has(operation)) continue;
      shown.add(operation);
      progress(`  ${service}:${operation}`);
    }
  };
  const timer = setInterval(showNew, 100);
  return () => {
    clearInterval(timer);
    showNew();
  };
}

function show(
  { users }: EvaluationResult,
  { account, requests }: LocalAws,
  milliseconds: number,
): void {
  const lines = users.map((user) => ({
    name: user.userName ?? user.userId,
    compliance: user.compliance,
    category: user.category ?? '',
    reason: user.annotation,
  }));
  const count = (compliance: string) =>
    account.config.evaluations.filter((result) => result.complianceType === compliance).length;
  const seconds = (milliseconds / 1000).toFixed(1);
  process.stdout.write(`
${renderVerdictTable(lines, style)}

${style.bold('AWS Config now holds')} ${style.good(`${count('COMPLIANT')} COMPLIANT`)} and ${style.bad(`${count('NON_COMPLIANT')} NON_COMPLIANT`)} users.
It took ${requests.entries.length} AWS requests and ${seconds} seconds, building included.

What to do next
  docs/semantics.md   what counts as unused, in which scope, and how to exempt a user
  README.md           the rule's parameters and presets
  npm test            the proof
`);
}

await start();
