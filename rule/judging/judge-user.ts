import type { Clients } from '../aws/clients.ts';
import { readStoredCredentialReport } from '../aws/iam-credential-report.ts';
import { findByUniqueId, readLiveUser, userChangingError } from '../aws/iam-credentials.ts';
import { listUserNames } from '../aws/iam-users.ts';
import type { Clock } from '../clock.ts';
import { type Judgement, judge } from '../core/annotation.ts';
import type { Instant } from '../core/instant.ts';
import type { RuleParameters } from '../core/rule-parameters.ts';
import {
  evidenceOf,
  type ReportEvidence,
  readReport,
  rowCovers,
} from '../formats/credential-report.ts';
import { fromLive, type UserIdentity } from '../formats/user-snapshot.ts';

/** What every judgement needs. */
export interface JudgementContext {
  readonly iam: Clients<'iam'>['iam'];
  readonly parameters: RuleParameters;
  /** The instant of the evaluation: one for all users. */
  readonly now: Instant;
  /** The actual time, if the evaluation looks at an instant in the past. */
  readonly currentTime?: Instant;
  readonly clock: Clock;
  /** Called with text about the progress, for a person. */
  readonly onProgress?: (what: string) => void;
  /** When to stop reading, so that the verdicts so far can still be reported. */
  readonly deadline: Instant;
}

/** A user's unique ID, and a name they were known by, which may be another user's by now. */
interface KnownUser {
  readonly userId: string;
  readonly userName: string;
}

/** A report's evidence about a user, or how to read it if it is needed. */
type Evidence = ReportEvidence | (() => Promise<ReportEvidence>);

/** Where to find a report's evidence about a user. */
export type EvidenceSource = (identity: UserIdentity) => Evidence;

/** `undecided`: only a newer report can decide. */
type LiveJudgement = Judgement | 'undecided';

/**
 * Evaluates a user by their credentials, read live; null if the name is no longer theirs. The report is read only
 * if the live dates alone make the user NON_COMPLIANT. Only the report has the dates when a password was last
 * changed and a key last rotated.
 */
export async function judgeLive(
  { userId, userName }: KnownUser,
  evidenceOn: EvidenceSource,
  context: JudgementContext,
): Promise<LiveJudgement | null> {
  const live = await readLiveUser(context.iam, userId, userName);
  if (live === null) return null;
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

/** `gone`: IAM lists no user with that ID. `undecided`: only a newer report can decide. */
export type UserJudgement = LiveJudgement | 'gone';

/**
 * Evaluates one user live, under whatever name they have now. A user who is renamed repeatedly is a
 * UserError.
 */
export async function judgeUser(
  { userId, userName }: { readonly userId: string; readonly userName: string | null },
  evidenceOn: EvidenceSource,
  context: JudgementContext,
  listNames: () => Promise<ReadonlyMap<string, string>> = () => listUserNames(context.iam),
): Promise<UserJudgement> {
  const judgeNamed = (name: string) => judgeLive({ userId, userName: name }, evidenceOn, context);
  const found = await findByUniqueId(userId, userName, judgeNamed, listNames);
  if (found === 'changing') throw userChangingError(userId);
  return found;
}

/** Reads the stored credential report, and makes one if none is stored. */
export function storedReport({ iam, clock, deadline }: JudgementContext): EvidenceSource {
  return (identity) => async () =>
    evidenceOf(readReport(await readStoredCredentialReport(iam, clock, deadline)), identity);
}
