import type { Clients } from '../../rule/aws/clients.ts';
import { readRemediation } from '../../rule/aws/config-rule.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import { documentNames } from '../../rule/core/names.ts';
import type { DocumentOption } from '../options.ts';

type Parameters = Readonly<Record<string, string>>;

/**
 * Completes the given parameters with those that AWS Config passes to the document in the rule's remediation, so
 * that a person does what automatic remediation does. Throws AwsError, and RuleParameterError for a value that the
 * document does not accept: an unreadable limit is not the same as no limit.
 */
export async function withRemediationDefaults(
  config: Clients['config'],
  rule: DocumentOption,
  options: readonly DocumentOption[],
  given: Parameters,
): Promise<Parameters> {
  const remediation = await readRemediation(config, given[rule.parameter] ?? rule.default);
  if (remediation?.targetId !== documentNames.revoke) return given;
  const configured = options.flatMap(({ parameter, accepts, expected }) => {
    const value = remediation.parameters.get(parameter);
    if (value === undefined || parameter === rule.parameter || parameter in given) return [];
    if (value.kind === 'static' && accepts(value.text)) return [[parameter, value.text] as const];
    throw new ExpectedError(
      'RuleParameterError',
      `the rule's remediation passes ${parameter} as ${JSON.stringify(value.text)}; expected ${expected}. ` +
        'Fix the stack, or give the option',
    );
  });
  return { ...Object.fromEntries(configured), ...given };
}
