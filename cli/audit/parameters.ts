import type { Clients } from '../../rule/aws/clients.ts';
import { describeRule, isBeingDeleted, parametersOf } from '../../rule/aws/config-rule.ts';
import { splitArn } from '../../rule/core/arns.ts';
import { ExpectedError, messageOf, withoutPeriod } from '../../rule/core/errors.ts';
import type { ParameterName, RuleParameters } from '../../rule/core/rule-parameters.ts';
import { fromOptions, type ParameterOptions } from './options.ts';
import type { ParametersFrom } from './result.ts';

/** The parameters by which users are evaluated, their source, and notes about it. */
export interface ChosenParameters {
  readonly parameters: RuleParameters;
  readonly parametersFrom: ParametersFrom;
  readonly notes: readonly string[];
}

/** Where to read the rule. */
interface RuleSource {
  readonly config: Clients['config'];
  /** Null if no Region was found. */
  readonly region: string | null;
  readonly ruleName: string;
}

/**
 * The parameters of the deployed rule. Each option overrides one of them, and a preset all. Without a rule that can be
 * read, they are those of the options. Throws RuleParameterError for a rule of another function or with invalid
 * parameters: the audit would not agree with it.
 */
export async function parametersOfRule(
  options: ParameterOptions,
  { config, region, ruleName }: RuleSource,
): Promise<ChosenParameters> {
  const { preset, values: parameters } = options;
  const parametersFrom = fromOptions(options);
  const own = { parameters, parametersFrom, notes: [] };
  if (preset !== null) return own;
  const without = (why: string): ChosenParameters => {
    const by = parametersFrom.kind === 'defaults' ? 'the default parameters' : 'the given options';
    return { ...own, notes: [`${why}; evaluated by ${by}`] };
  };
  if (region === null) {
    return without(
      'no AWS Region was found, so that the parameters of the deployed rule were not read (set AWS_REGION)',
    );
  }
  try {
    const rule = await describeRule(config, ruleName);
    if (rule === null || isBeingDeleted(rule)) {
      return without(`there is no AWS Config rule ${ruleName} in ${region}`);
    }
    // The rule's own ARN names its account and Region, so no other request is needed.
    const ofRule = parametersOf(rule, ruleName, splitArn(rule.ConfigRuleArn ?? ''));
    return override(ofRule, options, { ruleName, region });
  } catch (error) {
    if (error instanceof ExpectedError && error.name === 'AwsError') {
      return without(`the deployed rule was not read: ${messageOf(error)}`);
    }
    if (!(error instanceof ExpectedError)) throw error;
    const advice = 'To audit without this rule, give --preset; for another rule, give --rule';
    throw new ExpectedError(error.name, `${withoutPeriod(error.message)}. ${advice}`, {
      cause: error,
    });
  }
}

function override(
  ofRule: RuleParameters,
  { given, values }: ParameterOptions,
  { ruleName, region }: { readonly ruleName: string; readonly region: string },
): ChosenParameters {
  // An age for all credentials also replaces the rule's ages for each type.
  const ages: readonly ParameterName[] = ['maxPasswordUsageAge', 'maxAccessKeyUsageAge'];
  const replaced = given.includes('maxCredentialUsageAge') ? [...given, ...ages] : given;
  const chosen = Object.fromEntries(replaced.map((name) => [name, values[name]]));
  const except = given.length === 0 ? '' : `, except ${given.join(', ')}`;
  return {
    parameters: { ...ofRule, ...chosen },
    parametersFrom: { kind: 'rule', ruleName, region, overridden: given },
    notes: [`evaluated by the parameters of AWS Config rule ${ruleName} in ${region}${except}`],
  };
}
