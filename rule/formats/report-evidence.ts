import { ExpectedError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import {
  type CredentialReport,
  type ParsedReport,
  parseCredentialReport,
} from './credential-report.ts';
import type { LiveCredentials, UserIdentity } from './live-user.ts';
import type { ReportRow } from './report-row.ts';

/** What a credential report says of one user: his own row, null where it has none, and its age. */
export interface ReportEvidence {
  readonly row: ReportRow | null;
  readonly generatedAt: Instant;
}

/** A credential report with its rows read. */
export interface ReadReport extends Pick<ParsedReport, 'rows' | 'problems'> {
  readonly generatedAt: Instant;
}

/** Takes a stored report; gives it back read. Throws as parseCredentialReport does. */
export function readReport({ content, generatedAt }: CredentialReport): ReadReport {
  return { ...parseCredentialReport(content), generatedAt };
}

/**
 * Takes a report and who a user is. Gives back what the report says of him: a row under his ARN that
 * was made for another creation date belongs to a deleted user of the same name, and is not his.
 * Throws UserError when his row could not be read.
 */
export function evidenceOf(report: ReadReport, identity: UserIdentity): ReportEvidence {
  const problem = report.problems.get(identity.arn);
  if (problem !== undefined) throw new ExpectedError('UserError', problem.message);
  const row = report.rows.get(identity.arn);
  const own = row !== undefined && row.createDate === identity.createDate;
  return { row: own ? row : null, generatedAt: report.generatedAt };
}

/**
 * Takes credentials read live and the user's own row. Tells whether the row knows every credential
 * that existed when the report was made: one without a date of change cannot be accused.
 */
export function rowCovers(live: LiveCredentials, row: ReportRow, generatedAt: Instant): boolean {
  const profile = live.loginProfileCreateDate;
  if (profile !== null && profile < generatedAt && row.password === null) return false;
  const old = live.accessKeys.filter((key) => key.createDate < generatedAt);
  return old.length <= row.keys.length;
}
