import type { Clients } from '../../rule/aws/clients.ts';
import { readRemediation } from '../../rule/aws/config-rule.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import { documentNames } from '../../rule/core/names.ts';
import { commonOptions, type DocumentOption } from '../options.ts';

type Parameters = Readonly<Record<string, string>>;

/**
 * Takes a Config client, the options of a command, and the document's parameters that were given. Gives them back with
 * what AWS Config would hand the document for that rule where nothing was given, so that a person does what the
 * automatic remediation does. Throws AwsError, and RuleParameterError for what AWS Config would hand over that the document
 * does not take: a brake that cannot be read must not be taken for none.
 */
export async function withRemediationDefaults(
  config: Clients<'iam' | 'config' | 'ssm'>['config'],
  options: readonly DocumentOption[],
  given: Parameters,
): Promise<Parameters> {
  const { parameter: ruleParameter, default: defaultRule } = commonOptions.rule;
  const remediation = await readRemediation(config, given[ruleParameter] ?? defaultRule);
  if (remediation?.targetId !== documentNames.revoke) return given;
  const configured = options.flatMap(({ parameter, accepts, valid }) => {
    const value = remediation.parameters.get(parameter);
    if (value === undefined || parameter === ruleParameter || parameter in given) return [];
    if (value.kind === 'static' && accepts(value.text)) return [[parameter, value.text] as const];
    throw new ExpectedError(
      'RuleParameterError',
      `The remediation of the rule hands over ${parameter} as ${JSON.stringify(value.text)}; expected ${valid}. ` +
        'Mend the stack, or give the option',
    );
  });
  return { ...Object.fromEntries(configured), ...given };
}
