import { parseEndOfDate } from '../core/instant.ts';
import {
  commonOptions,
  type DocumentOption,
  oneOf,
  parseFormat,
  type ResultFormat,
  toParameters,
  wholeNumber,
} from './document-options.ts';

/** The options of revoke that its document takes a value for, in the order in which they are shown. */
export const revokeDocumentOptions = {
  rule: commonOptions.rule,
  passwordAction: {
    parameter: 'PasswordAction',
    description: 'what happens to an unused password; a deleted one cannot come back',
    default: 'Delete',
    ...oneOf('Delete', 'Keep'),
  },
  accessKeyAction: {
    parameter: 'AccessKeyAction',
    description: 'what happens to an unused access key; a deleted one cannot come back',
    default: 'Deactivate',
    ...oneOf('Deactivate', 'Delete', 'Keep'),
  },
  neverUsedAccessKeyAction: {
    parameter: 'NeverUsedAccessKeyAction',
    description: 'the same for access keys that were never used',
    default: 'Deactivate',
    ...oneOf('Deactivate', 'Delete', 'Keep'),
  },
  minimumIdleDays: {
    parameter: 'MinimumIdleDays',
    description: 'days; nothing younger is revoked, whatever the rule says',
    default: '30',
    ...wholeNumber(1, 3650),
  },
  maxRevocationsPerDay: {
    parameter: 'MaxRevocationsPerDay',
    description: 'nothing is revoked after so many revocations within 24 hours; 0 for no limit',
    default: '20',
    ...wholeNumber(0, 9999),
  },
  enforceFrom: {
    parameter: 'EnforceFrom',
    description: 'nothing is revoked before this date (UTC)',
    default: '2000-01-01',
    valid: 'an ISO date, such as 2027-01-31',
    accepts: (value) => parseEndOfDate(value) !== undefined,
  },
  topic: commonOptions.topic,
} as const satisfies Record<string, DocumentOption>;

/** What revoke is to do, validated. */
export interface RevokeOptions {
  /** Names, ARNs or unique IDs, as they were given. */
  readonly users: readonly string[];
  readonly dryRun: boolean;
  /** Whether nobody is asked. */
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

/** Takes the users and the options as text. Gives back what to do. Throws UsageError. */
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
