import { ExpectedError } from '../core/errors.ts';
import type { RevocationLimits } from '../core/revocation-limits.ts';
import type { RuleParameters } from '../core/rule-parameters.ts';
import type { Passwords } from '../formats/messages.ts';
import { readDeployedParameters } from './deployed-parameters.ts';
import type { FunctionDependencies, Invocation } from './invocation.ts';

/** What the planners of revocations and retirements run with. */
export interface RevocationDependencies extends FunctionDependencies {
  /** The variable REVOCATION_LIMITS. */
  readonly limits: string | undefined;
  /** The variable RULE_PARAMETERS. */
  readonly ruleParameters: string | undefined;
  readonly passwords: Passwords;
  /** The key of the tag that names a user's owner. */
  readonly ownerTag: string;
}

/**
 * Reads the parameters that define when a credential is unused from the deployment's rule. Throws RefusedError for
 * another rule, RuleParameterError if the rule is missing, invalid or was changed, and AwsError.
 */
export function readRevocationRule(
  ruleName: string,
  limits: RevocationLimits,
  { location }: Invocation,
  dependencies: Pick<FunctionDependencies, 'config'> & {
    readonly ruleParameters: string | undefined;
  },
): Promise<RuleParameters> {
  if (ruleName !== limits.ruleName) {
    throw new ExpectedError(
      'RefusedError',
      `ConfigRuleName is ${ruleName}, but this deployment uses only AWS Config rule ${limits.ruleName}. ` +
        'Omit ConfigRuleName, or deploy the stack with another rule',
    );
  }
  return readDeployedParameters(ruleName, location, dependencies);
}
