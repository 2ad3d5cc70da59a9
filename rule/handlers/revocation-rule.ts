import { readRule } from '../aws/config-rule.ts';
import { ExpectedError } from '../core/errors.ts';
import type { RevocationLimits } from '../core/revocation-limits.ts';
import { describeChange, type RuleParameters } from '../core/rule-parameters.ts';
import { parseStackRuleParameters } from '../formats/stack-rule-parameters.ts';
import type { FunctionDependencies, Invocation } from './invocation.ts';

/**
 * Reads the parameters that define when a credential is unused from the deployment's rule. `stack` is the variable
 * RULE_PARAMETERS. Throws RefusedError for another rule, RuleParameterError if the rule is missing, invalid or was
 * changed, and AwsError.
 */
export async function readRevocationRule(
  ruleName: string,
  limits: RevocationLimits,
  stack: string | undefined,
  { location }: Invocation,
  { config }: FunctionDependencies,
): Promise<RuleParameters> {
  if (ruleName !== limits.ruleName) {
    throw new ExpectedError(
      'RefusedError',
      `ConfigRuleName is ${ruleName}, but this deployment revokes by AWS Config rule ${limits.ruleName} only. ` +
        'Leave ConfigRuleName out, or deploy the stack with another rule',
    );
  }
  const parameters = await readRule(config, ruleName, location);
  if (parameters === null) {
    throw new ExpectedError(
      'RuleParameterError',
      `There is no AWS Config rule ${ruleName} in ${location.region}. Its parameters define when a credential is unused. ` +
        'Deploy the rule, or set ConfigRuleName to the name of your rule',
    );
  }
  requireUnchanged(ruleName, parameters, parseStackRuleParameters(stack));
  return parameters;
}

/** Whoever may change the rule must not decide what is revoked. Without the stack's parameters, the rule's count. */
function requireUnchanged(
  ruleName: string,
  rule: RuleParameters,
  stack: RuleParameters | null,
): void {
  const change = stack === null ? null : describeChange(ruleName, rule, stack);
  if (change === null) return;
  throw new ExpectedError(
    'RuleParameterError',
    `${change}. ` +
      'Find out who did it, then revert the drift of the stack (docs/operations.md, What someone changed)',
  );
}
