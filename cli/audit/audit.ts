import type { Clients } from '../../rule/aws/clients.ts';
import type { Clock } from '../../rule/clock.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { startProgress } from '../terminal/io.ts';
import { plain, styleFor } from '../terminal/style.ts';
import type { AuditOptions } from './options.ts';
import { renderAuditCsv, renderAuditJson, renderAuditTable } from './render.ts';
import { auditReports } from './reports.ts';
import { type AuditResult, type Gathered, toAuditedUser, toResult } from './result.ts';

/**
 * Runs `audit`: writes the result, and to standard error the notes and the users it could not evaluate. Exit code 1
 * means that a user is NON_COMPLIANT, 2 that one was not evaluated.
 * Throws ExpectedError if no user could be evaluated or the result could not be written.
 */
export async function audit(
  options: AuditOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const result = await gather(options, environment);
  const text = render(result, options, environment);
  if (options.output === undefined) await environment.write(text);
  else await environment.writeFile(options.output, text);

  for (const note of result.summary.notes) environment.tell(`Note: ${plain(note)}`);
  for (const { arn, message } of result.errors) {
    environment.tell(`Could not evaluate ${plain(arn)}: ${plain(message)}`);
  }
  if (result.errors.length > 0) return 2;
  return result.summary.nonCompliant > 0 ? 1 : 0;
}

async function gather(
  options: AuditOptions,
  { clock, connect, readFile, tell }: CommandEnvironment,
): Promise<AuditResult> {
  const progress = startProgress(tell, clock);
  try {
    if (!options.live) {
      const gathered = await auditReports(options, readFile, clock.now(), progress.report);
      return toResult(gathered, options.parameters);
    }
    const gathered = await auditLive(options, await connect('any'), clock, progress.report);
    return toResult(gathered, options.parameters);
  } finally {
    progress.stop();
  }
}

/** How long IAM may take to generate a report and to answer live reads (milliseconds). */
const patience = 3_600_000;

/** Evaluates the users of the account that the clients are signed in to. Throws AwsError and CredentialReportError if no user can be evaluated. */
async function auditLive(
  { parameters, asOf, sshKeys }: AuditOptions,
  { iam }: Clients<'iam'>,
  clock: Clock,
  onProgress: (what: string) => void,
): Promise<Gathered> {
  // The SDK takes longer to load than a report takes to evaluate.
  const { judgeAccount } = await import('../../rule/judging/judge-account.ts');
  const { readUnjudged } = await import('./unjudged.ts');
  const currentTime = clock.now();
  const now = asOf ?? currentTime;
  const deadline = currentTime + patience;
  const context = { iam, parameters, now, currentTime, clock, deadline, onProgress };
  const account = await judgeAccount(context, { identifyUnusedKeys: true });
  const undecided = account.undecided.map(({ arn }) => ({
    arn,
    message:
      'the stored credential report has no row for the user; audit again after IAM generates a new one, within 4 hours',
  }));
  const { unjudgedOf, unjudged, notes } = await readUnjudged(
    iam,
    account.judged.map(({ user }) => user),
    { sshKeys, now, onProgress },
  );
  return {
    accounts: 1,
    users: account.judged.map((judgement) => toAuditedUser(judgement, unjudgedOf(judgement.user))),
    errors: [...account.failed, ...undecided],
    asOf: now,
    unjudged,
    notes,
  };
}

function render(
  result: AuditResult,
  options: AuditOptions,
  { style, width }: CommandEnvironment,
): Iterable<string> {
  const users = options.onlyNonCompliant
    ? result.users.filter(({ compliance }) => compliance === 'NON_COMPLIANT')
    : result.users;
  const terminalWidth = options.output === undefined ? width : null;
  switch (options.format) {
    case 'table':
      return [
        renderAuditTable(result, users, terminalWidth === null ? plainStyle : style, terminalWidth),
      ];
    case 'csv':
      return terminalWidth === null
        ? renderAuditCsv(users)
        : [Array.from(renderAuditCsv(users), plainLines).join('')];
    case 'json':
      return renderAuditJson(result, users);
  }
}

const plainStyle = styleFor({ isTTY: false });

function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}
