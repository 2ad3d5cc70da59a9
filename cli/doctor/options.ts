import { prefix } from '../../rule/core/names.ts';
import { invalid, parseFormat, type ResultFormat, usage } from '../options.ts';
import { revokeDocumentOptions } from '../revoke/options.ts';

/** What doctor is to do, validated. */
export interface DoctorOptions {
  readonly ruleName: string;
  /** The user of the dry run, by name, ARN or unique ID; undefined for any user. */
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

/** Validates the options. Throws UsageError. */
export function parseDoctorOptions(raw: RawDoctorOptions): DoctorOptions {
  const { rule: ruleName = prefix, user, dryRun = true } = raw;
  if (!revokeDocumentOptions.rule.accepts(ruleName)) {
    throw invalid('--rule', ruleName, 'the name of an AWS Config rule', 'doctor');
  }
  if (user !== undefined && !dryRun) {
    throw usage(
      '--user names the user of the dry run; give either --user or --no-dry-run',
      'doctor',
    );
  }
  return { ruleName, user, dryRun, format: parseFormat(raw.format, 'doctor') };
}
