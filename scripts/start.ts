import { styleFor } from '../rule/cli/terminal.ts';
import { renderVerdictTable } from '../rule/cli/verdict-table.ts';
import { createSampleAccount } from '../test/fixtures/sample-account.ts';
import { accountTemplate, stackName } from '../test/infra/synthesized.ts';
import { runStack } from '../test/local-aws/template/run-stack.ts';
import { buildFunctions } from './build.ts';
import { createDemonstration, type Demonstration, type Verdicts } from './demonstration.ts';

const style = styleFor(process.stdout);
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
  return renderVerdictTable(lines, style);
}

function count(verdicts: Verdicts): string {
  const of = (compliance: string) =>
    verdicts.filter((user) => user.compliance === compliance).length;
  return `AWS Config holds ${style.good(`${of('COMPLIANT')} COMPLIANT`)} and ${style.bad(`${of('NON_COMPLIANT')} NON_COMPLIANT`)} users.`;
}

await start();
