import type { Instant } from '../core/instant.ts';
import { fromLive, type UserIdentity } from '../formats/live-user.ts';
import { type ReportEvidence, rowCovers } from '../formats/report-evidence.ts';
import { type Judgement, type JudgementContext, judge } from './judgement.ts';
import { readLiveCredentials } from './live-credentials.ts';

/** `gone`: he or one of his keys disappeared meanwhile. `undecided`: only a newer report can tell. */
export type LiveJudgement = Judgement | 'gone' | 'undecided';

/** A report's evidence on a user, or how to read it: then it is read only where it is needed. */
export type Evidence = ReportEvidence | (() => Promise<ReportEvidence>);

/**
 * Judges a user by reading his credentials live. Takes who he is, his password's last use, and a
 * report's evidence on him, or how to get it: then it is asked for only when the live dates alone would
 * accuse him. The report alone knows when a password was last changed or a key last rotated.
 * Throws AwsError and UserError.
 */
export async function judgeLive(
  identity: UserIdentity,
  passwordLastUsed: Instant | undefined,
  evidence: Evidence,
  context: JudgementContext,
): Promise<LiveJudgement> {
  const live = await readLiveCredentials(context.iam, identity.userName, passwordLastUsed);
  if (live === null) return 'gone';
  if (typeof evidence === 'function') {
    const byLiveDates = judge(fromLive(identity, live, null), context);
    if (byLiveDates.assessment.compliance === 'COMPLIANT') return byLiveDates;
  }
  const { row, generatedAt } = typeof evidence === 'function' ? await evidence() : evidence;
  const judgement = judge(fromLive(identity, live, row), context);
  if (judgement.assessment.compliance === 'COMPLIANT') return judgement;
  return row !== null && rowCovers(live, row, generatedAt) ? judgement : 'undecided';
}
