import Papa from 'papaparse';
import { parseArn, parseUserArn } from '../core/arns.ts';
import { isUsable, type Tag, tagValue } from '../core/credentials.ts';
import { ExpectedError, messageOf, type Problem } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { parseRevokedAt, revokedTag } from '../core/names.ts';
import {
  isIncomplete,
  parseReportDate,
  type ReportRow,
  readReportRow,
  requiredColumns,
} from './report-row.ts';
import {
  type LiveAccessKey,
  type LiveCredentials,
  matchSlots,
  type UserIdentity,
} from './user-snapshot.ts';

/** A stored credential report: CSV text, and when IAM generated it. */
export interface CredentialReport {
  readonly content: string;
  readonly generatedAt: Instant;
}

/** The rows of a credential report by ARN, and what could not be read. */
export interface ParsedReport {
  /** The accounts of all rows, including the root user's. */
  readonly accountIds: ReadonlySet<string>;
  readonly rows: ReadonlyMap<string, ReportRow>;
  /** By the user's ARN, or by `row <number>` if it is not certain which user the row is about. */
  readonly problems: ReadonlyMap<string, Problem>;
  /** Every date in the rows that could not be read. One of them may be a user's creation. */
  readonly unreadDates: ReadonlySet<Instant>;
}

/**
 * Reads the CSV of a credential report: columns in any order, without the root user's row. A row with an
 * unreadable value or too many fields, and a second row of a user, are problems instead of rows. A report that
 * cannot be trusted as a whole is a CredentialReportError: empty, not CSV, without a required column, with a row
 * of too few fields, or ending inside a row.
 */
export function parseCredentialReport(csv: string): ParsedReport {
  const report = {
    accountIds: new Set<string>(),
    rows: new Map<string, ReportRow>(),
    problems: new Map<string, Problem>(),
    unreadDates: new Set<Instant>(),
  };
  let columns: Columns | undefined;
  let last: Row | undefined;
  let line = 0;
  // Reads row by row, because the fields of a whole report take many times its size in memory.
  Papa.parse<string[]>(csv.replace(/^\uFEFF/u, ''), {
    delimiter: ',',
    step: ({ data: fields, errors: [error] }) => {
      if (error !== undefined) throw broken(`it is not CSV: row ${line + 1}: ${error.message}`);
      const isEmptyLine = fields.length === 1 && fields[0] === '';
      if (isEmptyLine) return;
      line += 1;
      if (columns === undefined) {
        columns = readHeader(fields);
        return;
      }
      last = { columns, fields, line };
      addRow(report, last);
    },
  });
  if (last === undefined) {
    throw broken('it has no rows; expected a header, the root user, and one row per user');
  }
  // IAM ends no report with a line end, so the last row may have been cut within its last field.
  if (!/[\r\n]$/u.test(csv) && isCutShort(last)) throw broken(`it ends inside row ${line}`);
  return report;
}

/** The index of each column. */
type Columns = ReadonlyMap<string, number>;

/** The fields of a row, and its number. */
interface Row {
  readonly columns: Columns;
  readonly fields: readonly string[];
  readonly line: number;
}

interface MutableReport extends ParsedReport {
  readonly accountIds: Set<string>;
  readonly rows: Map<string, ReportRow>;
  readonly problems: Map<string, Problem>;
  readonly unreadDates: Set<Instant>;
}

function addRow(
  { accountIds, rows, problems, unreadDates }: MutableReport,
  { columns, fields, line }: Row,
): void {
  const sizes = `row ${line} has ${fields.length} fields, but the header has ${columns.size}`;
  if (fields.length < columns.size) throw broken(`${sizes}; the report may have been cut short`);
  const field = (column: string) => fields[columns.get(column) ?? -1];
  // Stryker disable next-line StringLiteral: every row has an ARN, because the header must name it
  const arn = field('arn') ?? '';
  const accountId = parseArn(arn, 'iam')?.accountId;
  if (accountId !== undefined) accountIds.add(accountId);
  if (field('user') === '<root_account>') return;
  const cannotRead = (whose: string, message: string) => {
    problems.set(whose, { arn: whose, message });
    const earlier = rows.get(whose);
    if (earlier !== undefined) unreadDates.add(earlier.createDate);
    rows.delete(whose);
    for (const text of fields) {
      const date = parseReportDate(text);
      if (date !== undefined) unreadDates.add(date);
    }
  };
  if (fields.length > columns.size) {
    // A comma within the name or the ARN moves the fields behind it.
    const isWhole = parseUserArn(arn)?.userName === field('user');
    cannotRead(isWhole ? arn : `row ${line}`, `credential report, ${sizes}`);
    return;
  }
  if (rows.has(arn) || problems.has(arn)) {
    cannotRead(arn, 'the credential report has more than one row for this user');
    return;
  }
  try {
    rows.set(arn, readReportRow(field));
  } catch (error) {
    cannotRead(arn, `credential report, row ${line}: ${messageOf(error)}`);
  }
}

/** Whether the last field is visibly cut short. An additional field has no column, so this is not known. */
function isCutShort({ columns, fields }: Row): boolean {
  // Stryker disable next-line StringLiteral: every row has a field, which the types do not show
  const value = fields.at(-1) ?? '';
  const isLast = (index: number) => index === fields.length - 1;
  return [...columns].some(([column, index]) => isLast(index) && isIncomplete(column, value));
}

function readHeader(header: readonly string[]): Columns {
  const columns = new Map(header.map((column, index) => [column, index]));
  const missing = requiredColumns.filter((column) => !columns.has(column));
  if (missing.length > 0) throw broken(`the header lacks ${missing.join(', ')}`);
  if (columns.size < header.length) throw broken('the header names a column twice');
  return columns;
}

function broken(what: string): ExpectedError {
  return new ExpectedError(
    'CredentialReportError',
    `The credential report cannot be read: ${what}. No user was evaluated by it. Download a complete report ` +
      '(aws iam get-credential-report) or wait for the next evaluation.',
  );
}

/** A credential report with its rows read. */
export interface ReadReport extends ParsedReport {
  readonly generatedAt: Instant;
}

/** Errors are those of parseCredentialReport. */
export function readReport({ content, generatedAt }: CredentialReport): ReadReport {
  return { ...parseCredentialReport(content), generatedAt };
}

/** What a credential report says about one user: their own row, or null, and the report's age. */
export interface ReportEvidence {
  readonly row: ReportRow | null;
  readonly generatedAt: Instant;
}

/**
 * A row with the user's ARN but another creation date belongs to a deleted user of the same name, and does not
 * count. A UserError if the user's row could not be read.
 */
export function evidenceOf(report: ReadReport, identity: UserIdentity): ReportEvidence {
  const problem = report.problems.get(identity.arn);
  if (problem !== undefined) throw new ExpectedError('UserError', problem.message);
  const row = report.rows.get(identity.arn);
  const own = row !== undefined && row.createDate === identity.createDate;
  return { row: own ? row : null, generatedAt: report.generatedAt };
}

/**
 * The rows of users who were renamed or moved after the report was made, by unique ID, where `users` are all users
 * of the account. Of a renamed user the report knows only the creation date: their row is the only one of that
 * date that is not another user's own. There is none if another user without a row, or a row that could not be
 * read, has the same date.
 */
export function findRenamedRows(
  report: ReadReport,
  users: readonly UserIdentity[],
): ReadonlyMap<string, ReportRow> {
  const hasOwnRow = ({ arn, createDate }: UserIdentity) =>
    report.rows.get(arn)?.createDate === createDate;
  const own = new Set(users.filter(hasOwnRow).map(({ arn }) => arn));
  const renamed = users.filter((user) => !hasOwnRow(user));
  const rowOf = onlyOneOf([...report.rows.values()].filter(({ arn }) => !own.has(arn)));
  const userOf = onlyOneOf(renamed);
  const found = new Map<string, ReportRow>();
  for (const user of renamed) {
    const row = rowOf.get(user.createDate) ?? null;
    const isRival = userOf.get(user.createDate) === null || report.unreadDates.has(user.createDate);
    if (row !== null && !isRival) found.set(user.userId, row);
  }
  return found;
}

/** The items by creation date; null if several have the same date. */
function onlyOneOf<Dated extends { readonly createDate: Instant }>(
  all: readonly Dated[],
): ReadonlyMap<Instant, Dated | null> {
  const found = new Map<Instant, Dated | null>();
  for (const one of all) found.set(one.createDate, found.has(one.createDate) ? null : one);
  return found;
}

/**
 * Whether the row has every credential that existed when the report was generated, in the state that it has now; without
 * a date of change, a credential cannot be unused. A key that was reactivated since may have a date that only the next
 * report shows: AWS does not document whether a reactivation moves `last_rotated`.
 */
export function rowCovers(live: LiveCredentials, row: ReportRow, generatedAt: Instant): boolean {
  const profile = live.loginProfileCreateDate;
  if (profile !== null && profile < generatedAt && row.password === null) return false;
  const old = live.accessKeys.filter((key) => key.createDate < generatedAt);
  const changes = matchSlots(old, row.keys);
  const slotOf = (key: LiveAccessKey) => changes[old.indexOf(key)]?.slot ?? null;
  const taken = old.map(slotOf);
  const free = row.keys.filter(({ slot }) => !taken.includes(slot));
  const active = old.filter(({ status }) => isUsable(status));
  const uncertain = active.filter((key) => slotOf(key) === null);
  const isReactivated = (key: LiveAccessKey) =>
    row.keys.some(({ slot, active: wasActive, lastUsed }) => {
      const own = slotOf(key);
      // A key whose slot is not certain has been used since, unless it was inactive.
      const isOwn =
        own === null ? !taken.includes(slot) && lastUsed === key.lastUsed : own === slot;
      return isOwn && !wasActive;
    });
  return (
    old.length <= row.keys.length &&
    uncertain.length <= free.filter((slot) => slot.active).length &&
    !active.some(isReactivated)
  );
}

/**
 * Whether the user's tags show a revocation that is newer than the report. An unreadable tag counts as one,
 * because a live read is never wrong.
 */
export function revokedSince(tags: readonly Tag[], generatedAt: Instant): boolean {
  const value = tagValue(tags, revokedTag);
  if (value === undefined) return false;
  const revokedAt = parseRevokedAt(value);
  return revokedAt === undefined || revokedAt >= generatedAt;
}

/**
 * Whether the user may have more access keys than the report's two slots, according to its
 * `additional_credentials_info`. AWS documents the column as the number of further keys or certificates and the
 * actions that list them.
 */
export function mayHideAccessKeys(additionalCredentials: string | null): boolean {
  // Stryker disable next-line ConditionalExpression: the pattern does not occur in `null` as text
  return additionalCredentials !== null && /access.?key/iu.test(additionalCredentials);
}
