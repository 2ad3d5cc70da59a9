import pMap from 'p-map';
import { makeCredentialReport } from '../aws/iam-credential-report.ts';
import { listAccountUsers, listUserNames } from '../aws/iam-users.ts';
import { beforeDeadline } from '../clock.ts';
import { messageOf, type Problem } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { isFresh, mayHideAccessKeys, revokedSince } from '../core/report-trust.ts';
import {
  evidenceOf,
  fromReport,
  type ReadReport,
  readReport,
  type UserIdentity,
} from '../formats/user-snapshot.ts';
import { judgeListed, judgeLive, type LiveJudgement, type UserJudgement } from './judge-user.ts';
import { type Judgement, type JudgementContext, judge } from './judgement.ts';

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

/**
 * Judges every IAM user of an account by the credential report, without a request per user. Users
 * whom the report does not know, or whom an old report would accuse, are read live.
 * Throws AwsError, CredentialReportError and RunError where nobody can be judged.
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
  /** Sorts users by how they were judged; gives back the ones whom the judge could not find. */
  const settle = async (users: readonly UserIdentity[], decide: Decide, stage: string) => {
    const open: UserIdentity[] = [];
    const run = async (identity: UserIdentity, index: number) => {
      onProgress?.(`${stage}: ${index + 1} of ${users.length}`);
      try {
        const verdict = await decide(identity);
        if (verdict === 'elsewhere') open.push(identity);
        else if (verdict === 'gone') gone.push(identity);
        else if (verdict === 'undecided') undecided.push(identity);
        else judged.push({ ...verdict, userId: identity.userId });
      } catch (error) {
        failed.push({ arn: identity.arn, message: messageOf(error) });
      }
    };
    await pMap(users, run, { concurrency });
    return open;
  };
  const live = (decide: Decide): Decide => {
    return (identity) => beforeDeadline(clock, deadline, () => decide(identity));
  };
  const evidenceOn = (identity: UserIdentity) => evidenceOf(report, identity);

  const byReport: Decide = async (identity) => judgeByReport(identity, report, context, options);
  const unsettled = await settle(identities, byReport, 'Judging by the report');
  const byName = live((identity) => judgeLive(identity, evidenceOn, context));
  const elsewhere = await settle(unsettled, byName, 'Reading users live');
  const names = elsewhere.length === 0 ? new Map<string, string>() : listUserNames(iam);
  const byId = live(async ({ userId }) => judgeListed(userId, await names, evidenceOn, context));
  await settle(elsewhere, byId, 'Looking for users who were renamed or deleted');

  const listed = new Set(identities.map(({ userId }) => userId));
  return { judged, gone, undecided, failed, listed, reportGeneratedAt: report.generatedAt };
}

type Decide = (identity: UserIdentity) => Promise<LiveJudgement | UserJudgement>;

/** `elsewhere` where only a live read can tell. */
function judgeByReport(
  identity: UserIdentity,
  report: ReadReport,
  context: JudgementContext,
  { identifyUnusedKeys = false }: AccountOptions,
): Judgement | 'elsewhere' {
  const { row, generatedAt } = evidenceOf(report, identity);
  if (row === null) return 'elsewhere';
  if (revokedSince(identity.tags, generatedAt)) return 'elsewhere';
  if (mayHideAccessKeys(row.additionalCredentials)) return 'elsewhere';
  const judgement = judge(fromReport(identity, row), context);
  const { compliance, credentials } = judgement.assessment;
  if (compliance === 'NON_COMPLIANT' && !isFresh(generatedAt, context.now)) return 'elsewhere';
  const unnamed = credentials.some(({ type, unused }) => type === 'access-key' && unused);
  return identifyUnusedKeys && unnamed ? 'elsewhere' : judgement;
}
