import { readEvaluationStatus } from '../../../rule/aws/config-rule.ts';
import { formatInstant, millisecondsPerDay } from '../../../rule/core/instant.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { type Check, ok, readLog, redeploy, warning, wrong } from '../check.ts';

/** A rule that runs daily is evaluated within this time (milliseconds), even after one failure. */
const patience = 2 * millisecondsPerDay;

const log = readLog(functionNames.evaluate);

/** Checks when the rule was last evaluated. There is no status without a rule. */
export const evaluation: Check<Awaited<ReturnType<typeof readEvaluationStatus>>> = {
  id: 'evaluation',
  read: ({ clients, ruleName, now }) =>
    readEvaluationStatus(clients.config, ruleName, now - patience),
  judge: (status, { ruleName, now }) => {
    if (status === null) return wrong('there is no rule to evaluate', redeploy);
    const { succeededAt, failedAt, activatedAt } = status;
    const error = status.error === null ? '' : `: ${status.error}`;
    const evaluate = `aws configservice start-config-rules-evaluation --config-rule-names ${ruleName}`;
    if (failedAt !== null && (succeededAt === null || failedAt > succeededAt)) {
      return wrong(`the last evaluation failed at ${formatInstant(failedAt)}${error}`, log);
    }
    if (succeededAt === null) {
      const isNew = activatedAt !== null && now - activatedAt <= patience;
      return isNew
        ? warning('the rule is new and has not been evaluated yet', evaluate)
        : warning(
            'AWS Config shows no evaluation and no result; this is expected only if there are no IAM users',
            `${evaluate}; then ${log}`,
          );
    }
    const last = `last evaluated ${formatInstant(succeededAt)}`;
    if (now - succeededAt > patience) {
      return wrong(`${last}, more than 48 hours ago${error}`, log);
    }
    if (failedAt !== null && now - failedAt <= patience) {
      const failed = `an earlier evaluation failed at ${formatInstant(failedAt)}${error}`;
      return warning(`${last}; ${failed}`, log);
    }
    return ok(last);
  },
};
