import pMap from 'p-map';
import { ExpectedError, messageOf, type Problem } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { isFresh, mayHideAccessKeys, revokedSince } from '../core/report-trust.ts';
import { fromReport, type UserIdentity } from '../formats/live-user.ts';
import { evidenceOf, type ReadReport, readReport } from '../formats/report-evidence.ts';
import { listAccountUsers } from './account-users.ts';
import { makeCredentialReport } from './credential-report.ts';
import { judgeLive, type LiveJudgement } from './judge-live.ts';
import { judgeUser } from './judge-user.ts';
import { type Judgement, type JudgementContext, judge } from './judgement.ts';
import { type ListedUser, listUsers } from './user.ts';

/** The verdicts on an account's users, and whom there is no verdict on. */
export interface AccountJudgement {
  readonly judged: readonly IdentifiedJudgement[];
  /** Users who were deleted while the account was being read. */
  readonly gone: readonly UserIdentity[];
  /** Users whom only a newer credential report can judge; their earlier result stands. */
  readonly undecided: readonly UserIdentity[];
  /** Users who could not be read. The run has to fail for them, after reporting the others. */
  readonly failed: readonly Problem[];
  /** The unique IDs of all users that IAM's listing named. */
  readonly listed: ReadonlySet<string>;
  readonly reportGeneratedAt: Instant;
}

/** A judgement on a user whose unique ID is known. */
export interface IdentifiedJudgement extends Judgement {
  readonly userId: string;
}

/** What is asked of an account's judgement beyond the verdicts. */
export interface AccountOptions {
  /** Whether unused access keys need their IDs, which the report lacks: their owners are read live. */
  readonly identifyUnusedKeys?: boolean;
}

/** IAM throttles at a rate nobody can raise, and other tools of the account want some of it too. */
const concurrency = 4;
const usersPerListing = 1000;

/**
 * Judges every IAM user of an account by the credential report, without a request per user. Users
 * whom the report does not know, or whom an old report would accuse, are read live.
 * Throws AwsError and CredentialReportError where nobody can be judged.
 */
export async function judgeAccount(
  context: JudgementContext,
  options: AccountOptions = {},
): Promise<AccountJudgement> {
  const { iam, clock, deadline, onProgress } = context;
  onProgress?.('Waiting for the credential report');
  const report = readReport(await makeCredentialReport(iam, clock, deadline));
  onProgress?.('Listing the users');
  const identities = await listAccountUsers(iam);

  const judged: IdentifiedJudgement[] = [];
  const gone: UserIdentity[] = [];
  const undecided: UserIdentity[] = [];
  const failed: Problem[] = [];
  const unsettled: UserIdentity[] = [];
  const settle = async (identity: UserIdentity, decide: () => Promise<LiveJudgement | null>) => {
    try {
      const verdict = await decide();
      if (verdict === null) unsettled.push(identity);
      else if (verdict === 'gone') gone.push(identity);
      else if (verdict === 'undecided') undecided.push(identity);
      else judged.push({ ...verdict, userId: identity.userId });
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      failed.push({ arn: identity.arn, message: messageOf(error) });
    }
  };

  for (const identity of identities) {
    await settle(identity, async () => judgeByReport(identity, report, context, options));
  }
  const total = unsettled.length;
  const judgeUnsettled = await liveJudge(total, report, context);
  const readLive = (identity: UserIdentity, index: number) => {
    onProgress?.(`Reading users live: ${index + 1} of ${total}`);
    return settle(identity, () => judgeUnsettled(identity));
  };
  await pMap([...unsettled], readLive, { concurrency });
  const listed = new Set(identities.map(({ userId }) => userId));
  return { judged, gone, undecided, failed, listed, reportGeneratedAt: report.generatedAt };
}

/** Null where only a live read can tell. */
function judgeByReport(
  identity: UserIdentity,
  report: ReadReport,
  context: JudgementContext,
  { identifyUnusedKeys = false }: AccountOptions,
): Judgement | null {
  const { row, generatedAt } = evidenceOf(report, identity);
  if (row === null) return null;
  if (revokedSince(identity.tags, generatedAt)) return null;
  if (mayHideAccessKeys(row.additionalCredentials)) return null;
  const judgement = judge(fromReport(identity, row), context);
  const { compliance, credentials } = judgement.assessment;
  if (compliance === 'NON_COMPLIANT' && !isFresh(generatedAt, context.now)) return null;
  const unnamed = credentials.some(({ type, unused }) => type === 'access-key' && unused);
  return identifyUnusedKeys && unnamed ? null : judgement;
}

/**
 * Gives back a function that judges a user live. Only GetUser and ListUsers tell when a password was
 * last used: for many users ListUsers takes fewer requests.
 */
async function liveJudge(
  count: number,
  report: ReadReport,
  context: JudgementContext,
): Promise<(identity: UserIdentity) => Promise<LiveJudgement>> {
  const bulk = count > report.rows.size / usersPerListing + 1;
  let listing: Map<string, ListedUser> | null;
  try {
    listing = bulk ? await listUsers(context.iam) : null;
  } catch (error) {
    return () => Promise.reject(error);
  }
  const evidenceOn = (identity: UserIdentity) => evidenceOf(report, identity);
  return async (identity) => {
    if (context.clock.now() >= context.deadline) {
      throw new ExpectedError(
        'UserError',
        'no time was left to read the user; evaluate again later',
      );
    }
    const listed = listing?.get(identity.userId);
    if (listed === undefined) return judgeUser(identity, evidenceOn, context);
    const { passwordLastUsed } = listed;
    const verdict = await judgeLive(identity, passwordLastUsed, evidenceOn(identity), context);
    return verdict === 'gone' ? judgeUser(identity, evidenceOn, context) : verdict;
  };
}
