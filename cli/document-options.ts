import type { RemediationDocument } from '../remediation-docs/documents.ts';
import { withoutPeriod } from '../rule/core/errors.ts';
import { type CommandName, type DocumentOption, invalid, optionOf } from './options.ts';

/**
 * Reads the options from a document's parameters. `defaults` are for parameters that the document requires and the
 * command does not.
 */
export function documentOptions<Name extends string>(
  document: Pick<RemediationDocument, 'name' | 'parameters'>,
  parameters: Readonly<Record<Name, string>>,
  defaults: Readonly<Record<string, string>> = {},
): Readonly<Record<Name, DocumentOption>> {
  const defined = document.parameters();
  const options = Object.entries<string>(parameters).map(([name, parameter]) => {
    const found = defined[parameter];
    const byDefault = found?.default ?? defaults[name];
    if (found === undefined || byDefault === undefined) {
      throw new Error(`${document.name} has no parameter ${parameter}, or no default for it`);
    }
    const { allowedValues, allowedPattern = '' } = found;
    const text = withoutPeriod(found.description);
    const pattern = new RegExp(allowedPattern, 'u');
    const option: DocumentOption = {
      parameter,
      description:
        allowedValues === undefined ? text : `${text}. One of ${allowedValues.join(', ')}`,
      default: byDefault,
      values: allowedValues ?? [],
      accepts: (value) => allowedValues?.includes(value) ?? pattern.test(value),
      expected: allowedValues?.join(', ') ?? `a value that ${parameter} accepts: ${text}`,
    };
    return [name, option] as const;
  });
  return Object.fromEntries(options) as Record<Name, DocumentOption>;
}

/**
 * Returns the document's parameters that were given. Throws UsageError, which names the option and what the document
 * accepts.
 */
export function toParameters<Name extends string>(
  options: Readonly<Record<Name, DocumentOption>>,
  given: Readonly<Partial<Record<NoInfer<Name>, string>>>,
  command: CommandName,
): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, { parameter, expected, accepts }] of Object.entries<DocumentOption>(options)) {
    const value = given[name as Name];
    if (value === undefined) continue;
    if (!accepts(value)) throw invalid(optionOf(name), value, expected, command);
    parameters[parameter] = value;
  }
  return parameters;
}
