import { type Command, Option } from 'commander';
import { ExpectedError } from '../rule/core/errors.ts';

/** Returns the option of a parameter's name, `--max-password-usage-age` for `maxPasswordUsageAge`. */
export function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The formats in which revoke, retire, restore, purge and doctor show their results. */
export const resultFormats = ['table', 'json'] as const;
export type ResultFormat = (typeof resultFormats)[number];

/** Adds the default to an option's description. */
export function withDefault(description: string, byDefault: string): string {
  return `${description} (default: ${byDefault})${periodOf(description)}`;
}

/** Only a description of several sentences ends with a period. */
function periodOf(description: string): string {
  return /[.] [A-Z]/u.test(description) ? '.' : '';
}

/** Creates an option whose values the completion offers. It does not check the value that is given. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description);
  option.argChoices = [...values];
  return option;
}

/** Creates --format of revoke, retire, restore, purge and doctor. */
export function resultFormatOption(): Option {
  const description = withDefault(`Output format: ${resultFormats.join(', ')}`, 'table');
  return choice('--format <format>', description, resultFormats);
}

/** The shells for which there is a completion. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** How a command runs a document. */
export interface RunChoice {
  readonly dryRun: boolean;
  /** Whether to start without asking. */
  readonly yes: boolean;
  /** Whether to show each step. */
  readonly verbose: boolean;
  readonly format: ResultFormat;
}

/** The options of RunChoice as text, before validation. */
export type RawRunChoice = Readonly<{
  dryRun?: boolean;
  yes?: boolean;
  verbose?: boolean;
  format?: string;
}>;

/** Validates how a command runs a document. Throws UsageError. */
export function parseRunChoice(raw: RawRunChoice, command: CommandName): RunChoice {
  const { dryRun = false, yes = false, verbose = false } = raw;
  return { dryRun, yes, verbose, format: parseFormat(raw.format, command) };
}

/** The commands, as the help names them. */
export type CommandName =
  | ('audit' | 'revoke' | 'retire' | 'restore' | 'purge' | 'doctor')
  | 'completion';

/** Returns the option's value if it is one of these values. Throws UsageError otherwise. */
export function oneOf<Value extends string>(
  option: string,
  text: string,
  values: readonly Value[],
  command: CommandName,
): Value {
  const value = values.find((candidate) => candidate === text);
  if (value !== undefined) return value;
  throw invalid(option, text, values.join(', '), command);
}

/** Parses the value of --format of revoke, retire, restore, purge and doctor. Throws UsageError. */
export function parseFormat(text: string | undefined, command: CommandName): ResultFormat {
  return oneOf('--format', text ?? 'table', resultFormats, command);
}

/** Returns the UsageError of an option's value. */
export function invalid(
  option: string,
  value: string,
  expected: string,
  command: CommandName,
): ExpectedError {
  return usage(`${option} is ${JSON.stringify(value)}; expected ${expected}`, command);
}

/** Returns a UsageError that points to the command's help. */
export function usage(message: string, command: CommandName): ExpectedError {
  const help = `See unused-iam-credentials ${command} --help.`;
  return new ExpectedError('UsageError', `${message}. ${help}`);
}

/** An option whose value becomes a parameter of an Automation document, as the document defines it. */
export interface DocumentOption {
  readonly parameter: string;
  readonly description: string;
  readonly default: string;
  /** All that the document accepts, if it lists them. */
  readonly values: readonly string[];
  readonly accepts: (value: string) => boolean;
  /** What the document accepts, for messages. */
  readonly expected: string;
}

/** An option without a value. It sets a parameter of an Automation document to the opposite of its default. */
export interface DocumentFlag extends Pick<DocumentOption, 'parameter' | 'description'> {
  /** `--password`, or `--no-password-reset` if the default is true. */
  readonly flag: string;
  readonly value: 'true' | 'false';
}

/** Names what was chosen as a person would write it: `--password-action Keep --remove-groups`. */
export function describeChosen(
  parameters: Readonly<Record<string, string>>,
  options: Readonly<Record<string, DocumentOption>>,
  flags: Readonly<Record<string, DocumentFlag>>,
): string[] {
  const names = new Map(
    Object.entries(options).map(([name, { parameter }]) => [parameter, optionOf(name)]),
  );
  const chosen = Object.entries(parameters).map(([parameter, value]) => {
    const found = Object.values(flags).find((each) => each.parameter === parameter);
    return found?.value === value ? found.flag : `${names.get(parameter) ?? parameter} ${value}`;
  });
  return chosen.length === 0 ? [] : [`with ${chosen.join(' ')}`];
}

/** Adds these options, and --format, to a command. */
export function addDocumentOptions(
  command: Command,
  options: Readonly<Record<string, DocumentOption>>,
  flags: Readonly<Record<string, DocumentFlag>>,
): void {
  for (const { flag, description } of Object.values(flags)) {
    command.option(flag, `${description}${periodOf(description)}`);
  }
  for (const [name, { description, default: byDefault, values }] of Object.entries(options)) {
    const flags = `${optionOf(name)} <value>`;
    command.addOption(choice(flags, withDefault(description, byDefault), values));
  }
  command.addOption(resultFormatOption());
}
