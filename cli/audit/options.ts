import { resolve } from 'node:path';
import { type Instant, parseInstant } from '../../rule/core/instant.ts';
import { defaultRuleName } from '../../rule/core/names.ts';
import {
  type ParameterName,
  type PresetName,
  parameterNames,
  parseRuleParameters,
  presets,
  type RuleParameters,
  withPreset,
} from '../../rule/core/rule-parameters.ts';
import { invalid, oneOf, optionOf, usage } from '../options.ts';
import { type FormatName, formatNames, formatOfFile, formats } from './formats/formats.ts';
import type { ParametersFrom } from './result.ts';
import { type RowKind, rowKinds, type SortOrder, shownUsers, sortOrders } from './view.ts';

/** A file that audit writes. */
export interface OutputFile {
  readonly file: string;
  readonly format: FormatName;
}

/** What audit reads. */
export type AuditSource =
  /** `-` is standard input. */
  | { readonly kind: 'reports'; readonly files: readonly string[] }
  /** The account of the AWS credentials, by the parameters of the rule of that name if it is deployed. */
  | { readonly kind: 'live'; readonly sshKeys: boolean; readonly ruleName: string }
  /** The results of AWS Config; the aggregator is null for the only one. */
  | {
      readonly kind: 'organization';
      readonly aggregator: string | null;
      readonly ruleName: string;
      /** The folder of stored results; null for none. */
      readonly cache: string | null;
    }
  /** Accounts in which a role can be assumed; a file has one ID in each line. */
  | {
      readonly kind: 'accounts';
      readonly accountIds: readonly string[] | { readonly file: string };
      readonly role: string;
      readonly sshKeys: boolean;
      readonly cache: string | null;
    };

/** The rule parameters of the options. */
export interface ParameterOptions {
  readonly preset: PresetName | null;
  /** The parameters that have an option of their own. */
  readonly given: readonly ParameterName[];
  /** All parameters, by the options, the preset and the defaults. */
  readonly values: RuleParameters;
}

/** The source of parameters that come from options, a preset or the defaults. */
export function fromOptions({ preset, given }: ParameterOptions): ParametersFrom {
  return { kind: preset === null && given.length === 0 ? 'defaults' : 'options' };
}

/** What audit is to do, validated. */
export interface AuditOptions {
  readonly source: AuditSource;
  readonly parameters: ParameterOptions;
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
    rule?: string;
    organization?: boolean;
    aggregator?: string;
    accounts?: string;
    accountsFile?: string;
    role?: string;
    cache?: string;
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
  const source = parseSource(raw);
  const compare = raw.compare ?? null;
  if (compare === '-' && source.kind === 'reports' && source.files.includes('-')) {
    throw usage(
      '--report - and --compare - exclude each other; stdin can be read only once',
      'audit',
    );
  }
  return {
    source,
    compare,
    trend: raw.trend ?? null,
    parameters: parseParameters(raw),
    asOf: raw.asOf === undefined ? undefined : parseAsOf(raw.asOf),
    ...parseOutputs(raw),
    ...parseSelection(raw),
  };
}

const sources = ['report', 'live', 'organization', 'accounts', 'accounts-file'] as const;
type SourceOption = (typeof sources)[number];

/** The options that apply only to some sources, and why. */
const limited: readonly {
  readonly name: keyof RawAuditOptions;
  readonly to: readonly SourceOption[];
  readonly why: string;
}[] = [
  {
    name: 'sshKeys',
    to: ['live', 'accounts', 'accounts-file'],
    why: 'credential reports and AWS Config have no SSH keys',
  },
  { name: 'rule', to: ['live', 'organization'], why: 'other sources use only the options' },
  { name: 'aggregator', to: ['organization'], why: 'only an organization has one' },
  {
    name: 'role',
    to: ['accounts', 'accounts-file'],
    why: 'other sources use your own credentials',
  },
  {
    name: 'cache',
    to: ['organization', 'accounts', 'accounts-file'],
    why: 'one account and report files are read anew each time',
  },
];

function parseSource(raw: RawAuditOptions): AuditSource {
  const files = raw.report ?? [];
  const isGiven = {
    report: files.length > 0,
    live: raw.live,
    organization: raw.organization,
    accounts: raw.accounts !== undefined,
    'accounts-file': raw.accountsFile !== undefined,
  };
  const given = sources.filter((source) => isGiven[source] === true);
  for (const { name, to, why } of limited) {
    const isUsed = raw[name] !== undefined && raw[name] !== false;
    if (isUsed && !given.some((source) => to.includes(source))) {
      const needed = to.map((source) => `--${source}`).join(' or ');
      throw usage(`${optionOf(name)} needs ${needed}; ${why}`, 'audit');
    }
  }
  if (given.length > 1) {
    const options = given.map((source) => `--${source}`).join(' and ');
    throw usage(`${options} exclude each other; give only one`, 'audit');
  }
  const { sshKeys = false, rule: ruleName = defaultRuleName, cache = null } = raw;
  const [source] = given;
  if (source === undefined) {
    throw usage(
      'nothing to audit; give --report FILE (from aws iam get-credential-report), or --live for the account of your credentials, or --organization or --accounts',
      'audit',
    );
  }
  switch (source) {
    case 'live':
      if (raw.rule !== undefined && raw.preset !== undefined) {
        throw usage('--preset replaces all parameters of --rule; give only one', 'audit');
      }
      return { kind: 'live', sshKeys, ruleName };
    case 'organization':
      refuseEvaluation(raw);
      return { kind: 'organization', aggregator: raw.aggregator ?? null, ruleName, cache };
    case 'accounts':
    case 'accounts-file':
      return { kind: 'accounts', ...parseAccounts(raw), sshKeys, cache };
    case 'report':
      if (files.filter((file) => file === '-').length > 1) {
        throw usage('--report - was given twice; stdin can be read only once', 'audit');
      }
      return { kind: 'reports', files };
  }
}

function parseAccounts({ accounts, accountsFile: file, role }: RawAuditOptions) {
  if (role === undefined) {
    throw usage(
      `--accounts${file === undefined ? '' : '-file'} needs --role: the role to assume in each account`,
      'audit',
    );
  }
  if (!/^(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/u.test(role)) {
    throw invalid('--role', role, 'the name of a role, after its path if it has one', 'audit');
  }
  if (file !== undefined) return { role, accountIds: { file } };
  return { role, accountIds: checkAccountIds('--accounts', (accounts ?? '').split(',')) };
}

/** Account IDs without spaces around them. Throws UsageError for another text, an ID that is given twice, or none. */
export function checkAccountIds(where: string, texts: readonly string[]): string[] {
  const accountIds = texts.map((text) => text.trim());
  const wrong = accountIds.find((text) => !/^\d{12}$/u.test(text));
  if (wrong !== undefined) throw invalid(where, wrong, 'account IDs of 12 digits', 'audit');
  const repeated = accountIds.find((text, index) => accountIds.indexOf(text) !== index);
  if (repeated !== undefined) throw usage(`${where} names account ${repeated} twice`, 'audit');
  if (accountIds.length === 0) throw usage(`${where} names no account`, 'audit');
  return accountIds;
}

/**
 * Refuses options about the evaluation, because AWS Config has already evaluated the users by each account's rule.
 */
function refuseEvaluation(raw: RawAuditOptions): void {
  const names = ['preset', 'asOf', ...parameterNames] as const;
  const given = names.find((name) => raw[name] !== undefined);
  if (given === undefined) return;
  const why = 'AWS Config has evaluated the users by the rule of each account';
  throw usage(`${optionOf(given)} does not apply to --organization: ${why}`, 'audit');
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
  const { report = [], compare = '-', accountsFile = '-' } = raw;
  const read = [...report, compare, accountsFile].map((file) => resolve(file));
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
    raw.only !== undefined && oneOf('--only', raw.only, shownUsers, 'audit') === 'non-compliant';
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

function parseParameters(raw: RawAuditOptions): ParameterOptions {
  const preset =
    raw.preset === undefined ? null : oneOf('--preset', raw.preset, presetNames, 'audit');
  const given = parameterNames.filter((name) => raw[name] !== undefined);
  const texts = withPreset(preset, Object.fromEntries(given.map((name) => [name, raw[name]])));
  return { preset, given, values: parseRuleParameters(texts, asOptions) };
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
