import type { Instant } from '../core/instant.ts';
import { fromLive, type UserIdentity } from '../formats/live-user.ts';
import { type ReportEvidence, rowCovers } from '../formats/report-evidence.ts';
import { type Judgement, type JudgementContext, judge } from './judgement.ts';
import { readLiveCredentials } from './live-credentials.ts';

/** `gone`: he or one of his keys disappeared meanwhile. `undecided`: only a newer report can tell. */
export type LiveJudgement = Judgement | 'gone' | 'undecided';

/** How to get a report's evidence on a user. */
export type ReadEvidence = (identity: UserIdentity) => Promise<ReportEvidence>;

/**
 * Judges a user by reading his credentials live. The report's evidence is asked for only when the live
 * dates alone would accuse him: it alone knows when a password was last changed or a key last rotated.
 * Takes who he is, his password's last use, and how to get the evidence. Throws AwsError and UserError.
 */
export async function judgeLive(
  identity: UserIdentity,
  passwordLastUsed: Instant | undefined,
  readEvidence: ReadEvidence,
  context: JudgementContext,
): Promise<LiveJudgement> {
  const live = await readLiveCredentials(context.iam, identity.userName, passwordLastUsed);
  if (live === null) return 'gone';
  const byLiveDates = judge(fromLive(identity, live, null), context);
  if (byLiveDates.assessment.compliance === 'COMPLIANT') return byLiveDates;

  const { row, generatedAt } = await readEvidence(identity);
  if (row === null) return 'undecided';
  const judgement = judge(fromLive(identity, live, row), context);
  const accused = judgement.assessment.compliance === 'NON_COMPLIANT';
  return accused && !rowCovers(live, row, generatedAt) ? 'undecided' : judgement;
}
