import type { EvaluationStatus } from '../../../rule/aws/config-rule.ts';
import { formatInstant, type Instant, millisecondsPerDay } from '../../../rule/core/instant.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { type Finding, ok, readLog, redeploy, warning, wrong } from '../finding.ts';

/** A rule that runs daily has been evaluated within this time (milliseconds), even after one failure. */
export const evaluationPatience = 2 * millisecondsPerDay;

const log = readLog(functionNames.evaluate);

/** Takes when the rule was evaluated (null where there is no rule), its name and the instant. Gives back whether that was lately. */
export function judgeEvaluation(
  status: EvaluationStatus | null,
  ruleName: string,
  now: Instant,
): Finding {
  if (status === null) return wrong('there is no rule that could be evaluated', redeploy);
  const { succeededAt, failedAt, activatedAt } = status;
  const error = status.error === null ? '' : `: ${status.error}`;
  const evaluate = `aws configservice start-config-rules-evaluation --config-rule-names ${ruleName}`;
  if (failedAt !== null && (succeededAt === null || failedAt > succeededAt)) {
    return wrong(`the last evaluation failed at ${formatInstant(failedAt)}${error}`, log);
  }
  if (succeededAt === null) {
    const isNew = activatedAt !== null && now - activatedAt <= evaluationPatience;
    return isNew
      ? warning('the rule is new and has not been evaluated yet', evaluate)
      : warning(
          'AWS Config shows no evaluation and no result, as is right only where there are no IAM users',
          `${evaluate}; then ${log}`,
        );
  }
  const last = `last evaluated ${formatInstant(succeededAt)}`;
  if (now - succeededAt > evaluationPatience) {
    return wrong(`${last}, more than 48 hours ago${error}`, log);
  }
  if (failedAt !== null && now - failedAt <= evaluationPatience) {
    const failed = `an earlier evaluation failed at ${formatInstant(failedAt)}${error}`;
    return warning(`${last}; ${failed}`, log);
  }
  return ok(last);
}
