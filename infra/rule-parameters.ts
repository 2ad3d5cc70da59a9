import type { CfnParameter } from 'aws-cdk-lib';
import {
  evaluationScopes,
  type ParameterName,
  parameterDefinitions,
} from '../rule/core/rule-parameters.ts';
import { choose, isGiven } from './conditions.ts';
import type { StackParameter } from './stack-parameter.ts';

const days = '^(|[1-9]\\d{0,2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$';
const path = '/[\\x21-\\x2B\\x2D-\\x7E]{1,510}/';

/** Takes a rule parameter's name and what else is said of it. Gives back the stack parameter that sets it. */
function define(
  name: ParameterName,
  rest: Pick<StackParameter, 'label'> & Partial<StackParameter>,
): StackParameter {
  const { description, valid, default: otherwise } = parameterDefinitions[name];
  return {
    description: `${description}. Empty: ${otherwise}.`,
    default: '',
    constraint: `must be empty or ${valid}`,
    ...rest,
  };
}

/** The stack parameters that become parameters of the rule; an empty one leaves the rule's out. */
export const ruleParameters = {
  MaxCredentialUsageAge: define('maxCredentialUsageAge', {
    ...{ label: 'Unused after (days)', default: '45', allowedPattern: days },
  }),
  MaxPasswordUsageAge: define('maxPasswordUsageAge', {
    ...{ label: 'Passwords unused after (days)', allowedPattern: days },
  }),
  MaxAccessKeyUsageAge: define('maxAccessKeyUsageAge', {
    ...{ label: 'Access keys unused after (days)', allowedPattern: days },
  }),
  EvaluationScope: define('evaluationScope', {
    ...{ label: 'Scope', allowedValues: ['', ...evaluationScopes] },
  }),
  // The rule's parameters may have 1,024 characters as JSON.
  ExemptPathPrefixes: define('exemptPathPrefixes', {
    ...{ label: 'Exempt paths', allowedPattern: `^(|${path}(,${path})*)$`, maxLength: 512 },
  }),
  ExemptUntilTag: define('exemptUntilTag', {
    label: 'Tag that exempts until a date',
    allowedPattern: '^(|(?![aA][wW][sS]:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128})$',
  }),
  MaxExemptionDays: define('maxExemptionDays', {
    ...{ label: 'Longest exemption (days)', allowedPattern: days },
  }),
} as const;

type RuleParameterName = keyof typeof ruleParameters;

/** Takes the stack's parameters. Gives back the rule's InputParameters, without those that are left empty. */
export function inputParameters(
  parameters: Readonly<Record<RuleParameterName, CfnParameter>>,
): Record<string, unknown> {
  const names = Object.keys(ruleParameters) as RuleParameterName[];
  return Object.fromEntries(
    names.map((name) => {
      const parameter = parameters[name];
      const value = choose(isGiven(parameter), parameter.valueAsString);
      return [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value];
    }),
  );
}
