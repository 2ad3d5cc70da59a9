import type { Clients } from '../../rule/aws/clients.ts';
import type { Clock } from '../../rule/clock.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { startProgress } from '../terminal/io.ts';
import { plain, styleFor } from '../terminal/style.ts';
import type { Comparison } from './compare/compare.ts';
import { type FormatName, formats } from './formats/formats.ts';
import type { AuditOptions } from './options.ts';
import { auditReports } from './reports.ts';
import { type AuditResult, type Gathered, toAuditedUser, toResult } from './result.ts';
import type { Trend } from './trend/trend.ts';
import { selectUsers, type View } from './view.ts';

/**
 * Runs `audit`: writes the result, and to standard error the notes and the users it could not evaluate. Exit code 1
 * means that a user is NON_COMPLIANT, 2 that one was not evaluated.
 * Throws ExpectedError if no user could be evaluated or the result could not be written.
 */
export async function audit(
  options: AuditOptions,
  version: string,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const { tell } = environment;
  const result = await gather(options, environment);
  for (const { file, format } of options.outputs) {
    const view = makeView(result, format, { ...options, width: null, style: plainStyle, version });
    const render = await formats[format].load();
    await environment.writeFile(file, render(result, view));
  }
  await environment.write(await show(result, options, version, environment));

  const notes = [...result.summary.notes, ...(result.trend?.notes ?? [])];
  if (!options.quiet) for (const note of notes) tell(`Note: ${plain(note)}`);
  for (const { arn, message } of result.errors) {
    tell(`Could not evaluate ${plain(arn)}: ${plain(message)}`);
  }
  for (const { accountId, failure } of result.accounts) {
    if (failure !== null) tell(`Could not read account ${plain(accountId)}: ${plain(failure)}`);
  }
  const isWhole =
    result.errors.length === 0 && result.accounts.every((each) => each.failure === null);
  if (!isWhole) return 2;
  return result.summary.nonCompliant > 0 ? 1 : 0;
}

/** What standard output shows: the result, or the summary if files were written. */
async function show(
  result: AuditResult,
  options: AuditOptions,
  version: string,
  { style, width }: CommandEnvironment,
): Promise<Iterable<string>> {
  const { format, outputs, quiet } = options;
  const given = { ...options, style, width, version };
  if (format === null) {
    if (quiet) return [];
    const { renderMore, renderSummary } = await import('./formats/table.ts');
    const files = outputs.map(({ file }) => `Wrote ${plain(file)}\n`);
    const view = makeView(result, 'table', given);
    return [renderSummary(result, view), ...renderMore(result, view), ...files];
  }
  const render = await formats[format].load();
  const pieces = render(result, makeView(result, format, given));
  const needsPlainText = format === 'csv' && width !== null;
  return needsPlainText ? [plainLines(Array.from(pieces).join(''))] : pieces;
}

function makeView(
  result: AuditResult,
  format: FormatName,
  options: Pick<AuditOptions, 'all' | 'by' | 'olderThan' | 'onlyNonCompliant' | 'sort' | 'wide'> &
    Pick<View, 'style' | 'width' | 'version'>,
): View {
  const { by, olderThan, wide, style, width, version } = options;
  const isForPeople = format === 'table' || format === 'markdown';
  const onlyNonCompliant = options.onlyNonCompliant || (isForPeople && !options.all);
  const sort = options.sort ?? (isForPeople || format === 'html' ? 'idle' : null);
  const users = selectUsers(result, { onlyNonCompliant, olderThan, sort });
  return { users, by, all: !onlyNonCompliant, olderThan, wide, style, width, version };
}

/** Evaluates the users, and adds what the options compare them with, which is read first: a mistake in it shows early. */
async function gather(
  options: AuditOptions,
  environment: CommandEnvironment,
): Promise<AuditResult> {
  const { compare, trend } = options;
  const toComparison = compare === null ? null : await prepareComparison(compare, environment);
  const toTrend = trend === null ? null : await prepareTrend(trend, environment);
  const result = await evaluate(options, environment);
  return {
    ...result,
    ...(toComparison === null ? {} : { comparison: toComparison(result) }),
    ...(toTrend === null ? {} : { trend: toTrend(result) }),
  };
}

async function prepareComparison(
  file: string,
  { readFile }: CommandEnvironment,
): Promise<(result: AuditResult) => Comparison> {
  const { readFindings } = await import('./compare/findings.ts');
  const { compareFindings } = await import('./compare/compare.ts');
  const findings = readFindings(await readFile(file), file === '-' ? 'stdin' : file);
  return (result) => compareFindings(result, findings);
}

async function prepareTrend(
  folder: string,
  environment: CommandEnvironment,
): Promise<(result: AuditResult) => Trend> {
  const { readStoredResults } = await import('./trend/read.ts');
  const { buildTrend } = await import('./trend/trend.ts');
  const stored = await readStoredResults(folder, environment);
  return (result) => buildTrend(result, stored);
}

async function evaluate(
  options: AuditOptions,
  { clock, connect, readFile, tell }: CommandEnvironment,
): Promise<AuditResult> {
  const progress = startProgress(options.quiet ? () => undefined : tell, clock);
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
  const accountId = account.accountId ?? 'unknown';
  return {
    accounts: [{ accountId, asOf: now }],
    users: account.judged.map((judgement) => toAuditedUser(judgement, unjudgedOf(judgement.user))),
    errors: [...account.failed, ...undecided],
    asOf: now,
    unjudged,
    notes,
  };
}

const plainStyle = styleFor({ isTTY: false });

function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}
