import * as v from 'valibot';
import {
  type DescribedRule,
  isBeingDeleted,
  parametersOf,
  type RuleLocation,
} from '../../../rule/aws/config-rule.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { functionNames } from '../../../rule/core/names.ts';
import type { RuleParameters } from '../../../rule/core/rule-parameters.ts';
import { parseStackRuleParameters } from '../../../rule/formats/stack-rule-parameters.ts';
import {
  type Check,
  conclude,
  type Finding,
  isReadable,
  redeploy,
  revert,
  unchecked,
  wrong,
} from '../check.ts';

interface Rule {
  /** Null if there is no such rule. */
  readonly described: DescribedRule | null;
  readonly location: RuleLocation | null;
  /** JSON of the stack's rule parameters; null if the function evaluate does not have it. */
  readonly ofStack: string | null;
}

/** Checks that the rule uses this project's function, has valid parameters and a schedule. */
export const rule: Check<Rule> = {
  id: 'rule',
  read: async (sources) => {
    // The check of the function reports a failure of this read.
    const evaluate = await sources.deployedFunction(functionNames.evaluate).catch(() => null);
    return {
      described: await sources.rule(),
      location: await sources.location(),
      ofStack: evaluate?.variables.get('RULE_PARAMETERS') ?? null,
    };
  },
  judge: (found, { ruleName }) => judge(found, ruleName),
};

function judge({ described, location, ofStack }: Rule, ruleName: string): Finding {
  if (described === null) {
    return wrong(
      `there is no AWS Config rule ${ruleName} in this Region`,
      `${redeploy}; or give --rule, or set --region to the Region of the rule`,
    );
  }
  if (isBeingDeleted(described)) {
    return wrong(`AWS Config is deleting the rule ${ruleName}`, `${redeploy} after the deletion`);
  }
  if (location === null) return unchecked('no response from AWS names the account');
  const faults: Finding[] = [];
  let effective = '';
  try {
    effective = describe(parametersOf(described, ruleName, location));
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
  if (!isReadable(() => parseStackRuleParameters(ofStack ?? undefined))) {
    const what = `the variable RULE_PARAMETERS of ${functionNames.evaluate} is not what the stack writes`;
    faults.push(wrong(what, revert));
  }
  const differences = ofStack === null ? [] : compare(described.InputParameters, ofStack);
  if (differences.length > 0) {
    faults.push(wrong(`changed since its deployment: ${differences.join(', ')}`, revert));
  }
  const compared = ofStack === null ? 'not compared with the stack' : 'as the stack says';
  return conclude(
    faults,
    `${ruleName} is active, scheduled (${frequency}); ${effective} (${compared})`,
  );
}

/** The parameters that apply, with their defaults. */
function describe(parameters: RuleParameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(',') || 'none' : value}`)
    .join(', ');
}

// The rule takes whole numbers as well.
const value = v.union([v.string(), v.pipe(v.number(), v.transform(String))]);
const texts = v.pipe(v.string(), v.parseJson(), v.record(v.string(), value));

/**
 * The rule's parameters that differ from the stack's. In the stack's JSON, an empty value means that the parameter
 * is not set. Empty if either is not JSON, because another finding reports that.
 */
function compare(input: string | undefined, ofStack: string): string[] {
  const [rule, stack] = [v.safeParse(texts, input?.trim() || '{}'), v.safeParse(texts, ofStack)];
  if (!rule.success || !stack.success) return [];
  const names = new Set([...Object.keys(rule.output), ...Object.keys(stack.output)]);
  return [...names].flatMap((name) => {
    const [is, expected] = [rule.output[name] ?? '', stack.output[name] ?? ''];
    const shown = (value: string) => (value === '' ? 'not set' : JSON.stringify(value));
    return is === expected ? [] : [`${name} is ${shown(is)}, in the stack ${shown(expected)}`];
  });
}
