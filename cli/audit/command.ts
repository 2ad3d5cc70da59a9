import { type Command, Option } from 'commander';
import { ExpectedError } from '../../rule/core/errors.ts';
import { type Instant, parseInstant } from '../../rule/core/instant.ts';
import {
  type ParameterDefinition,
  type ParameterName,
  type ParameterTexts,
  type PresetName,
  parameterDefinitions,
  parameterNames,
  parseRuleParameters,
  presets,
  type RuleParameters,
  withPreset,
} from '../../rule/core/rule-parameters.ts';
import { optionOf } from '../options.ts';

/** The formats in which audit shows its result. */
const outputFormats = ['table', 'json', 'csv'] as const;
type OutputFormat = (typeof outputFormats)[number];

/** What audit is to do, validated. */
export interface AuditOptions {
  /** Report files, `-` for standard input; empty with `live`. */
  readonly reports: readonly string[];
  readonly live: boolean;
  readonly parameters: RuleParameters;
  /** Undefined for the time of the report. */
  readonly asOf: Instant | undefined;
  readonly format: OutputFormat;
  readonly onlyNonCompliant: boolean;
  /** A file to write the result to, instead of standard output. */
  readonly output: string | undefined;
}

/** The command's options as text, before validation; rule parameters under their own names. */
type RawAuditOptions = Readonly<
  { [Name in ParameterName]?: string } & {
    report?: readonly string[];
    live?: boolean;
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
  if (live && reports.length > 0)
    throw usage('--report and --live exclude each other; give only one');
  if (!live && reports.length === 0) {
    throw usage(
      'nothing to audit; give --report FILE (from aws iam get-credential-report) or --live',
    );
  }
  if (reports.filter((file) => file === '-').length > 1) {
    throw usage('--report - was given twice; stdin can be read only once');
  }
  return {
    reports,
    live,
    parameters: parseRuleParameters(chooseParameters(raw), asOptions),
    asOf: raw.asOf === undefined ? undefined : parseAsOf(raw.asOf),
    format: oneOf('--format', raw.format ?? 'table', outputFormats),
    onlyNonCompliant:
      raw.only !== undefined && oneOf('--only', raw.only, ['non-compliant']) === 'non-compliant',
    output: raw.output,
  };
}

function chooseParameters(raw: RawAuditOptions): ParameterTexts {
  const preset = raw.preset === undefined ? null : oneOf('--preset', raw.preset, presetNames);
  const given = parameterNames.filter((name) => raw[name] !== undefined);
  return withPreset(preset, Object.fromEntries(given.map((name) => [name, raw[name]])));
}

const asOptions = {
  what: 'Options',
  nameOf: optionOf,
  advice: 'See unused-iam-credentials audit --help.',
};

/** The names of the presets, in the order in which they are shown. */
const presetNames = Object.keys(presets) as PresetName[];

function parseAsOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  throw usage(
    `--as-of is ${JSON.stringify(text)}; expected an ISO 8601 time with an offset, such as 2026-11-21T00:00:00Z`,
  );
}

function oneOf<Value extends string>(
  option: string,
  text: string,
  values: readonly Value[],
): Value {
  const value = values.find((candidate) => candidate === text);
  if (value !== undefined) return value;
  throw usage(`${option} is ${JSON.stringify(text)}; expected ${values.join(', ')}`);
}

function usage(message: string): ExpectedError {
  return new ExpectedError('UsageError', `${message}. See unused-iam-credentials audit --help.`);
}

const examples = `
Exit codes:
  0  every user is COMPLIANT
  1  at least one is NON_COMPLIANT
  2  at least one user could not be evaluated, or the command was called wrongly

Examples:
  aws iam generate-credential-report && aws iam get-credential-report > report.json
  unused-iam-credentials audit --report report.json
  unused-iam-credentials audit --live --preset cis --only non-compliant
  unused-iam-credentials audit --report a.csv --report b.csv --format csv --output unused.csv`;

/** Adds `audit` to the program. */
export function addAudit(program: Command, run: (raw: RawAuditOptions) => Promise<void>): void {
  const collect = (file: string, files: readonly string[] = []) => [...files, file];
  const command = program
    .command('audit')
    .summary('evaluate every IAM user, from a credential report or live')
    .description(
      'Evaluates every IAM user of an account as the AWS Config rule does, without deploying anything.',
    )
    .option(
      '--report <file>',
      'a credential report: CSV, or the JSON of the AWS CLI; - for stdin; repeat it for more accounts',
      collect,
    )
    .option('--live', 'read the account of the AWS credentials')
    .addOption(new Option('--preset <name>', `rule parameters: ${presetNames.join(', ')}`))
    .option(
      '--as-of <instant>',
      'evaluate as of this time, in ISO 8601 (default: the time of the report)',
    )
    .addOption(new Option('--format <format>', `${outputFormats.join(', ')} (default: table)`))
    .option('--only <which>', 'show only these users: non-compliant')
    .option('--output <file>', 'write the result to a file')
    .allowExcessArguments(false)
    .addHelpText('after', examples);
  for (const [name, definition] of Object.entries<ParameterDefinition>(parameterDefinitions)) {
    const description = `${definition.description}; ${definition.valid} (default: ${definition.default})`;
    command.option(`${optionOf(name)} <value>`, description);
  }
  command.action(run);
}
