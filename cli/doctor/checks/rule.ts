import {
  type DescribedRule,
  isBeingDeleted,
  parametersOf,
  type RuleLocation,
} from '../../../rule/aws/config-rule.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { type Check, conclude, type Finding, redeploy, unchecked, wrong } from '../check.ts';

interface Rule {
  /** Null if there is no such rule. */
  readonly described: DescribedRule | null;
  readonly location: RuleLocation | null;
}

/** Checks that the rule uses this project's function, has valid parameters and a schedule. */
export const rule: Check<Rule> = {
  id: 'rule',
  read: async (sources) => ({
    described: await sources.rule(),
    location: await sources.location(),
  }),
  judge: (found, { ruleName }) => judge(found, ruleName),
};

function judge({ described, location }: Rule, ruleName: string): Finding {
  if (described === null) {
    return wrong(
      `there is no AWS Config rule ${ruleName} in this Region`,
      `${redeploy}; or give --rule, or set AWS_REGION to the Region of the rule`,
    );
  }
  if (isBeingDeleted(described)) {
    return wrong(`AWS Config is deleting the rule ${ruleName}`, `${redeploy} after the deletion`);
  }
  if (location === null) return unchecked('no answer from AWS names the account');
  const faults: Finding[] = [];
  try {
    parametersOf(described, ruleName, location);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    faults.push(
      wrong(error.message, 'fix the parameters of the stack UnusedIamCredentials and update it'),
    );
  }
  const schedule = described.Source?.SourceDetails?.find(
    ({ MessageType }) => MessageType === 'ScheduledNotification',
  );
  if (schedule === undefined) {
    const why = 'a credential that becomes unused is not a configuration change';
    faults.push(wrong(`the rule has no scheduled trigger; ${why}`, redeploy));
  }
  const frequency = schedule?.MaximumExecutionFrequency ?? 'TwentyFour_Hours';
  return conclude(faults, `${ruleName} is active, scheduled (${frequency}), its parameters valid`);
}
