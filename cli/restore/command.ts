import type { Command } from 'commander';
import type { RawRestoreOptions } from './options.ts';

const examples = `
Exit codes:
  0  every execution succeeded, or the list was shown
  1  nothing could be restored for at least one user: NothingRestorable
  2  an execution failed, was not started or was not followed to its end; a listed record
     is not genuine; or the command was called wrongly

Without --topic, the topic of the rule's remediation is notified. The documents and
functions must be deployed in the Region of AWS_REGION or the profile. Ctrl-C does not
stop an execution that has started.

Examples:
  unused-iam-credentials restore --list
  unused-iam-credentials restore alice --password
  unused-iam-credentials restore --access-key AKIAIOSFODNN7EXAMPLE --yes`;

/** Adds `restore` to the program, without the options that the document defines. */
export function addRestore(
  program: Command,
  run: (users: string[], raw: RawRestoreOptions) => Promise<void>,
): void {
  program
    .command('restore')
    .summary('restore revoked credentials, or list them')
    .description(
      'Starts the Automation document UnusedIamCredentials-Restore for each user and follows the execution. Deleted access keys and old passwords cannot be restored.',
    )
    .argument('[user...]', 'IAM users: name, ARN or unique ID (AIDA…)')
    .option('--access-key <id>', 'reactivate only this access key, and find its user')
    .option('--list', 'show what was revoked and what restore would do, for these users or all')
    .option('--password', 'issue a new password if one was deleted, and store it in a secret')
    .option('--no-password-reset', 'do not require a password change at the next sign-in')
    .option('--include-unconfirmed', 'also restore what an unfinished revocation recorded')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', examples)
    .action(run);
}
