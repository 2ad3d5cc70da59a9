import type { Command } from 'commander';
import {
  addDocumentOptions,
  commonOptions,
  type DocumentOption,
  invalid,
  optionOf,
  parseFormat,
  type ResultFormat,
  toParameters,
  usage,
  wholeNumber,
} from '../options.ts';

/** The options of restore that its document takes a value for, in the order in which they are shown. */
export const restoreDocumentOptions = {
  revocation: {
    parameter: 'RevocationId',
    description: 'the revocation to undo',
    default: 'All',
    valid: 'an execution ID, as --list shows it, or All',
    accepts: (value) => /^(All|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u.test(value),
  },
  graceDays: {
    parameter: 'GraceDays',
    description: 'days for which the user is exempt, to use what was restored',
    default: '14',
    ...wholeNumber(1, 30),
  },
  maxRecordAgeDays: {
    parameter: 'MaxRecordAgeDays',
    description: 'days; what was revoked longer ago is not restored',
    default: '90',
    ...wholeNumber(1, 3650),
  },
  rule: commonOptions.rule,
  topic: commonOptions.topic,
} as const satisfies Record<string, DocumentOption>;

/** Whose credentials are to be restored. */
export type RestoreTarget =
  | { readonly kind: 'users'; readonly users: readonly string[] }
  | { readonly kind: 'access-key'; readonly accessKeyId: string };

/** What restore is to do, validated. `users` of a list may be empty, for all. */
export type RestoreOptions = { readonly format: ResultFormat } & (
  | {
      readonly kind: 'list';
      readonly users: readonly string[];
      /** Days. */
      readonly maxRecordAgeDays: number;
    }
  | {
      readonly kind: 'restore';
      readonly target: RestoreTarget;
      /** Whether nobody is asked. */
      readonly yes: boolean;
      /** The document's parameters that were given, and RevocationId. */
      readonly parameters: Readonly<Record<string, string>>;
    }
);

/** The command's options as text, before validation. */
export type RawRestoreOptions = Readonly<
  { [Name in keyof typeof restoreDocumentOptions]?: string } & {
    accessKey?: string;
    list?: boolean;
    password?: boolean;
    /** True unless --no-password-reset is given. */
    passwordReset?: boolean;
    includeUnconfirmed?: boolean;
    yes?: boolean;
    format?: string;
  }
>;

/** Takes the users and the options as text. Gives back what to do. Throws UsageError. */
export function parseRestoreOptions(
  users: readonly string[],
  raw: RawRestoreOptions,
): RestoreOptions {
  if (raw.list === true) refuseBesideList(raw);
  const format = parseFormat(raw.format, 'restore');
  const parameters = {
    ...toParameters(restoreDocumentOptions, raw, 'restore'),
    ...(raw.password ? { RestorePassword: 'true' } : {}),
    ...(raw.passwordReset === false ? { PasswordResetRequired: 'false' } : {}),
    ...(raw.includeUnconfirmed ? { IncludeUnconfirmed: 'true' } : {}),
  };
  if (raw.list === true) {
    const days = raw.maxRecordAgeDays ?? restoreDocumentOptions.maxRecordAgeDays.default;
    return { kind: 'list', users, format, maxRecordAgeDays: Number(days) };
  }
  const target = chooseTarget(users, raw.accessKey);
  const only = target.kind === 'access-key' ? { AccessKeyId: target.accessKeyId } : {};
  return {
    kind: 'restore',
    target,
    yes: raw.yes ?? false,
    format,
    parameters: { RevocationId: 'All', ...parameters, ...only },
  };
}

/** What a list takes, and what commander sets by itself. */
const besideList = new Set(['list', 'format', 'maxRecordAgeDays', 'passwordReset']);

function refuseBesideList(raw: RawRestoreOptions): void {
  const others = [
    ...Object.keys(raw)
      .filter((name) => !besideList.has(name))
      .map(optionOf),
    ...(raw.passwordReset === false ? ['--no-password-reset'] : []),
  ];
  if (others.length === 0) return;
  const taken = 'users, --format and --max-record-age-days';
  throw usage(`--list only shows records, and takes ${taken}; no ${others.join(', ')}`, 'restore');
}

function chooseTarget(users: readonly string[], accessKeyId: string | undefined): RestoreTarget {
  if (accessKeyId === undefined) {
    if (users.length > 0) return { kind: 'users', users };
    const what = 'nobody to restore; give users, --access-key AKIA…, or --list for what there is';
    throw usage(what, 'restore');
  }
  if (users.length > 0) throw usage('--access-key finds its user itself; give no users', 'restore');
  if (/^[A-Z0-9]{16,128}$/u.test(accessKeyId)) return { kind: 'access-key', accessKeyId };
  throw invalid('--access-key', accessKeyId, "an access key's ID, AKIA…", 'restore');
}

const examples = `
Exit codes:
  0  every execution succeeded, or the list was shown
  1  for some user nothing could be restored: NothingRestorable
  2  an execution failed, was not started or not followed to its end; a listed record is
     not genuine; or the command was called wrongly

Without --topic that of the rule's remediation is told. The documents and functions have
to be deployed in the Region of AWS_REGION or the profile. Ctrl-C leaves a started
execution running.

Examples:
  unused-iam-credentials restore --list
  unused-iam-credentials restore alice --password
  unused-iam-credentials restore --access-key AKIAIOSFODNN7EXAMPLE --yes`;

/** Takes the program, and what runs the command with its users and options as text. Adds `restore` to it. */
export function addRestore(
  program: Command,
  run: (users: string[], raw: RawRestoreOptions) => Promise<void>,
): void {
  const command = program
    .command('restore')
    .summary('give back what was revoked, or list what can be')
    .description(
      'Starts the deployed Automation document UnusedIamCredentials-Restore for each user, and follows it. Deleted access keys and old passwords cannot come back.',
    )
    .argument('[user...]', 'IAM users: name, ARN or unique ID (AIDA…)')
    .option('--access-key <id>', 'reactivate only this access key, of whichever user')
    .option(
      '--list',
      'show what was revoked, and what of it would be restored, of these users or all',
    )
    .option('--password', 'issue a new password, kept in a secret, where one was deleted')
    .option('--no-password-reset', 'let the user keep the new password after signing in')
    .option('--include-unconfirmed', 'also restore what an unfinished revocation recorded')
    .option('--yes', 'do not ask');
  addDocumentOptions(command, restoreDocumentOptions);
  command.addHelpText('after', examples).action(run);
}
