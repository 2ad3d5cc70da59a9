import { judge } from '../../rule/core/annotation.ts';
import { parseArn, parseUserArn } from '../../rule/core/arns.ts';
import { ExpectedError, messageOf, type Problem } from '../../rule/core/errors.ts';
import { formatInstant, type Instant, millisecondsPerDay } from '../../rule/core/instant.ts';
import type { RuleParameters } from '../../rule/core/rule-parameters.ts';
import { countUnjudged, type UnjudgedCredential, unjudgedOf } from '../../rule/core/unjudged.ts';
import { parseCredentialReport } from '../../rule/formats/credential-report.ts';
import type { ReportRow } from '../../rule/formats/report-row.ts';
import { fromReport } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment } from '../environment.ts';
import { usage } from '../options.ts';
import { count } from '../terminal/counts.ts';
import { instantFormatter } from './instant-text.ts';
import { readReportFile } from './report-file.ts';
import {
  type AuditedUser,
  type AuditProblem,
  type Gathered,
  type GatheredAccount,
  toAuditedUser,
} from './result.ts';

/** The number of users that are evaluated between two reports of progress. */
const progressStep = 1000;

/** How reports are evaluated. */
interface ReportOptions {
  readonly parameters: RuleParameters;
  /** Undefined for the time of each report. */
  readonly asOf: Instant | undefined;
}

/** Where report files come from. */
export type ReportSource = Pick<CommandEnvironment, 'readFile' | 'fileTime' | 'clock'>;

/**
 * Evaluates the users of credential report files, each as of when it was generated, or of the file's time if it does
 * not say so. Throws CredentialReportError if a file is not a report, or two are of one account, and UsageError if
 * `asOf` is before a report.
 */
export async function auditReports(
  files: readonly string[],
  { parameters, asOf }: ReportOptions,
  source: ReportSource,
  onProgress: (what: string) => void,
): Promise<Gathered> {
  const currentTime = source.clock.now();
  const users: AuditedUser[] = [];
  const unjudged: (readonly UnjudgedCredential[])[] = [];
  const errors: AuditProblem[] = [];
  const accounts: GatheredAccount[] = [];
  const dated: EvaluatedReport[] = [];
  const fileByAccount = new Map<string, string>();
  const format = instantFormatter();
  // One report after the other, because all reports of an organization together take much memory.
  for (const file of files) {
    const name = labelOf(file);
    onProgress(`Reading ${name}`);
    const { content, generatedAt } = await readReportFile(await source.readFile(file), name);
    const fileTime = await source.fileTime(file);
    const report = date({ name, generatedAt, fileTime }, asOf, currentTime);
    const { now } = report;
    const { accountIds, rows, problems } = inFile(name, () => parseCredentialReport(content));
    dated.push({ ...report, isLater: isLater(rows.values(), now, currentTime) });
    claimAccounts(fileByAccount, name, accountIds);
    for (const accountId of accountIds) accounts.push({ accountId, asOf: now });
    const owner = onlyOne(accountIds);
    for (const problem of problems.values()) errors.push(inAccount(owner, problem));
    for (const row of rows.values()) {
      if (users.length % progressStep === 0) onProgress(`Evaluating: ${users.length} users`);
      try {
        const user = toUser(row);
        const others = unjudgedOf(user);
        users.push(toAuditedUser(judge(user, { parameters, now, currentTime }), others, format));
        if (others.length > 0) unjudged.push(others);
      } catch (error) {
        errors.push(inAccount(owner, { arn: row.arn, message: messageOf(error) }));
      }
    }
  }
  const now = Math.min(...dated.map((report) => report.now));
  return {
    ...{ accounts, users, errors, asOf: now },
    unjudged: countUnjudged(unjudged, { serviceSpecific: false, ssh: false }, now),
    notes: ['exemption tags not considered', ...notesOn(dated, asOf ?? currentTime)],
  };
}

function onlyOne(accountIds: ReadonlySet<string>): string | null {
  const [first = null] = accountIds;
  return accountIds.size === 1 ? first : null;
}

/**
 * Adds the account of the ARN, or the only account of the report. Text that is not an ARN, such as `row 5`, then begins
 * with the account: `123456789012/row 5`.
 */
function inAccount(owner: string | null, problem: Problem): AuditProblem {
  const accountId = parseArn(problem.arn, 'iam')?.accountId ?? null;
  if (accountId !== null || owner === null) return { ...problem, accountId };
  return { ...problem, arn: `${owner}/${problem.arn}`, accountId: owner };
}

function toUser(row: ReportRow) {
  const parsed = parseUserArn(row.arn);
  if (parsed === null) {
    throw new ExpectedError(
      'UserError',
      `arn is ${JSON.stringify(row.arn)}; expected arn:aws:iam::<account>:user/<path><name>`,
    );
  }
  const { userName, arn } = row;
  return fromReport({ userName, userId: null, arn, path: parsed.path, tags: [] }, row);
}

function claimAccounts(
  fileByAccount: Map<string, string>,
  name: string,
  accountIds: ReadonlySet<string>,
): void {
  for (const account of accountIds) {
    const other = fileByAccount.get(account);
    if (other !== undefined) {
      throw new ExpectedError(
        'CredentialReportError',
        `${labelOf(other)} and ${labelOf(name)} are both reports of account ${account}; give one report per account`,
      );
    }
    fileByAccount.set(account, name);
  }
}

/** A report, and what is known of when it was generated. */
interface NamedReport {
  readonly name: string;
  /** Null if the report does not say so. */
  readonly generatedAt: Instant | null;
  /** Null for standard input. */
  readonly fileTime: Instant | null;
}

/** A report with the instant as of which it is evaluated. */
interface DatedReport extends NamedReport {
  readonly now: Instant;
  /** The source of `now`. */
  readonly by: 'option' | 'report' | 'file' | 'clock';
}

/** A report, with what is known once its rows are read. */
interface EvaluatedReport extends DatedReport {
  /** Whether it has a date after `now`, and so was generated later. */
  readonly isLater: boolean;
}

function date(report: NamedReport, asOf: Instant | undefined, currentTime: Instant): DatedReport {
  const { name, generatedAt, fileTime } = report;
  if (generatedAt !== null && asOf !== undefined && asOf < generatedAt) {
    throw usage(
      `--as-of is ${formatInstant(asOf)}, but ${name} was generated later, at ${formatInstant(generatedAt)}, ` +
        'and does not show what was so before; expected that time or a later one, or an earlier report',
      'audit',
    );
  }
  if (asOf !== undefined) return { ...report, now: asOf, by: 'option' };
  if (generatedAt !== null) return { ...report, now: generatedAt, by: 'report' };
  if (fileTime !== null) return { ...report, now: fileTime, by: 'file' };
  return { ...report, now: currentTime, by: 'clock' };
}

/**
 * Whether a row has a date after the instant, and so the report was generated later. A future date is an error of
 * that user.
 */
function isLater(rows: Iterable<ReportRow>, now: Instant, currentTime: Instant): boolean {
  const isBetween = (date: Instant | undefined) =>
    date !== undefined && date > now && date <= currentTime;
  for (const { createDate, password, keys } of rows) {
    if (isBetween(createDate)) return true;
    if (password !== null && (isBetween(password.used) || isBetween(password.changed))) return true;
    for (const { lastUsed, lastRotated } of keys) {
      if (isBetween(lastUsed) || isBetween(lastRotated)) return true;
    }
  }
  return false;
}

const undated = [
  'does not say when it was generated',
  'do not say when they were generated',
] as const;

/** Notes about the reports' times, at most one of each kind. */
function notesOn(reports: readonly EvaluatedReport[], limit: Instant): string[] {
  const by = (which: DatedReport['by']) => reports.filter((report) => report.by === which);
  const ofFile = by('file');
  const [first] = ofFile;
  const time = first === undefined || ofFile.length > 1 ? '' : `, ${formatInstant(first.now)}`;
  return [
    ...about(ofFile, ...undated).map(
      (text) => `${text}; evaluated as of the time of the file${time} (see --as-of)`,
    ),
    ...about(by('clock'), ...undated).map((text) => `${text}; evaluated as of now (see --as-of)`),
    ...about(
      reports.filter((report) => report.isLater),
      'has',
      'have',
    ).map(
      (text) =>
        `${text} dates after the time of the evaluation; credentials that were used after it do not count as unused (see --as-of)`,
    ),
    ...about(reports.filter(isOlderThanADay(limit)), 'is', 'are').map(
      (text) =>
        `${text} more than 24 hours old; credentials that were used since look unused. Download a new report`,
    ),
  ];
}

/** With --as-of, the age of a report that does not say when it was generated is not known. */
function isOlderThanADay(limit: Instant) {
  return ({ by, now, generatedAt }: DatedReport) =>
    limit - (by === 'option' ? (generatedAt ?? limit) : now) > millisecondsPerDay;
}

/** `a.csv is`, `a.csv and 2 more reports are`; nothing for no report. */
function about(reports: readonly DatedReport[], one: string, several: string): string[] {
  const [first, ...others] = reports;
  if (first === undefined) return [];
  if (others.length === 0) return [`${first.name} ${one}`];
  return [`${first.name} and ${count(others.length, 'more report')} ${several}`];
}

function inFile<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new ExpectedError(error.name, `${labelOf(name)}: ${error.message}`, { cause: error });
  }
}

function labelOf(name: string): string {
  return name === '-' ? 'stdin' : name;
}
