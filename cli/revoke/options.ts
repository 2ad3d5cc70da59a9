import { revokeDocument } from '../../remediation-docs/documents.ts';
import { documentOptions, toParameters } from '../document-options.ts';
import { parseFormat, type ResultFormat } from '../options.ts';

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
export interface RevokeOptions {
  /** Names, ARNs or unique IDs, as they were given. */
  readonly users: readonly string[];
  readonly dryRun: boolean;
  /** Whether to start without asking. */
  readonly yes: boolean;
  readonly format: ResultFormat;
  /** The document's parameters that were given. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The command's options as text, before validation. */
export type RawRevokeOptions = Readonly<
  { [Name in keyof typeof revokeDocumentOptions]?: string } & {
    dryRun?: boolean;
    yes?: boolean;
    format?: string;
  }
>;

/** Validates the options. Throws UsageError. */
export function parseRevokeOptions(users: readonly string[], raw: RawRevokeOptions): RevokeOptions {
  const dryRun = raw.dryRun ?? false;
  return {
    users,
    dryRun,
    yes: raw.yes ?? false,
    format: parseFormat(raw.format, 'revoke'),
    parameters: {
      ...toParameters(revokeDocumentOptions, raw, 'revoke'),
      ...(dryRun ? { DryRun: 'true' } : {}),
    },
  };
}
