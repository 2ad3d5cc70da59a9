import type { Command } from 'commander';
import type { RawRevokeOptions } from './options.ts';

const examples = `
Exit codes:
  0  every execution succeeded, including those with nothing to revoke
  1  an unused credential was not revoked: Paused, NotYet, LimitReached or Wait;
     or, with --dry-run, something would be revoked
  2  an execution failed, was not started or was not followed to its end, or the command
     was called wrongly

An option that is not given takes its value from the rule's remediation in AWS Config,
or the default above if the rule has no remediation. The documents, functions and rule
must be deployed in the Region of AWS_REGION or the profile. Ctrl-C does not stop an
execution that has started.

Examples:
  unused-iam-credentials revoke alice --dry-run
  unused-iam-credentials revoke alice AIDACKCEVSQ6C2EXAMPLE
  unused-iam-credentials revoke alice --password-action Keep --yes --format json`;

/** Adds `revoke` to the program, without the options that the document defines. */
export function addRevoke(
  program: Command,
  run: (users: string[], raw: RawRevokeOptions) => Promise<void>,
): void {
  program
    .command('revoke')
    .summary('revoke the unused credentials of users')
    .description(
      'Starts the Automation document UnusedIamCredentials-Revoke for each user and follows the execution. The document revokes only credentials that are unused according to the AWS Config rule.',
    )
    .argument('<user...>', 'IAM users: name, ARN or unique ID (AIDA…)')
    .option('--dry-run', 'show what would be revoked, and change nothing')
    .option('--yes', 'do not ask for confirmation')
    // The longest option leaves fewer columns than commander wraps in by default.
    .configureHelp({ minWidthToWrap: 30 })
    .addHelpText('after', examples)
    .action(run);
}
