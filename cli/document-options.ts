import type { RemediationDocument } from '../remediation-docs/documents.ts';
import { withoutPeriod } from '../rule/core/errors.ts';
import {
  type CommandName,
  type DocumentFlag,
  type DocumentOption,
  invalid,
  optionOf,
} from './options.ts';

/**
 * Reads the options from a document's parameters. `defaults` has values for parameters that the document requires
 * and the command does not.
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

/** Reads the options without a value from a document's parameters that are true or false. Throws for any other. */
export function documentFlags<Name extends string>(
  document: Pick<RemediationDocument, 'name' | 'parameters'>,
  parameters: Readonly<Record<Name, string>>,
): Readonly<Record<Name, DocumentFlag>> {
  const defined = document.parameters();
  const flags = Object.entries<string>(parameters).map(([name, parameter]) => {
    const { default: byDefault, description } = defined[parameter] ?? {};
    if (description === undefined || (byDefault !== 'true' && byDefault !== 'false')) {
      throw new Error(`${document.name} has no parameter ${parameter} that is true or false`);
    }
    const text = withoutPeriod(description);
    const flag: DocumentFlag =
      byDefault === 'false'
        ? { parameter, value: 'true', flag: optionOf(name), description: text }
        : {
            ...{ parameter, value: 'false', flag: `--no-${optionOf(name).slice(2)}` },
            description: `Do not ${text.charAt(0).toLowerCase()}${text.slice(1)}`,
          };
    return [name, flag] as const;
  });
  return Object.fromEntries(flags) as Record<Name, DocumentFlag>;
}

/** Returns the document's parameters whose options without a value were given. Commander sets `--no-…` to false. */
export function flaggedParameters<Name extends string>(
  flags: Readonly<Record<Name, DocumentFlag>>,
  given: Readonly<Partial<Record<NoInfer<Name>, boolean>>>,
): Record<string, string> {
  const chosen = Object.entries<DocumentFlag>(flags).filter(
    ([name, { value }]) => given[name as Name] === (value === 'true'),
  );
  return Object.fromEntries(chosen.map(([, { parameter, value }]) => [parameter, value]));
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
