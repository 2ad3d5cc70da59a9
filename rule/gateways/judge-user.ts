import { ExpectedError } from '../core/errors.ts';
import { evidenceOf, readReport } from '../formats/report-evidence.ts';
import { readStoredCredentialReport } from './credential-report.ts';
import { type EvidenceSource, judgeLive } from './judge-live.ts';
import type { Judgement, JudgementContext } from './judgement.ts';
import { listUserNames } from './user.ts';

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
