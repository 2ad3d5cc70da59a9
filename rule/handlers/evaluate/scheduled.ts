import { listEarlierResults } from '../../aws/config-results.ts';
import { beforeDeadline } from '../../clock.ts';
import { annotateUnannounced } from '../../core/annotation.ts';
import { type EarlierResult, findNewlyNonCompliant, mustPut } from '../../core/earlier-results.ts';
import { messageOf, type Problem } from '../../core/errors.ts';
import type { RuleEvent } from '../../formats/config-event.ts';
import { goneVerdict } from '../../formats/evaluation.ts';
import { describeDigest } from '../../formats/messages.ts';
import type { UserIdentity } from '../../formats/user-snapshot.ts';
import { judgeAccount } from '../../judging/judge-account.ts';
import {
  type EvaluationRun,
  putNoResult,
  putVerdicts,
  type RunContext,
  toVerdict,
  type UserVerdict,
} from './verdicts.ts';

/** How many users were announced, or why that failed; and the IDs of those whom the next digest must name. */
interface Announcement {
  readonly announced: number;
  readonly failed: readonly Problem[];
  readonly open: ReadonlySet<string>;
}

/**
 * Publishes one digest of users who are newly NON_COMPLIANT or undecided, and logs each new one before. `earlier` is
 * null if the earlier results could not be read: then nobody can be named, and the next digest names everyone. It
 * publishes nothing about nobody, for a rule that was not deployed, or if no topic is set.
 */
async function announce(
  users: readonly UserVerdict[],
  undecided: readonly UserIdentity[],
  earlier: ReadonlyMap<string, EarlierResult> | null,
  { accountId, ruleName }: Pick<RuleEvent, 'accountId' | 'ruleName'>,
  { topic, log, clock, end, deployedRule }: RunContext,
): Promise<Announcement> {
  const nothing = { announced: 0, failed: [], open: new Set<string>() };
  if (topic === null || ruleName !== deployedRule) return nothing;
  const nonCompliant = users.filter(({ compliance }) => compliance === 'NON_COMPLIANT');
  const found = earlier === null ? [] : findNewlyNonCompliant(users, earlier);
  const open = idsOf(earlier === null ? nonCompliant : found);
  if (found.length === 0 && undecided.length === 0) return { ...nothing, open };

  for (const { arn, annotation: reason } of found) {
    log('info', 'newly NON_COMPLIANT', { arn, reason });
  }
  const digest = describeDigest({
    ...{ accountId, ruleName },
    users: found.map(({ userId, userName, annotation }) => {
      return { userName: userName ?? userId, annotation };
    }),
    undecided: undecided.map(({ userName }) => userName),
    nonCompliant: nonCompliant.length,
  });
  // The other half of the time is for putting.
  const deadline = clock.now() + (end - clock.now()) / 2;
  try {
    await beforeDeadline(clock, deadline, () => topic.publish(digest));
    return { ...nothing, announced: found.length, open: earlier === null ? open : new Set() };
  } catch (error) {
    const problem = { arn: `topic ${topic.arn}`, message: messageOf(error) };
    return { announced: 0, failed: [problem], open };
  }
}

function idsOf(users: readonly { readonly userId: string }[]): ReadonlySet<string> {
  return new Set(users.map(({ userId }) => userId));
}

/**
 * Answers a scheduled notification: evaluates every user of the account, announces users who are newly NON_COMPLIANT or
 * undecided, puts the results that must be put, and marks deleted users who have earlier results NOT_APPLICABLE.
 * Rejects if no user can be evaluated, and then puts nothing.
 */
export async function evaluateScheduled(
  event: Extract<RuleEvent, { kind: 'scheduled' }>,
  context: RunContext,
): Promise<EvaluationRun> {
  // Reads earlier results before IAM lists the users: a user who is created in between, and whom a change
  // event has already evaluated, must not count as deleted.
  const earlier = await readEarlier(event.ruleName, context);
  const account = await judgeAccount(context, { nonCompliant: nonCompliantIn(earlier.results) });
  const judged = account.judged.map((judgement) => toVerdict(judgement, judgement.userId));
  // Before putting: a result that was put without a digest would look announced when Lambda tries again.
  const { undecided } = account;
  const announcement = await announce(judged, undecided, earlier.results, event, context);

  const gone = idsOf(account.gone);
  const known = [...(earlier.results?.keys() ?? [])];
  const lingering = known.filter((id) => !account.listed.has(id) || gone.has(id));
  const verdicts = [
    ...account.judged.map((judgement) => {
      const { userId } = judgement;
      const verdict = toVerdict(judgement, userId);
      if (!announcement.open.has(userId)) return verdict;
      return { ...verdict, annotation: annotateUnannounced(judgement, context.parameters) };
    }),
    ...lingering.map((userId) => ({
      userId,
      userName: null,
      arn: null,
      category: null,
      ...goneVerdict(context.now),
    })),
  ];
  const changed = verdicts.filter((verdict) => {
    const before = earlier.results?.get(verdict.userId);
    return mustPut(verdict, before, context.reporting, context.now);
  });
  const changedIds = idsOf(changed);
  const standing = verdicts.filter(({ userId }) => !changedIds.has(userId));
  const { resultToken, notificationTime } = event;
  const put = await putVerdicts(changed, resultToken, notificationTime, context);
  const unended =
    changed.length === 0
      ? await putNoResult(event.accountId, resultToken, notificationTime, context)
      : [];
  return {
    users: [...put.users, ...standing],
    put: put.users.length,
    undecided: undecided.map(({ arn }) => arn),
    // The topic first: an error names only the first few problems, and there may be many users.
    failed: [
      ...announcement.failed,
      ...earlier.failed,
      ...account.failed,
      ...put.refused,
      ...unended,
    ],
    announced: announcement.announced,
    reportGeneratedAt: account.reportGeneratedAt,
  };
}

function nonCompliantIn(results: ReadonlyMap<string, EarlierResult> | null): ReadonlySet<string> {
  const users = [...(results ?? [])].filter(([, { compliance }]) => compliance === 'NON_COMPLIANT');
  return new Set(users.map(([userId]) => userId));
}

/** Without earlier results the existing users can still be evaluated; the run fails afterwards. */
async function readEarlier(
  ruleName: string,
  { config, clock, deadline }: RunContext,
): Promise<{ results: ReadonlyMap<string, EarlierResult> | null; failed: readonly Problem[] }> {
  try {
    const list = () => listEarlierResults(config, ruleName);
    return { results: await beforeDeadline(clock, deadline, list), failed: [] };
  } catch (error) {
    const problem = { arn: 'earlier results', message: messageOf(error) };
    return { results: null, failed: [problem] };
  }
}
