import type { Command } from 'commander';
import { prefix } from '../../rule/core/names.ts';
import {
  commonOptions,
  invalid,
  parseFormat,
  type ResultFormat,
  resultFormats,
  usage,
} from '../options.ts';

/** What doctor is to do, validated. */
export interface DoctorOptions {
  readonly ruleName: string;
  /** Whom the dry run is for, by name, ARN or unique ID; undefined for anybody. */
  readonly user: string | undefined;
  readonly dryRun: boolean;
  readonly format: ResultFormat;
}

/** The command's options as text, before validation. */
export interface RawDoctorOptions {
  readonly rule?: string;
  readonly user?: string;
  readonly dryRun?: boolean;
  readonly format?: string;
}

/** Takes the options as text. Gives back what to do. Throws UsageError. */
export function parseDoctorOptions(raw: RawDoctorOptions): DoctorOptions {
  const { rule: ruleName = prefix, user, dryRun = true } = raw;
  const { accepts, valid } = commonOptions.rule;
  if (!accepts(ruleName)) throw invalid('--rule', ruleName, valid, 'doctor');
  if (user !== undefined && !dryRun) {
    throw usage('--user names whom the dry run is for, and --no-dry-run wants none', 'doctor');
  }
  return { ruleName, user, dryRun, format: parseFormat(raw.format, 'doctor') };
}

const examples = `
Exit codes:
  0  nothing is wrong; there may be warnings
  1  something is wrong
  2  something, or everything, could not be checked, or the command was called wrongly

Reads only, and starts one execution of UnusedIamCredentials-Revoke with DryRun true, if it
is the document of this version. What it compares with is what this version
of the command line would deploy, in the Region of AWS_REGION or the profile.

Examples:
  unused-iam-credentials doctor
  unused-iam-credentials doctor --user alice
  unused-iam-credentials doctor --no-dry-run --format json`;

/** Takes the program, and what runs the command with its options as text. Adds `doctor` to it. */
export function addDoctor(program: Command, run: (raw: RawDoctorOptions) => Promise<void>): void {
  const { valid } = commonOptions.rule;
  program
    .command('doctor')
    .summary('check what is deployed, and say how to mend it')
    .description(
      'Checks what is deployed in this account and Region, without changing anything: rule, functions, documents, remediation, recorder, subscriptions, pause switch, unread passwords, and a dry run of the revocation of one user. Says of each what is wrong and how to mend it.',
    )
    .option('--rule <value>', `the AWS Config rule to look at; ${valid} (default: ${prefix})`)
    .option('--user <user>', 'whom the dry run is for: name, ARN or unique ID (default: anybody)')
    .option('--no-dry-run', 'only read')
    .option('--format <format>', `${resultFormats.join(', ')} (default: table)`)
    .allowExcessArguments(false)
    .addHelpText('after', examples)
    .action(run);
}
