import {
  type DescribedRule,
  isBeingDeleted,
  parametersOf,
  type RuleLocation,
} from '../../../rule/aws/config-rule.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { conclude, type Finding, redeploy, unchecked, wrong } from '../finding.ts';

/**
 * Takes the rule (null for none), its name, and where its function has to be (null where that is unknown).
 * Gives back whether it judges by this project's function, with valid parameters and on a schedule.
 */
export function judgeRule(
  rule: DescribedRule | null,
  ruleName: string,
  location: RuleLocation | null,
): Finding {
  if (rule === null) {
    return wrong(
      `there is no AWS Config rule ${ruleName} in this Region`,
      `${redeploy}; or name the rule with --rule, or its Region in AWS_REGION`,
    );
  }
  if (isBeingDeleted(rule)) {
    return wrong(`AWS Config is deleting the rule ${ruleName}`, `${redeploy} when it is gone`);
  }
  if (location === null) return unchecked('no answer of AWS tells the account');
  const faults: Finding[] = [];
  try {
    parametersOf(rule, ruleName, location);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    faults.push(
      wrong(error.message, 'mend the parameters of the stack UnusedIamCredentials and update it'),
    );
  }
  const schedule = rule.Source?.SourceDetails?.find(
    ({ MessageType }) => MessageType === 'ScheduledNotification',
  );
  if (schedule === undefined) {
    const why = 'not using a credential is no configuration change';
    faults.push(wrong(`the rule has no scheduled trigger, and ${why}`, redeploy));
  }
  const frequency = schedule?.MaximumExecutionFrequency ?? 'TwentyFour_Hours';
  return conclude(faults, `${ruleName} is active, scheduled (${frequency}), its parameters valid`);
}
