import { prefix } from '../../core/names.ts';
import {
  commonOptions,
  invalid,
  parseFormat,
  type ResultFormat,
  usage,
} from '../document-options.ts';

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
