import { listEarlierResults } from '../../aws/config-results.ts';
import { beforeDeadline } from '../../clock.ts';
import { annotateMessages } from '../../core/annotation.ts';
import { type EarlierResult, mustPut } from '../../core/earlier-results.ts';
import { messageOf, type Problem } from '../../core/errors.ts';
import type { RuleEvent } from '../../formats/config-event.ts';
import { goneVerdict } from '../../formats/evaluation.ts';
import { judgeAccount } from '../../judging/judge-account.ts';
import { announce } from './announce.ts';
import {
  type EvaluationRun,
  putNoResult,
  putVerdicts,
  type RunContext,
  toVerdict,
} from './verdicts.ts';

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
  // Before putting: a result that was put without a digest would look announced when Lambda tries again.
  const { judged, undecided } = account;
  const announcement = await announce(judged, account, earlier.results, event, context);

  const gone = idsOf(account.gone);
  const known = [...(earlier.results?.keys() ?? [])];
  const lingering = known.filter((id) => !account.listed.has(id) || gone.has(id));
  const verdicts = [
    ...judged.map((judgement) => {
      const { userId } = judgement;
      const verdict = toVerdict(judgement, userId);
      const annotation = annotateMessages(judgement, context.parameters, {
        unannounced: announcement.open.has(userId),
        warned: announcement.warned.get(userId) ?? [],
      });
      return { ...verdict, annotation };
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

function idsOf(users: readonly { readonly userId: string }[]): ReadonlySet<string> {
  return new Set(users.map(({ userId }) => userId));
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
