import { makeCredentialReport } from '../aws/iam-credential-report.ts';
import { findUser } from '../aws/iam-credentials.ts';
import { judge } from '../core/annotation.ts';
import type { Assessment } from '../core/assess-user.ts';
import type { User } from '../core/credentials.ts';
import type { Evidence } from '../core/revocation-plan.ts';
import { evidenceOf, readReport, rowCovers } from '../formats/credential-report.ts';
import { fromLive } from '../formats/user-snapshot.ts';
import type { JudgementContext } from './judge-user.ts';

/** A user whose credentials may be revoked. */
export interface RevocationSubject {
  readonly user: User;
  readonly assessment: Assessment;
}

/**
 * Evaluates by live dates only. A report could only make more credentials count as used. Null if the user no longer
 * exists. Throws AwsError and UserError.
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
 * Evaluates by live dates and the newest credential report that IAM generates, which may take minutes. Live dates
 * are read after the report. Null if the user no longer exists. Throws AwsError, UserError and
 * CredentialReportError.
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
