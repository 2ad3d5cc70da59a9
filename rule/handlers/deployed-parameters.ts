import { readRule } from '../aws/config-rule.ts';
import type { FunctionLocation } from '../core/arns.ts';
import { ExpectedError } from '../core/errors.ts';
import { describeChange, type RuleParameters } from '../core/rule-parameters.ts';
import { parseStackRuleParameters } from '../formats/stack-rule-parameters.ts';
import type { FunctionDependencies } from './invocation.ts';

/**
 * The parameters of the deployed rule, which must equal those of the stack: a principal that can change the rule must
 * not decide what is deleted. Without the stack's parameters, the rule's count. Throws RuleParameterError and AwsError.
 */
export async function readDeployedParameters(
  ruleName: string,
  location: FunctionLocation,
  {
    config,
    ruleParameters,
  }: Pick<FunctionDependencies, 'config'> & { readonly ruleParameters: string | undefined },
): Promise<RuleParameters> {
  const parameters = await readRule(config, ruleName, location);
  if (parameters === null) {
    throw new ExpectedError(
      'RuleParameterError',
      `There is no AWS Config rule ${ruleName} in ${location.region}. Its parameters define when a credential is unused. ` +
        'Deploy the rule, or set ConfigRuleName to the name of your rule',
    );
  }
  const stack = parseStackRuleParameters(ruleParameters);
  const change = stack === null ? null : describeChange(ruleName, parameters, stack);
  if (change === null) return parameters;
  throw new ExpectedError(
    'RuleParameterError',
    `${change}. ` +
      'Find out who did it, then revert the drift of the stack (docs/operations.md, What someone changed)',
  );
}
