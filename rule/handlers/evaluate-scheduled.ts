import { messageOf, type Problem } from '../core/errors.ts';
import { goneVerdict } from '../formats/evaluation.ts';
import type { RuleEvent } from '../formats/invoking-event.ts';
import type { EarlierResult } from '../formats/newly-non-compliant.ts';
import { beforeDeadline } from '../gateways/clock.ts';
import { listEarlierResults } from '../gateways/earlier-results.ts';
import { judgeAccount } from '../gateways/judge-account.ts';
import { announce } from './announce.ts';
import { type EvaluationRun, putVerdicts, type RunContext, toVerdict } from './evaluation-run.ts';

/**
 * Answers a scheduled notification: judges every user of the account, and marks users NOT_APPLICABLE
 * whom earlier results name and who are gone. Then announces who is newly NON_COMPLIANT. Takes the event
 * and what to run with. Throws AwsError and CredentialReportError where nobody can be judged; then nothing
 * was put.
 */
export async function evaluateScheduled(
  event: Extract<RuleEvent, { kind: 'scheduled' }>,
  context: RunContext,
): Promise<EvaluationRun> {
  // Earlier results are read before IAM lists the users, so that a user created in between, whom a
  // change event has evaluated already, is not taken for gone.
  const earlier = await readEarlier(event.ruleName, context);
  const account = await judgeAccount(context);

  const gone = new Set(account.gone.map(({ userId }) => userId));
  const known = [...(earlier.results?.keys() ?? [])];
  const lingering = known.filter((id) => !account.listed.has(id) || gone.has(id));
  const verdicts = [
    ...account.judged.map((judgement) => toVerdict(judgement, judgement.userId)),
    ...lingering.map((userId) => ({
      userId,
      userName: null,
      arn: null,
      category: null,
      ...goneVerdict(context.now),
    })),
  ];
  const { resultToken, notificationTime } = event;
  const { users, refused } = await putVerdicts(verdicts, resultToken, notificationTime, context);
  const told = await announce(users, earlier.results, event, context);
  return {
    users,
    undecided: account.undecided.map(({ arn }) => arn),
    // The topic first: an error names only the first few, and of users there may be many.
    failed: [...told.failed, ...earlier.failed, ...account.failed, ...refused],
    announced: told.announced,
    reportGeneratedAt: account.reportGeneratedAt,
  };
}

/** Without earlier results the living can still be judged; the run fails afterwards. */
async function readEarlier(
  ruleName: string,
  { config, clock, deadline }: RunContext,
): Promise<{ results: ReadonlyMap<string, EarlierResult> | null; failed: readonly Problem[] }> {
  try {
    const list = () => listEarlierResults(config, ruleName);
    return { results: await beforeDeadline(clock, deadline, list), failed: [] };
  } catch (error) {
    const problem = { arn: `rule ${ruleName}`, message: messageOf(error) };
    return { results: null, failed: [problem] };
  }
}
