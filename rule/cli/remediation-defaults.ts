import { documentNames } from '../core/names.ts';
import type { RemediationClients } from '../gateways/remediation-clients.ts';
import { readRemediation } from '../gateways/remediation-configuration.ts';
import { commonOptions, type DocumentOption } from './document-options.ts';

type Parameters = Readonly<Record<string, string>>;

/**
 * Takes a Config client, the options of a command, and the document's parameters that were given. Gives them back with
 * what AWS Config would hand the document for that rule where nothing was given, so that a person does what the
 * automatic remediation does. Throws AwsError.
 */
export async function withRemediationDefaults(
  config: RemediationClients['config'],
  options: readonly DocumentOption[],
  given: Parameters,
): Promise<Parameters> {
  const { parameter: ruleParameter, default: defaultRule } = commonOptions.rule;
  const remediation = await readRemediation(config, given[ruleParameter] ?? defaultRule);
  if (remediation?.targetId !== documentNames.revoke) return given;
  const configured = options.flatMap(({ parameter, accepts }) => {
    const value = remediation.parameters.get(parameter);
    const isUsable = parameter !== ruleParameter && value?.kind === 'static' && accepts(value.text);
    return isUsable ? [[parameter, value.text] as const] : [];
  });
  return { ...Object.fromEntries(configured), ...given };
}
