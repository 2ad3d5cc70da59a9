import { resolve } from 'node:path';
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
import { type FormatName, formatNames, formatOfFile, formats } from './formats/formats.ts';
import { type RowKind, rowKinds, type SortOrder, sortOrders } from './view.ts';

/** A file that audit writes. */
export interface OutputFile {
  readonly file: string;
  readonly format: FormatName;
}

/** What audit is to do, validated. */
export interface AuditOptions {
  /** Report files, `-` for standard input; empty with `live`. */
  readonly reports: readonly string[];
  readonly live: boolean;
  /** Whether to list SSH keys, with one request for each user. */
  readonly sshKeys: boolean;
  readonly parameters: RuleParameters;
  /** The file with findings of AWS to compare with, `-` for standard input; null for none. */
  readonly compare: string | null;
  /** The folder with earlier results; null for none. */
  readonly trend: string | null;
  /** Undefined for the time of the report. */
  readonly asOf: Instant | undefined;
  /** The format of standard output; null if files are written, so that it shows only the summary. */
  readonly format: FormatName | null;
  readonly outputs: readonly OutputFile[];
  readonly by: RowKind;
  readonly onlyNonCompliant: boolean;
  /** Whether a table and Markdown also show COMPLIANT users. */
  readonly all: boolean;
  readonly wide: boolean;
  /** Null for the format's own order. */
  readonly sort: SortOrder | null;
  /** Days; null for all users. */
  readonly olderThan: number | null;
  /** Whether progress, notes and the summary beside a file are left out. */
  readonly quiet: boolean;
}

/** The command's options as text, before validation; rule parameters under their own names. */
export type RawAuditOptions = Readonly<
  { [Name in ParameterName]?: string } & {
    report?: readonly string[];
    live?: boolean;
    sshKeys?: boolean;
    compare?: string;
    trend?: string;
    preset?: string;
    asOf?: string;
    format?: string;
    only?: string;
    output?: readonly string[];
    by?: string;
    all?: boolean;
    wide?: boolean;
    sort?: string;
    olderThan?: string;
    quiet?: boolean;
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
  const compare = raw.compare ?? null;
  if (compare === '-' && reports.includes('-')) {
    throw usage(
      '--report - and --compare - exclude each other; stdin can be read only once',
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
    compare,
    trend: raw.trend ?? null,
    parameters: parseRuleParameters(chooseParameters(raw), asOptions),
    asOf: raw.asOf === undefined ? undefined : parseAsOf(raw.asOf),
    ...parseOutputs(raw),
    ...parseSelection(raw),
  };
}

function parseOutputs(raw: RawAuditOptions) {
  const given =
    raw.format === undefined ? null : oneOf('--format', raw.format, formatNames, 'audit');
  const files = raw.output ?? [];
  const unnamed = files.find((file) => file === '' || file === '-');
  if (unnamed !== undefined) {
    const expected = 'the name of a file; without --output, the result goes to standard output';
    throw invalid('--output', unnamed, expected, 'audit');
  }
  const read = [...(raw.report ?? []), raw.compare ?? '-'].map((file) => resolve(file));
  const overwriting = files.find((file) => read.includes(resolve(file)));
  if (overwriting !== undefined) {
    throw usage(`--output ${JSON.stringify(overwriting)} would overwrite what is read`, 'audit');
  }
  const paths = files.map((file) => resolve(file));
  const repeated = files.find((_, index) => paths.indexOf(paths[index] ?? '') !== index);
  if (repeated !== undefined) {
    throw usage(`--output ${JSON.stringify(repeated)} was given twice`, 'audit');
  }
  const outputs = files.map((file) => ({ file, format: given ?? formatOf(file) }));
  const format = outputs.length > 0 ? null : (given ?? 'table');
  const by = raw.by === undefined ? 'user' : oneOf('--by', raw.by, rowKinds, 'audit');
  const used = format === null ? outputs.map((output) => output.format) : [format];
  if (raw.by !== undefined && !used.some((name) => name === 'csv' || name === 'jsonl')) {
    throw usage('--by applies only to the formats csv and jsonl', 'audit');
  }
  return { format, outputs, by };
}

function formatOf(file: string): FormatName {
  const format = formatOfFile(file);
  if (format !== null) return format;
  const endings = formatNames.flatMap((name) => formats[name].endings).join(', ');
  throw usage(
    `--output ${JSON.stringify(file)} has an ending of no format; expected ${endings}, or give --format`,
    'audit',
  );
}

function parseSelection(raw: RawAuditOptions) {
  const onlyNonCompliant =
    raw.only !== undefined &&
    oneOf('--only', raw.only, ['non-compliant'], 'audit') === 'non-compliant';
  const all = raw.all ?? false;
  if (all && onlyNonCompliant) {
    throw usage('--all and --only non-compliant exclude each other; give only one', 'audit');
  }
  return {
    ...{ onlyNonCompliant, all, wide: raw.wide ?? false, quiet: raw.quiet ?? false },
    sort: raw.sort === undefined ? null : oneOf('--sort', raw.sort, sortOrders, 'audit'),
    olderThan: raw.olderThan === undefined ? null : parseDays(raw.olderThan),
  };
}

function parseDays(text: string): number {
  if (/^\d{1,5}$/u.test(text)) return Number(text);
  throw invalid('--older-than', text, 'a whole number of days', 'audit');
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
