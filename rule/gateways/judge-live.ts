import { fromLive, type UserIdentity } from '../formats/live-user.ts';
import { type ReportEvidence, rowCovers } from '../formats/report-evidence.ts';
import { type Judgement, type JudgementContext, judge } from './judgement.ts';
import { readLiveUser } from './live-user.ts';

/** A user's unique ID, and a name he was known by, which may be another's by now. */
export interface KnownUser {
  readonly userId: string;
  readonly userName: string;
}

/** A report's evidence on a user, or how to read it: then it is read only where it is needed. */
export type Evidence = ReportEvidence | (() => Promise<ReportEvidence>);

/** Where to find a report's evidence on a user. */
export type EvidenceSource = (identity: UserIdentity) => Evidence;

/** `undecided`: only a newer report can tell. `elsewhere`: the name is not the user's any more. */
export type LiveJudgement = Judgement | 'undecided' | 'elsewhere';

/**
 * Judges a user by reading his credentials live. Takes how he is known, where to find a report's
 * evidence, and what to judge by. Evidence that has to be read first is read only when the live dates
 * alone would accuse him. The report alone knows when a password was last changed or a key last rotated.
 * Throws AwsError, UserError and CredentialReportError.
 */
export async function judgeLive(
  { userId, userName }: KnownUser,
  evidenceOn: EvidenceSource,
  context: JudgementContext,
): Promise<LiveJudgement> {
  const live = await readLiveUser(context.iam, userId, userName);
  if (live === null) return 'elsewhere';
  const { identity, credentials } = live;
  const evidence = evidenceOn(identity);
  if (typeof evidence === 'function') {
    const byLiveDates = judge(fromLive(identity, credentials, null), context);
    if (byLiveDates.assessment.compliance === 'COMPLIANT') return byLiveDates;
  }
  const { row, generatedAt } = typeof evidence === 'function' ? await evidence() : evidence;
  const judgement = judge(fromLive(identity, credentials, row), context);
  if (judgement.assessment.compliance === 'COMPLIANT') return judgement;
  return row !== null && rowCovers(credentials, row, generatedAt) ? judgement : 'undecided';
}
