import type { Command } from 'commander';
import { defaultRuleName, prefix } from '../rule/core/names.ts';
import { type ParameterDefinition, parameterDefinitions } from '../rule/core/rule-parameters.ts';
import { formatNames } from './audit/formats/formats.ts';
import { presetNames, type RawAuditOptions } from './audit/options.ts';
import { rowKinds, shownUsers, sortOrders } from './audit/view.ts';
import type { RawDoctorOptions } from './doctor/doctor.ts';
import { choice, optionOf, resultFormatOption, shells, withDefault } from './options.ts';
import type { RawPurgeOptions } from './purge/options.ts';
import type { RawRestoreOptions } from './restore/options.ts';
import type { RawRetireOptions } from './retire/options.ts';
import type { RawRevokeOptions } from './revoke/options.ts';

const auditHelp = `
Exit codes:
  0  Every user is COMPLIANT
  1  At least one user is NON_COMPLIANT
  2  At least one user could not be evaluated, at least one account could not be
     read, or the command or an option is not valid

With --live, audit uses the parameters of the deployed rule, if there is one,
instead of the defaults above. --preset and options override them.

Examples:
  unused-iam-credentials audit --live
  unused-iam-credentials audit --live --preset cis --output a.md --output a.html
  unused-iam-credentials audit --organization --only non-compliant
  unused-iam-credentials audit --accounts-file ids.txt --role Audit --cache dir
  aws iam generate-credential-report
  aws iam get-credential-report > report.json
  unused-iam-credentials audit --report report.json`;

/** Adds `audit` to the program. */
export function addAudit(program: Command, run: (raw: RawAuditOptions) => Promise<void>): void {
  const collect = (file: string, files: readonly string[] = []) => [...files, file];
  const command = program
    .command('audit')
    .summary('Evaluate every IAM user, live or from credential reports')
    .description(
      'Evaluates every IAM user of an account as the AWS Config rule does, or shows the results of an organization. It changes nothing. You do not need to deploy anything to evaluate accounts.',
    )
    .option('--live', 'Evaluate the account of your AWS credentials')
    .option(
      '--report <file>',
      'A credential report: CSV or output of the AWS CLI; - for stdin. Repeat the option for more accounts.',
      collect,
    )
    .option(
      '--organization',
      'Read the results of all accounts from the aggregator of AWS Config in this account and Region',
    )
    .option(
      '--aggregator <name>',
      withDefault('With --organization: the aggregator', 'the only one'),
    )
    .option('--accounts <ids>', 'Evaluate these accounts, separated by commas')
    .option('--accounts-file <file>', 'The same, from a file with an account ID in each line')
    .option('--role <name>', 'With --accounts: the role to assume in each account')
    .option(
      '--cache <folder>',
      'With --organization and --accounts: store the results in this folder, and reuse them for 24 hours',
    )
    .option(
      '--rule <name>',
      withDefault(
        'The AWS Config rule whose parameters (--live) or results (--organization) to use',
        defaultRuleName,
      ),
    )
    .option(
      '--ssh-keys',
      'With --live and --accounts: also list SSH keys, with one request for each user',
    )
    .addOption(
      choice(
        '--preset <name>',
        `Rule parameters from published guidance, instead of a rule's: ${presetNames.join(', ')}`,
        presetNames,
      ),
    )
    .option(
      '--as-of <instant>',
      'Evaluate as of this ISO 8601 time (default: when each report was generated, or else the time of the file; now for stdin and --live)',
    )
    .option(
      '--compare <file>',
      'Compare with findings exported from IAM Access Analyzer or Security Hub: JSON or JSON Lines; - for stdin',
    )
    .option(
      '--trend <folder>',
      'Show how many users and credentials were unused on each day, from the results of --format json in this folder',
    )
    .addOption(
      choice(
        '--format <format>',
        withDefault(
          `Output format: ${formatNames.join(', ')}`,
          'from the ending of --output; otherwise table',
        ),
        formatNames,
      ),
    )
    .option(
      '--output <file>',
      'Write the result to a file, and show only the summary. Repeat the option for more files.',
      collect,
    )
    .addOption(
      choice(
        '--by <row>',
        withDefault(`With csv and jsonl, a row for each: ${rowKinds.join(', ')}`, 'user'),
        rowKinds,
      ),
    )
    .option('--all', 'Also show COMPLIANT users in a table and in Markdown')
    .addOption(
      choice('--only <which>', `Show only these users: ${shownUsers.join(', ')}`, shownUsers),
    )
    .option('--older-than <days>', 'Show only users with a credential idle for at least this long')
    .addOption(
      choice(
        '--sort <order>',
        withDefault(
          `Sort users by: ${sortOrders.join(', ')}`,
          'idle in table, markdown and html; otherwise ARN',
        ),
        sortOrders,
      ),
    )
    .option('--wide', 'Show all columns of a table in full')
    .option('--quiet', 'Show no progress, no notes and, with --output, no summary')
    .allowExcessArguments(false)
    .addHelpText('after', auditHelp);
  for (const [name, definition] of Object.entries<ParameterDefinition>(parameterDefinitions)) {
    const description = `${definition.description}. Valid: ${definition.valid}`;
    const flags = `${optionOf(name)} <value>`;
    const values = definition.values ?? [];
    command.addOption(choice(flags, withDefault(description, definition.default), values));
  }
  command.action(run);
}

const revokeHelp = `
Exit codes:
  0  Every execution succeeded, including those with nothing to revoke
  1  An unused credential was not revoked: Paused, NotYet, KeepsComingBack,
     LimitReached or Wait; or, with --dry-run, something would be revoked
  2  An execution failed, had an unknown outcome, was not started or was not
     followed to its end, or the command or an option is not valid

If you omit an option, revoke uses its value from the rule's remediation in AWS
Config, or the default above if the rule has no remediation. Without --yes,
revoke makes a dry run for each user, shows the credentials that it would
revoke, and asks you to confirm. The documents, functions and rule must be
deployed in the Region. Ctrl-C lists the executions that have started, and does
not stop them.

Examples:
  unused-iam-credentials revoke alice --dry-run
  unused-iam-credentials revoke alice AIDACKCEVSQ6C2EXAMPLE
  unused-iam-credentials revoke alice --password-action Keep --yes --format json
  unused-iam-credentials revoke alice --password-action Replace`;

/** Adds `revoke` to the program, without the options that the document defines. */
export function addRevoke(
  program: Command,
  run: (users: string[], raw: RawRevokeOptions) => Promise<void>,
): void {
  program
    .command('revoke')
    .summary('Revoke the unused credentials of users')
    .description(
      'Starts the Automation document UnusedIamCredentials-Revoke for each user and follows the execution. The document revokes only credentials that are unused according to the AWS Config rule.',
    )
    .argument('<user...>', 'IAM users: name, ARN or unique ID (AIDA…)')
    .option('--dry-run', 'Show what would be revoked, and change nothing')
    .option('--yes', 'Do not ask for confirmation')
    .option('--verbose', 'Show each step of the execution')
    .addHelpText('after', revokeHelp)
    .action(run);
}

const retireHelp = `
Exit codes:
  0  Every execution succeeded, including those of users who are not inactive
  1  An inactive user was not retired: TooManyPolicies, Paused, NotYet,
     LimitReached or Wait; or, with --dry-run, someone would be retired
  2  An execution failed, had an unknown outcome, was not started or was not
     followed to its end, or the command or an option is not valid

MFA devices and deleted passwords cannot be restored; restore can issue a new
password. Without --topic, retire notifies the topic of the rule's remediation,
or no topic if there is none. Without --yes, retire makes a dry run for each
user, shows what it would revoke and remove, and asks you to confirm. The
documents, functions and rule must be deployed in the Region. Ctrl-C lists the
executions that have started, and does not stop them.

Examples:
  unused-iam-credentials retire alice --dry-run
  unused-iam-credentials retire alice --remove-groups --detach-policies`;

/** Adds `retire` to the program, without the options that the document defines. */
export function addRetire(
  program: Command,
  run: (users: string[], raw: RawRetireOptions) => Promise<void>,
): void {
  program
    .command('retire')
    .summary('Deny inactive users everything, and revoke their credentials')
    .description(
      "Starts the Automation document UnusedIamCredentials-Retire for each user and follows the execution. The document attaches the policy AWSDenyAll, deactivates access keys and deletes the password, but only if all of the user's usable credentials are unused according to the AWS Config rule.",
    )
    .argument('<user...>', 'IAM users: name, ARN or unique ID (AIDA…)')
    .option('--dry-run', 'Show what would be changed, and change nothing')
    .option('--yes', 'Do not ask for confirmation')
    .option('--verbose', 'Show each step of the execution')
    .addHelpText('after', retireHelp)
    .action(run);
}

const restoreHelp = `
Exit codes:
  0  Everything that was revoked works again, or would with --dry-run; or the
     list was shown
  1  For at least one user, something was not restored: Partial,
     NothingRestorable or Gone; the output names it, and the option that would
     include it
  2  An execution failed, had an unknown outcome, was not started or was not
     followed to its end; a restoration would be refused; a listed record is not
     genuine; or the command or an option is not valid

Without --topic, restore notifies the topic of the rule's remediation, or no
topic if there is none. The documents and functions must be deployed in the
Region. Ctrl-C lists the executions that have started, and does not stop them.

Examples:
  unused-iam-credentials restore --list
  unused-iam-credentials restore alice --password --dry-run
  unused-iam-credentials restore alice --password
  unused-iam-credentials restore --access-key AKIAIOSFODNN7EXAMPLE --yes`;

/** Adds `restore` to the program, without the options that the document defines. */
export function addRestore(
  program: Command,
  run: (users: string[], raw: RawRestoreOptions) => Promise<void>,
): void {
  program
    .command('restore')
    .summary('Restore revoked credentials and retired users, or list them')
    .description(
      'Starts the Automation document UnusedIamCredentials-Restore for each user and follows the execution. Undoes revocations and retirements. Deleted access keys, old passwords and MFA devices cannot be restored.',
    )
    .argument('[user...]', 'IAM users: name, ARN or unique ID (AIDA…)')
    .option('--access-key <id>', 'Find the user of this access key, and reactivate only this key')
    .option(
      '--list',
      'Show what was revoked or removed and what restore would do, for these users or all',
    )
    .option('--dry-run', 'Show what would be restored, and change nothing')
    .option('--yes', 'Do not ask for confirmation')
    .option('--verbose', 'Show each step of the execution')
    .addHelpText('after', restoreHelp)
    .action(run);
}

const purgeHelp = `
Exit codes:
  0  Everything that is due was deleted or announced, or nothing is due
  1  Something may be due and was not deleted: Paused, NotYet, Running or
     LimitReached; or, with --dry-run, something would be deleted or announced
  2  An execution failed, had an unknown outcome, was not confirmed, was not
     started or was not followed to its end, or the command or an option is not
     valid

A key is deleted only if a message announced the deletion at least 7 days
before. If you omit an option, purge uses its value from the stack. An option
can only delay and limit what the stack allows. With --dry-run,
--delete-after-days also works if the stack's DeleteAfterDays is 0. The document
and its function must be deployed in the Region. Ctrl-C lists the executions
that have started, and does not stop them.

Examples:
  unused-iam-credentials purge --dry-run
  unused-iam-credentials purge --dry-run --delete-after-days 90
  unused-iam-credentials purge --yes --format json`;

/** Adds `purge` to the program, without the options that the document defines. */
export function addPurge(program: Command, run: (raw: RawPurgeOptions) => Promise<void>): void {
  program
    .command('purge')
    .summary('Delete access keys that were deactivated long ago')
    .description(
      'Starts the Automation document UnusedIamCredentials-Purge and follows the execution. The document deletes only access keys that this project deactivated long ago, and that nobody used or restored since. It announces each key at least 7 days before it deletes it.',
    )
    .option('--dry-run', 'Show what would be deleted and announced, and when, and change nothing')
    .option('--yes', 'Do not ask for confirmation')
    .option('--verbose', 'Show each step of the execution')
    .allowExcessArguments(false)
    .addHelpText('after', purgeHelp)
    .action(run);
}

const doctorHelp = `
Exit codes:
  0  Nothing is wrong; there may be warnings
  1  Something is wrong
  2  Something, or everything, could not be checked, or the command or an option
     is not valid

doctor only reads. It starts one execution of UnusedIamCredentials-Revoke with
DryRun=true, if the document and its function are unchanged and of this version.
It compares what is deployed in the Region with what this version would deploy,
and names what someone changed since the deployment.

Examples:
  unused-iam-credentials doctor
  unused-iam-credentials doctor --user alice
  unused-iam-credentials doctor --no-dry-run --format json`;

/** Adds `doctor` to the program. */
export function addDoctor(program: Command, run: (raw: RawDoctorOptions) => Promise<void>): void {
  program
    .command('doctor')
    .summary('Check the deployment, and show how to fix it')
    .description(
      'Checks the rules, functions, documents, remediation, deletion of keys, records, recorder, subscriptions, pause switch and unread passwords of this account and Region, and makes a dry run of one revocation. It changes nothing. It shows what is wrong and how to fix it.',
    )
    .option('--rule <value>', withDefault('The AWS Config rule to check', prefix))
    .option(
      '--user <user>',
      withDefault('The user of the dry run: name, ARN or unique ID', 'any user'),
    )
    .option('--no-dry-run', 'Skip the dry run')
    .addOption(resultFormatOption())
    .allowExcessArguments(false)
    .addHelpText('after', doctorHelp)
    .action(run);
}

const completionHelp = `
Examples:
  source <(unused-iam-credentials completion bash)  # in ~/.bashrc
  source <(unused-iam-credentials completion zsh)   # in ~/.zshrc after compinit
  unused-iam-credentials completion fish | source   # in config.fish`;

/** Adds `completion`, and what its scripts call. */
export function addCompletion(
  program: Command,
  print: (shell: string) => Promise<void>,
  complete: (words: string[]) => Promise<void>,
): void {
  program
    .command('completion')
    .summary('Print a script that completes commands in your shell')
    .description(
      'Prints a script that completes commands, options and their values. Load it in your shell. The command changes no file.',
    )
    .argument('<shell>', shells.join(', '))
    .allowExcessArguments(false)
    .addHelpText('after', completionHelp)
    .action(print);
  program.command('complete', { hidden: true }).argument('[words...]').action(complete);
}
