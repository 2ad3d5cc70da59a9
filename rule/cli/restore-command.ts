import type { Command } from 'commander';
import { addDocumentOptions } from './command-options.ts';
import { type RawRestoreOptions, restoreDocumentOptions } from './restore-options.ts';

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
