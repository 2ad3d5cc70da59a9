import type { Command } from 'commander';
import { addDocumentOptions } from './command-options.ts';
import { type RawRevokeOptions, revokeDocumentOptions } from './revoke-options.ts';

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
