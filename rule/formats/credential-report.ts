import Papa from 'papaparse';
import { ExpectedError, messageOf, type Problem } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { type ReportRow, readReportRow, requiredColumns } from './report-row.ts';

/** A stored credential report as IAM hands it out: CSV text, and when IAM made it. */
export interface CredentialReport {
  readonly content: string;
  readonly generatedAt: Instant;
}

/** A credential report, read: the rows by ARN, and the users whose rows could not be read. */
export interface ParsedReport {
  readonly rows: ReadonlyMap<string, ReportRow>;
  readonly problems: ReadonlyMap<string, Problem>;
}

/**
 * Takes the CSV of a credential report (columns in any order, unknown ones ignored). Gives back its
 * users' rows by ARN, without the root user's; a user with an unreadable value, or with two rows,
 * is a problem instead.
 * Throws CredentialReportError when the report as a whole cannot be trusted: empty, not CSV, a
 * needed column missing, or a row with too few or too many fields (a report cut short).
 */
export function parseCredentialReport(csv: string): ParsedReport {
  const [header, ...lines] = splitCsv(csv);
  if (header === undefined || lines.length === 0) {
    throw broken('it has no rows; expected a header, the root user, and one row a user');
  }
  const columnIndex = indexColumns(header);
  const rows = new Map<string, ReportRow>();
  const problems = new Map<string, Problem>();
  for (const [index, fields] of lines.entries()) {
    if (fields.length !== header.length) {
      throw broken(
        `row ${index + 2} has ${fields.length} fields where the header has ${header.length}; ` +
          'the report may have been cut short',
      );
    }
    const arn = fields[columnIndex.get('arn') ?? -1] ?? '';
    if (fields[columnIndex.get('user') ?? -1] === '<root_account>') continue;
    if (rows.has(arn) || problems.has(arn)) {
      rows.delete(arn);
      problems.set(arn, {
        arn,
        message: 'the credential report has more than one row of this user',
      });
      continue;
    }
    try {
      rows.set(
        arn,
        readReportRow((column) => fields[columnIndex.get(column) ?? -1]),
      );
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      problems.set(arn, {
        arn,
        message: `credential report, row ${index + 2}: ${messageOf(error)}`,
      });
    }
  }
  return { rows, problems };
}

function splitCsv(csv: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(csv.replace(/^\uFEFF/u, ''), {
    delimiter: ',',
    skipEmptyLines: true,
  });
  const [error] = errors;
  if (error !== undefined)
    throw broken(`it is no CSV: row ${(error.row ?? 0) + 1}: ${error.message}`);
  return data;
}

function indexColumns(header: readonly string[]): Map<string, number> {
  const columnIndex = new Map(header.map((column, index) => [column, index]));
  const missing = requiredColumns.filter((column) => !columnIndex.has(column));
  if (missing.length > 0) throw broken(`the header lacks ${missing.join(', ')}`);
  if (columnIndex.size < header.length) throw broken('the header names a column twice');
  return columnIndex;
}

function broken(what: string): ExpectedError {
  return new ExpectedError(
    'CredentialReportError',
    `The credential report cannot be read: ${what}. Nobody was judged by it; get a complete report ` +
      '(aws iam get-credential-report) or wait for the next evaluation.',
  );
}
