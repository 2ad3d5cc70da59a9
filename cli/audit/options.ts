import { type Instant, parseInstant } from '../../rule/core/instant.ts';
import {
  type ParameterName,
  type ParameterTexts,
  type PresetName,
  parameterNames,
  parseRuleParameters,
  presets,
  type RuleParameters,
  withPreset,
} from '../../rule/core/rule-parameters.ts';
import { invalid, oneOf, optionOf, usage } from '../options.ts';

/** The formats in which audit shows its result. */
export const outputFormats = ['table', 'json', 'csv'] as const;
type OutputFormat = (typeof outputFormats)[number];

/** What audit is to do, validated. */
export interface AuditOptions {
  /** Report files, `-` for standard input; empty with `live`. */
  readonly reports: readonly string[];
  readonly live: boolean;
  /** Whether to list SSH keys, with one request for each user. */
  readonly sshKeys: boolean;
  readonly parameters: RuleParameters;
  /** Undefined for the time of the report. */
  readonly asOf: Instant | undefined;
  readonly format: OutputFormat;
  readonly onlyNonCompliant: boolean;
  /** A file to write the result to, instead of standard output. */
  readonly output: string | undefined;
}

/** The command's options as text, before validation; rule parameters under their own names. */
export type RawAuditOptions = Readonly<
  { [Name in ParameterName]?: string } & {
    report?: readonly string[];
    live?: boolean;
    sshKeys?: boolean;
    preset?: string;
    asOf?: string;
    format?: string;
    only?: string;
    output?: string;
  }
>;

/** Validates the options. Rule parameters that are given override the preset's. Throws UsageError and RuleParameterError. */
export function parseAuditOptions(raw: RawAuditOptions): AuditOptions {
  const reports = raw.report ?? [];
  const live = raw.live ?? false;
  const sshKeys = raw.sshKeys ?? false;
  if (sshKeys && !live) {
    throw usage('--ssh-keys needs --live; a credential report has no SSH keys', 'audit');
  }
  if (live && reports.length > 0)
    throw usage('--report and --live exclude each other; give only one', 'audit');
  if (!live && reports.length === 0) {
    throw usage(
      'nothing to audit; give --report FILE (from aws iam get-credential-report) or --live',
      'audit',
    );
  }
  if (reports.filter((file) => file === '-').length > 1) {
    throw usage('--report - was given twice; stdin can be read only once', 'audit');
  }
  return {
    reports,
    live,
    sshKeys,
    parameters: parseRuleParameters(chooseParameters(raw), asOptions),
    asOf: raw.asOf === undefined ? undefined : parseAsOf(raw.asOf),
    format: oneOf('--format', raw.format ?? 'table', outputFormats, 'audit'),
    onlyNonCompliant:
      raw.only !== undefined &&
      oneOf('--only', raw.only, ['non-compliant'], 'audit') === 'non-compliant',
    output: raw.output,
  };
}

function chooseParameters(raw: RawAuditOptions): ParameterTexts {
  const preset =
    raw.preset === undefined ? null : oneOf('--preset', raw.preset, presetNames, 'audit');
  const given = parameterNames.filter((name) => raw[name] !== undefined);
  return withPreset(preset, Object.fromEntries(given.map((name) => [name, raw[name]])));
}

const asOptions = {
  what: 'Options',
  nameOf: optionOf,
  advice: 'See unused-iam-credentials audit --help.',
};

/** The names of the presets, in the order in which they are shown. */
export const presetNames = Object.keys(presets) as PresetName[];

function parseAsOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  const expected = 'an ISO 8601 time with an offset, such as 2026-11-21T00:00:00Z';
  throw invalid('--as-of', text, expected, 'audit');
}
