import { readStoredCredentialReport } from '../aws/iam-credential-report.ts';
import { readLiveUser } from '../aws/iam-credentials.ts';
import { listUserNames } from '../aws/iam-users.ts';
import { ExpectedError } from '../core/errors.ts';
import {
  evidenceOf,
  fromLive,
  type ReportEvidence,
  readReport,
  rowCovers,
  type UserIdentity,
} from '../formats/user-snapshot.ts';
import { type Judgement, type JudgementContext, judge } from './judgement.ts';

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

/** `gone`: IAM lists nobody of that ID. `undecided`: only a newer report can tell. */
export type UserJudgement = Judgement | 'undecided' | 'gone';

/**
 * Judges one user by one live snapshot. Takes how he is known, where to find a report's evidence, and
 * what to judge by. A user who was renamed, or whose name now is another's, is found by his ID.
 * Throws AwsError, UserError and CredentialReportError.
 */
export async function judgeUser(
  { userId, userName }: { readonly userId: string; readonly userName: string | null },
  evidenceOn: EvidenceSource,
  context: JudgementContext,
): Promise<UserJudgement> {
  if (userName !== null) {
    const judgement = await judgeLive({ userId, userName }, evidenceOn, context);
    if (judgement !== 'elsewhere') return judgement;
  }
  return judgeListed(userId, await listUserNames(context.iam), evidenceOn, context);
}

/**
 * Judges a user by the name that a listing, made after he was not found, has for his ID. Throws the
 * same, and UserError when that name is not his any more either.
 */
export async function judgeListed(
  userId: string,
  names: ReadonlyMap<string, string>,
  evidenceOn: EvidenceSource,
  context: JudgementContext,
): Promise<UserJudgement> {
  const userName = names.get(userId);
  if (userName === undefined) return 'gone';
  const judgement = await judgeLive({ userId, userName }, evidenceOn, context);
  if (judgement !== 'elsewhere') return judgement;
  throw new ExpectedError('UserError', `user ${userName} keeps changing; evaluate again later`);
}

/** Gives back a source that reads the stored credential report, and makes one if none is stored. */
export function storedReport({ iam, clock, deadline }: JudgementContext): EvidenceSource {
  return (identity) => async () =>
    evidenceOf(readReport(await readStoredCredentialReport(iam, clock, deadline)), identity);
}
