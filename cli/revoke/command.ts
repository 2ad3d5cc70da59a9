import type { Command } from 'commander';
import { parseEndOfDate } from '../../rule/core/instant.ts';
import {
  addDocumentOptions,
  commonOptions,
  type DocumentOption,
  oneOf,
  parseFormat,
  type ResultFormat,
  toParameters,
  wholeNumber,
} from '../options.ts';

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

const examples = `
Exit codes:
  0  every execution succeeded, also where nothing was due
  1  a credential remains unrevoked by a brake: Paused, NotYet, LimitReached, Wait;
     or, with --dry-run, something would be revoked
  2  an execution failed, was not started or not followed to its end, or the command
     was called wrongly

What is not given is as AWS Config's remediation of the rule has it; the defaults above
hold where there is none. The documents, functions and rule have to be deployed in the
Region of AWS_REGION or the profile. Ctrl-C leaves a started execution running.

Examples:
  unused-iam-credentials revoke alice --dry-run
  unused-iam-credentials revoke alice AIDACKCEVSQ6C2EXAMPLE
  unused-iam-credentials revoke alice --password-action Keep --yes --format json`;

/** Takes the program, and what runs the command with its users and options as text. Adds `revoke` to it. */
export function addRevoke(
  program: Command,
  run: (users: string[], raw: RawRevokeOptions) => Promise<void>,
): void {
  const command = program
    .command('revoke')
    .summary('revoke the unused credentials of users, by the deployed document')
    .description(
      'Starts the deployed Automation document UnusedIamCredentials-Revoke for each user, and follows it. The document revokes only what the AWS Config rule calls unused.',
    )
    .argument('<user...>', 'IAM users: name, ARN or unique ID (AIDA…)')
    .option('--dry-run', 'change nothing, and show what would be revoked')
    .option('--yes', 'do not ask');
  addDocumentOptions(command, revokeDocumentOptions);
  // Beside its longest option fewer columns are left than commander wraps by default.
  command.configureHelp({ minWidthToWrap: 30 }).addHelpText('after', examples).action(run);
}
