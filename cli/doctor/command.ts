import type { Command } from 'commander';
import { prefix } from '../../rule/core/names.ts';
import { resultFormats } from '../options.ts';
import type { RawDoctorOptions } from './options.ts';

const examples = `
Exit codes:
  0  nothing is wrong; there may be warnings
  1  something is wrong
  2  something, or everything, could not be checked, or the command was called wrongly

doctor only reads, and starts one execution of UnusedIamCredentials-Revoke with DryRun
true if the document and its function are of this version. It compares the Region of
AWS_REGION or the profile with what this version would deploy.

Examples:
  unused-iam-credentials doctor
  unused-iam-credentials doctor --user alice
  unused-iam-credentials doctor --no-dry-run --format json`;

/** Adds `doctor` to the program. */
export function addDoctor(program: Command, run: (raw: RawDoctorOptions) => Promise<void>): void {
  program
    .command('doctor')
    .summary('check what is deployed, and say how to fix it')
    .description(
      'Checks what is deployed in this account and Region, and changes nothing: rule, functions, documents, remediation, recorder, subscriptions, pause switch, unread passwords, and a dry run of the revocation of one user. Says what is wrong and how to fix it.',
    )
    .option('--rule <value>', `the AWS Config rule to check (default: ${prefix})`)
    .option('--user <user>', 'the user of the dry run: name, ARN or unique ID (default: any user)')
    .option('--no-dry-run', 'only read')
    .option('--format <format>', `${resultFormats.join(', ')} (default: table)`)
    .allowExcessArguments(false)
    .addHelpText('after', examples)
    .action(run);
}
