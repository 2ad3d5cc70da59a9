import { revokeDocument } from '../../remediation-docs/documents.ts';
import { documentOptions, toParameters } from '../document-options.ts';
import { parseRunChoice, type RawRunChoice, type RunChoice } from '../options.ts';

/** The options of revoke that the document defines, in the order in which help shows them. */
export const revokeDocumentOptions = documentOptions(revokeDocument, {
  rule: 'ConfigRuleName',
  passwordAction: 'PasswordAction',
  accessKeyAction: 'AccessKeyAction',
  neverUsedAccessKeyAction: 'NeverUsedAccessKeyAction',
  minimumIdleDays: 'MinimumIdleDays',
  maxRevocationsPerDay: 'MaxRevocationsPerDay',
  enforceFrom: 'EnforceFrom',
  topic: 'NotificationTopicArn',
});

/** What revoke is to do, validated. */
export interface RevokeOptions extends RunChoice {
  /** Names, ARNs or unique IDs, as they were given. */
  readonly users: readonly string[];
  /** The document's parameters that were given. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The command's options as text, before validation. */
export type RawRevokeOptions = RawRunChoice &
  Readonly<{ [Name in keyof typeof revokeDocumentOptions]?: string }>;

/** Validates the options. Throws UsageError. */
export function parseRevokeOptions(users: readonly string[], raw: RawRevokeOptions): RevokeOptions {
  const parameters = toParameters(revokeDocumentOptions, raw, 'revoke');
  return { users, ...parseRunChoice(raw, 'revoke'), parameters };
}
