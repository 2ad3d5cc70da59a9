import { ExpectedError } from '../core/errors.ts';
import { evidenceOf, readReport } from '../formats/report-evidence.ts';
import { readStoredCredentialReport } from './credential-report.ts';
import { judgeLive, type LiveJudgement, type ReadEvidence } from './judge-live.ts';
import type { JudgementContext } from './judgement.ts';
import { type FoundUser, listUsers, readUser } from './user.ts';

/** A user's unique ID, and the name he was last known by, which may be another's by now. */
export interface KnownUser {
  readonly userId: string;
  readonly userName: string | null;
}

/**
 * Judges one user by one live snapshot. Takes how he is known, how to get a report's evidence on him,
 * and what to judge by. A user who was renamed, or whose name now is another's, is found by his ID.
 * `gone` is certain: IAM lists nobody of that ID. Throws AwsError, UserError and CredentialReportError.
 */
export async function judgeUser(
  known: KnownUser,
  readEvidence: ReadEvidence,
  context: JudgementContext,
): Promise<LiveJudgement> {
  const judgement = await judgeFound(await findUser(known, context), readEvidence, context);
  if (judgement !== 'gone') return judgement;
  const again = await findUser({ ...known, userName: null }, context);
  if (again === null) return 'gone';
  const second = await judgeFound(again, readEvidence, context);
  if (second !== 'gone') return second;
  throw new ExpectedError('UserError', 'keeps changing while being read; evaluate again later');
}

/** Gives back a ReadEvidence that reads the stored credential report, and makes one if none is stored. */
export function fromStoredReport({ iam, clock, deadline }: JudgementContext): ReadEvidence {
  return async (identity) =>
    evidenceOf(readReport(await readStoredCredentialReport(iam, clock, deadline)), identity);
}

async function judgeFound(
  found: FoundUser | null,
  readEvidence: ReadEvidence,
  context: JudgementContext,
): Promise<LiveJudgement> {
  if (found === null) return 'gone';
  return judgeLive(found.identity, found.passwordLastUsed, readEvidence, context);
}

async function findUser(known: KnownUser, { iam }: JudgementContext): Promise<FoundUser | null> {
  const named = known.userName === null ? null : await readUser(iam, known.userName);
  if (named?.identity.userId === known.userId) return named;
  const listed = (await listUsers(iam)).get(known.userId);
  const renamed = listed === undefined ? null : await readUser(iam, listed.userName);
  return renamed?.identity.userId === known.userId ? renamed : null;
}
