import Papa from 'papaparse';
import { type Tag, tagValue } from '../core/credentials.ts';
import { ExpectedError, messageOf, type Problem } from '../core/errors.ts';
import { type Instant, parseInstant } from '../core/instant.ts';
import { revokedTag } from '../core/names.ts';
import { parseArn } from './arns.ts';
import { type ReportRow, readReportRow, requiredColumns } from './report-row.ts';
import type { LiveCredentials, UserIdentity } from './user-snapshot.ts';

/** A stored credential report: CSV text, and when IAM generated it. */
export interface CredentialReport {
  readonly content: string;
  readonly generatedAt: Instant;
}

/** The rows of a credential report by ARN, and the users whose rows could not be read. */
export interface ParsedReport {
  /** The accounts of all rows, including the root user's. */
  readonly accountIds: ReadonlySet<string>;
  readonly rows: ReadonlyMap<string, ReportRow>;
  readonly problems: ReadonlyMap<string, Problem>;
}

/**
 * Reads the CSV of a credential report: columns in any order, without the root user's row. A user with an
 * unreadable value, or with two rows, is a problem instead of a row. A report that cannot be trusted as a whole
 * is a CredentialReportError: empty, not CSV, without a required column, or cut short.
 */
export function parseCredentialReport(csv: string): ParsedReport {
  const report = {
    accountIds: new Set<string>(),
    rows: new Map<string, ReportRow>(),
    problems: new Map<string, Problem>(),
  };
  let columns: Columns | undefined;
  let line = 0;
  // Row by row: the fields of a whole report, held at once, take many times its size.
  Papa.parse<string[]>(csv.replace(/^\uFEFF/u, ''), {
    delimiter: ',',
    step: ({ data: fields, errors: [error] }) => {
      if (error !== undefined) throw broken(`it is not CSV: row ${line + 1}: ${error.message}`);
      const isEmptyLine = fields.length === 1 && fields[0] === '';
      if (isEmptyLine) return;
      line += 1;
      if (columns === undefined) columns = readHeader(fields);
      else addRow(report, columns, fields, line);
    },
  });
  if (line < 2) {
    throw broken('it has no rows; expected a header, the root user, and one row per user');
  }
  return report;
}

/** The index of each column. */
type Columns = ReadonlyMap<string, number>;

interface MutableReport extends ParsedReport {
  readonly accountIds: Set<string>;
  readonly rows: Map<string, ReportRow>;
  readonly problems: Map<string, Problem>;
}

function addRow(
  { accountIds, rows, problems }: MutableReport,
  columns: Columns,
  fields: readonly string[],
  line: number,
): void {
  if (fields.length !== columns.size) {
    throw broken(
      `row ${line} has ${fields.length} fields, but the header has ${columns.size}; ` +
        'the report may have been cut short',
    );
  }
  const field = (column: string) => fields[columns.get(column) ?? -1];
  // Stryker disable next-line StringLiteral: every row has an ARN, because the header must name it
  const arn = field('arn') ?? '';
  const accountId = parseArn(arn, 'iam')?.accountId;
  if (accountId !== undefined) accountIds.add(accountId);
  if (field('user') === '<root_account>') return;
  if (rows.delete(arn) || problems.has(arn)) {
    problems.set(arn, {
      arn,
      message: 'the credential report has more than one row for this user',
    });
    return;
  }
  try {
    rows.set(arn, readReportRow(field));
  } catch (error) {
    problems.set(arn, { arn, message: `credential report, row ${line}: ${messageOf(error)}` });
  }
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
export interface ReadReport extends Pick<ParsedReport, 'rows' | 'problems'> {
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

/** Whether the row has every credential that existed when the report was generated; without a date of change, a credential cannot be unused. */
export function rowCovers(live: LiveCredentials, row: ReportRow, generatedAt: Instant): boolean {
  const profile = live.loginProfileCreateDate;
  if (profile !== null && profile < generatedAt && row.password === null) return false;
  const old = live.accessKeys.filter((key) => key.createDate < generatedAt);
  return old.length <= row.keys.length;
}

/**
 * Whether the user's tags show a revocation that is newer than the report. An unreadable tag counts as one,
 * because a live read is never wrong.
 */
export function revokedSince(tags: readonly Tag[], generatedAt: Instant): boolean {
  const value = tagValue(tags, revokedTag);
  if (value === undefined) return false;
  // Stryker disable next-line StringLiteral: splitting always gives a first part, which the types do not show
  const revokedAt = parseInstant(value.trim().split(/\s/u)[0] ?? '');
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
