import { retireDocument } from '../../remediation-docs/documents.ts';
import { documentOptions, toParameters } from '../document-options.ts';
import { optionOf, parseRunChoice, type RawRunChoice, type RunChoice } from '../options.ts';

/** The options of retire that take a value, in the order in which help shows them. */
export const retireDocumentOptions = documentOptions(retireDocument, {
  rule: 'ConfigRuleName',
  topic: 'NotificationTopicArn',
});

/** The options of retire that the document defines as true or false, by the parameter. */
const switches = {
  removeGroups: 'RemoveGroups',
  detachPolicies: 'DetachPolicies',
  deactivateMfaDevices: 'DeactivateMfaDevices',
} as const;

/** The options without a value, by the parameter and value that they stand for. */
export const retireFlags: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(switches).map(([name, parameter]) => [`${parameter}=true`, optionOf(name)]),
);

/** What retire is to do, validated. */
export interface RetireOptions extends RunChoice {
  /** Names, ARNs or unique IDs, as they were given. */
  readonly users: readonly string[];
  /** The document's parameters that were given. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The command's options as text, before validation. */
export type RawRetireOptions = RawRunChoice &
  Readonly<
    { [Name in keyof typeof retireDocumentOptions]?: string } & {
      [Name in keyof typeof switches]?: boolean;
    }
  >;

/** Validates the options. Throws UsageError. */
export function parseRetireOptions(users: readonly string[], raw: RawRetireOptions): RetireOptions {
  const names = Object.keys(switches) as (keyof typeof switches)[];
  const on = names.filter((name) => raw[name] === true);
  return {
    users,
    ...parseRunChoice(raw, 'retire'),
    parameters: {
      ...toParameters(retireDocumentOptions, raw, 'retire'),
      ...Object.fromEntries(on.map((name) => [switches[name], 'true'])),
    },
  };
}
