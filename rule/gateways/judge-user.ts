import { ExpectedError } from '../core/errors.ts';
import type { UserIdentity } from '../formats/live-user.ts';
import { evidenceOf, readReport } from '../formats/report-evidence.ts';
import { readStoredCredentialReport } from './credential-report.ts';
import { type Evidence, judgeLive, type LiveJudgement } from './judge-live.ts';
import type { JudgementContext } from './judgement.ts';
import { type FoundUser, listUsers, readUser } from './user.ts';

/** A user's unique ID, and the name he was last known by, which may be another's by now. */
export interface KnownUser {
  readonly userId: string;
  readonly userName: string | null;
}

/** Where to find a report's evidence on a user. */
export type EvidenceSource = (identity: UserIdentity) => Evidence;

/**
 * Judges one user by one live snapshot. Takes how he is known, where to find a report's evidence on him,
 * and what to judge by. A user who was renamed, or whose name now is another's, is found by his ID.
 * `gone` is certain: IAM lists nobody of that ID. Throws AwsError, UserError and CredentialReportError.
 */
export async function judgeUser(
  known: KnownUser,
  evidenceOn: EvidenceSource,
  context: JudgementContext,
): Promise<LiveJudgement> {
  const judgement = await judgeFound(await findUser(known, context), evidenceOn, context);
  if (judgement !== 'gone') return judgement;
  const again = await findUser({ ...known, userName: null }, context);
  if (again === null) return 'gone';
  const second = await judgeFound(again, evidenceOn, context);
  if (second !== 'gone') return second;
  throw new ExpectedError('UserError', 'keeps changing while being read; evaluate again later');
}

/** Gives back a source that reads the stored credential report, and makes one if none is stored. */
export function storedReport({ iam, clock, deadline }: JudgementContext): EvidenceSource {
  return (identity) => async () =>
    evidenceOf(readReport(await readStoredCredentialReport(iam, clock, deadline)), identity);
}

async function judgeFound(
  found: FoundUser | null,
  evidenceOn: EvidenceSource,
  context: JudgementContext,
): Promise<LiveJudgement> {
  if (found === null) return 'gone';
  const evidence = evidenceOn(found.identity);
  return judgeLive(found.identity, found.passwordLastUsed, evidence, context);
}

async function findUser(known: KnownUser, { iam }: JudgementContext): Promise<FoundUser | null> {
  const named = known.userName === null ? null : await readUser(iam, known.userName);
  if (named?.identity.userId === known.userId) return named;
  const listed = (await listUsers(iam)).get(known.userId);
  const renamed = listed === undefined ? null : await readUser(iam, listed.userName);
  return renamed?.identity.userId === known.userId ? renamed : null;
}
