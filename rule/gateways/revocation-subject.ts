import type { Assessment } from '../core/assess-user.ts';
import type { User } from '../core/credentials.ts';
import type { Evidence } from '../core/revocation-plan.ts';
import { fromLive } from '../formats/live-user.ts';
import { evidenceOf, readReport, rowCovers } from '../formats/report-evidence.ts';
import { credentialReportActions, makeCredentialReport } from './credential-report.ts';
import { findUser, findUserActions } from './find-user.ts';
import { type JudgementContext, judge } from './judgement.ts';

/** What the functions here call. */
export const revocationSubjectActions = [...findUserActions, ...credentialReportActions] as const;

/** A user whose credentials may be revoked, and the assessment of him. */
export interface RevocationSubject {
  readonly user: User;
  readonly assessment: Assessment;
}

/**
 * Takes a user's unique ID and what to judge by. Gives back the user and the assessment by the dates that
 * can be read live; a report can only clear more. Null when the user is gone. Throws AwsError and UserError.
 */
export async function judgeByLiveDates(
  userId: string,
  context: JudgementContext,
): Promise<RevocationSubject | null> {
  const live = await findUser(context.iam, userId);
  if (live === null) return null;
  return judge(fromLive(live.identity, live.credentials, null), context);
}

/**
 * Takes the same, and the name the user had. Gives back the assessment by live dates and a credential
 * report, as new as IAM makes one. The live dates are read after the report, which may take minutes.
 * Throws the same, and CredentialReportError.
 */
export async function judgeByReport(
  userId: string,
  userName: string,
  context: JudgementContext,
): Promise<(RevocationSubject & { readonly evidence: Evidence }) | null> {
  const { iam, clock, deadline } = context;
  const report = readReport(await makeCredentialReport(iam, clock, deadline));
  const live = await findUser(iam, userId, userName);
  if (live === null) return null;
  const { row, generatedAt } = evidenceOf(report, live.identity);
  const complete = row !== null && rowCovers(live.credentials, row, generatedAt);
  const judgement = judge(fromLive(live.identity, live.credentials, row), context);
  return { ...judgement, evidence: { generatedAt, complete } };
}
