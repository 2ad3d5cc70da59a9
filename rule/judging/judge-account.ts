import pMap from 'p-map';
import { orNull } from '../aws/call.ts';
import { makeCredentialReport } from '../aws/iam-credential-report.ts';
import { listAccessKeys } from '../aws/iam-credentials.ts';
import { listAccountUsers, listUserNames } from '../aws/iam-users.ts';
import { beforeDeadline } from '../clock.ts';
import { type Judgement, judge } from '../core/annotation.ts';
import { isFresh } from '../core/credentials.ts';
import { messageOf, type Problem } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import {
  evidenceOf,
  findRenamedRows,
  mayHideAccessKeys,
  type ReadReport,
  readReport,
  revokedSince,
} from '../formats/credential-report.ts';
import { fromReport, type UserIdentity, withKeyIds } from '../formats/user-snapshot.ts';
import { type JudgementContext, judgeLive, judgeUser, type UserJudgement } from './judge-user.ts';

/** The verdicts on an account's users, and the users without a verdict. */
export interface AccountJudgement {
  readonly judged: readonly IdentifiedJudgement[];
  /** Users who were deleted while the account was being read. */
  readonly gone: readonly UserIdentity[];
  /** Users whose verdict needs a newer credential report; their earlier result stands. */
  readonly undecided: readonly UserIdentity[];
  /** Users who could not be read. The run must fail because of them, after reporting the others. */
  readonly failed: readonly Problem[];
  /** The same users; their earlier result stands. */
  readonly unread: readonly UserIdentity[];
  /** The unique IDs of all users that IAM's listing named. */
  readonly listed: ReadonlySet<string>;
  readonly reportGeneratedAt: Instant;
  /** The account ID from the credential report; null if the report does not have one. */
  readonly accountId: string | null;
}

/** A judgement on a user whose unique ID is known. */
export interface IdentifiedJudgement extends Judgement {
  readonly userId: string;
}

/** What a caller needs beyond the verdicts. */
interface AccountOptions {
  /** Whether unused access keys need their IDs. The report lacks them, so the keys of their owners are listed. */
  readonly identifyUnusedKeys?: boolean;
  /**
   * The IDs of users who are already NON_COMPLIANT. An old report that shows them as NON_COMPLIANT needs no live
   * read to confirm it.
   */
  readonly nonCompliant?: ReadonlySet<string>;
}

/** IAM's request rate cannot be raised, and other tools in the account share it. */
const concurrency = 4;

/**
 * Evaluates every IAM user of an account by the credential report, without a request per user. Users who are not
 * in the report under their ARN, or whom an old report newly makes NON_COMPLIANT, are read live. Rejects only if no
 * user can be evaluated.
 */
export async function judgeAccount(
  context: JudgementContext,
  options: AccountOptions = {},
): Promise<AccountJudgement> {
  const { iam, clock, deadline, onProgress } = context;
  onProgress?.('Waiting for the credential report');
  const stored = await beforeDeadline(clock, deadline, () =>
    makeCredentialReport(iam, clock, deadline),
  );
  const report = readReport(stored);
  onProgress?.('Listing the users');
  const identities = await beforeDeadline(clock, deadline, () => listAccountUsers(iam));

  const judged: IdentifiedJudgement[] = [];
  const gone: UserIdentity[] = [];
  const undecided: UserIdentity[] = [];
  const failed: Problem[] = [];
  const unread: UserIdentity[] = [];
  /** Sorts users by how they were evaluated; resolves to those who need another way. */
  const settle = async (users: readonly UserIdentity[], decide: Decide, stage: string) => {
    const open: UserIdentity[] = [];
    const run = async (identity: UserIdentity, index: number) => {
      onProgress?.(`${stage}: ${index + 1} of ${users.length}`);
      try {
        const verdict = await decide(identity);
        if (verdict === null) open.push(identity);
        else if (verdict === 'gone') gone.push(identity);
        else if (verdict === 'undecided') undecided.push(identity);
        else judged.push({ ...verdict, userId: identity.userId });
      } catch (error) {
        failed.push({ arn: identity.arn, message: messageOf(error) });
        unread.push(identity);
      }
    };
    await pMap(users, run, { concurrency });
    return open;
  };
  const live = (decide: Decide): Decide => {
    return (identity) => beforeDeadline(clock, deadline, () => decide(identity));
  };
  const renamed = findRenamedRows(report, identities);
  const evidenceOn = (identity: UserIdentity) => {
    const { row, generatedAt } = evidenceOf(report, identity);
    return { row: row ?? renamed.get(identity.userId) ?? null, generatedAt };
  };

  const byReport: Decide = async (identity) => {
    const judgement = judgeByReport(identity, report, context, options);
    if (judgement === null || options.identifyUnusedKeys !== true || !hasUnnamedKey(judgement)) {
      return judgement;
    }
    return beforeDeadline(clock, deadline, () => judgeWithKeyIds(judgement, context));
  };
  const unsettled = await settle(identities, byReport, 'Evaluating by the report');
  const byName = live((identity) => judgeLive(identity, evidenceOn, context));
  const unnamed = await settle(unsettled, byName, 'Reading users live');
  // One listing for all of them, made after none was found by name.
  const names = unnamed.length === 0 ? new Map<string, string>() : listUserNames(iam);
  const byId = live(({ userId }) =>
    judgeUser({ userId, userName: null }, evidenceOn, context, async () => names),
  );
  await settle(unnamed, byId, 'Looking for users who were renamed or deleted');

  const listed = new Set(identities.map(({ userId }) => userId));
  const [accountId = null] = report.accountIds;
  const { generatedAt: reportGeneratedAt } = report;
  const users = { judged, gone, undecided, failed, unread };
  return { ...users, listed, reportGeneratedAt, accountId };
}

/** Resolves to null if the user must be evaluated in another way. */
type Decide = (identity: UserIdentity) => Promise<UserJudgement | null>;

/** Null if only a live read can decide. */
function judgeByReport(
  identity: UserIdentity,
  report: ReadReport,
  context: JudgementContext,
  { nonCompliant }: AccountOptions,
): Judgement | null {
  const { row, generatedAt } = evidenceOf(report, identity);
  if (row === null) return null;
  if (revokedSince(identity.tags, generatedAt)) return null;
  if (mayHideAccessKeys(row.additionalCredentials)) return null;
  const judgement = judge(fromReport(identity, row), context);
  const { compliance } = judgement.assessment;
  const isStanding = nonCompliant?.has(identity.userId) === true;
  if (compliance === 'NON_COMPLIANT' && !isStanding && !isFresh(generatedAt, context.now)) {
    return null;
  }
  return judgement;
}

function hasUnnamedKey({ assessment }: Judgement): boolean {
  return assessment.credentials.some(({ type, unused }) => type === 'access-key' && unused);
}

/**
 * Resolves to null if the report's keys cannot be matched to IDs, or if the user's name now belongs to another
 * user.
 */
async function judgeWithKeyIds(
  { user }: Judgement,
  context: JudgementContext,
): Promise<Judgement | null> {
  const listed = await orNull(listAccessKeys(context.iam, user.userName), 'NoSuchEntityException');
  const identified = listed === null ? null : withKeyIds(user, listed);
  return identified === null ? null : judge(identified, context);
}
