import type { Command } from 'commander';
import { ExpectedError } from '../rule/core/errors.ts';

/** Returns the option of a parameter's name, `--max-password-usage-age` for `maxPasswordUsageAge`. */
export function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The formats in which revoke, retire, restore, purge and doctor show their results. */
export const resultFormats = ['table', 'json'] as const;
export type ResultFormat = (typeof resultFormats)[number];

/** Adds the default to an option's description. Only a description of several sentences ends with a period. */
export function withDefault(description: string, byDefault: string): string {
  const period = /[.] [A-Z]/u.test(description) ? '.' : '';
  return `${description} (default: ${byDefault})${period}`;
}

/** The description of --format of revoke, retire, restore, purge and doctor. */
export const formatDescription = withDefault(`Output format: ${resultFormats.join(', ')}`, 'table');

/** The shells for which there is a completion. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** The commands, as the help names them. */
export type CommandName =
  | ('audit' | 'revoke' | 'retire' | 'restore' | 'purge' | 'doctor')
  | 'completion';

/** Returns the one of the values that an option is given. Throws UsageError. */
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
  readonly accepts: (value: string) => boolean;
  /** What the document accepts, for messages. */
  readonly expected: string;
}

/** Adds these options, and --format, to a command. */
export function addDocumentOptions(
  command: Command,
  options: Readonly<Record<string, DocumentOption>>,
): void {
  for (const [name, { description, default: byDefault }] of Object.entries(options)) {
    command.option(`${optionOf(name)} <value>`, withDefault(description, byDefault));
  }
  command.option('--format <format>', formatDescription);
}
