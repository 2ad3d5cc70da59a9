import { retireDocument } from '../../remediation-docs/documents.ts';
import {
  documentFlags,
  documentOptions,
  flaggedParameters,
  toParameters,
} from '../document-options.ts';
import { parseRunChoice, type RawRunChoice, type RunChoice } from '../options.ts';

/** The options of retire that take a value, in the order in which help shows them. */
export const retireDocumentOptions = documentOptions(retireDocument, {
  rule: 'ConfigRuleName',
  topic: 'NotificationTopicArn',
});

/** The options of retire without a value. */
export const retireFlags = documentFlags(retireDocument, {
  removeGroups: 'RemoveGroups',
  detachPolicies: 'DetachPolicies',
  deactivateMfaDevices: 'DeactivateMfaDevices',
});

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
      [Name in keyof typeof retireFlags]?: boolean;
    }
  >;

/** Validates the options. Throws UsageError. */
export function parseRetireOptions(users: readonly string[], raw: RawRetireOptions): RetireOptions {
  return {
    users,
    ...parseRunChoice(raw, 'retire'),
    parameters: {
      ...toParameters(retireDocumentOptions, raw, 'retire'),
      ...flaggedParameters(retireFlags, raw),
    },
  };
}
