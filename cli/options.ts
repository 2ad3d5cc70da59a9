import type { Command } from 'commander';
import { ExpectedError } from '../rule/core/errors.ts';

/** Takes a rule parameter's name; gives back its option, `--max-password-usage-age`. */
export function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The formats in which revoke, restore and doctor show their results. */
export const resultFormats = ['table', 'json'] as const;
export type ResultFormat = (typeof resultFormats)[number];

/** The commands that start an Automation document. */
export type RemediationCommand = 'revoke' | 'restore' | 'doctor';

/** An option whose value is passed on to a parameter of an Automation document. */
export interface DocumentOption {
  /** The document's name for it. */
  readonly parameter: string;
  readonly description: string;
  /** What the document takes where the option is not given. */
  readonly default: string;
  /** What is valid, as text. */
  readonly valid: string;
  readonly accepts: (value: string) => boolean;
}

/** Takes bounds; gives back what is common to options that are whole numbers within them. */
export function wholeNumber(
  least: number,
  most: number,
): Pick<DocumentOption, 'valid' | 'accepts'> {
  return {
    valid: `a whole number from ${least} to ${most}`,
    accepts: (value) =>
      /^(0|[1-9]\d{0,3})$/u.test(value) && Number(value) >= least && Number(value) <= most,
  };
}

/** Takes values; gives back what is common to options that are one of them. */
export function oneOf(...values: readonly string[]): Pick<DocumentOption, 'valid' | 'accepts'> {
  return {
    valid: values.join(', '),
    accepts: (value) => values.includes(value),
  };
}

/** The options that both commands have. */
export const commonOptions = {
  rule: {
    parameter: 'ConfigRuleName',
    description: 'the AWS Config rule whose parameters are used',
    default: 'unused-iam-credentials',
    valid: "an AWS Config rule's name",
    accepts: (value: string) => /^[\w.:/=+@-]{1,128}$/u.test(value),
  },
  topic: {
    parameter: 'NotificationTopicArn',
    description: 'the SNS topic to tell',
    default: 'none',
    valid: 'the ARN of an SNS topic, or none',
    accepts: (value: string) =>
      /^(none|arn:aws(-[a-z]+)*:sns:[a-z0-9-]{1,32}:\d{12}:[\w-]{1,256})$/u.test(value),
  },
} as const satisfies Record<string, DocumentOption>;

/**
 * Takes the definitions of a command's options, what was given, and the command. Gives back the document's
 * parameters: only what was given. Throws UsageError that names the option and what is valid.
 */
export function toParameters<Name extends string>(
  definitions: Readonly<Record<Name, DocumentOption>>,
  given: Readonly<Partial<Record<NoInfer<Name>, string>>>,
  command: RemediationCommand,
): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, { parameter, valid, accepts }] of Object.entries<DocumentOption>(definitions)) {
    const value = given[name as Name];
    if (value === undefined) continue;
    if (!accepts(value)) throw invalid(optionOf(name), value, valid, command);
    parameters[parameter] = value;
  }
  return parameters;
}

/** Takes the text of --format, and the command. Gives back the format. Throws UsageError. */
export function parseFormat(text: string | undefined, command: RemediationCommand): ResultFormat {
  const format = resultFormats.find((candidate) => candidate === (text ?? 'table'));
  if (format !== undefined) return format;
  throw invalid('--format', text ?? '', resultFormats.join(', '), command);
}

/** Takes an option, its value, what was expected, and the command; gives back the error. */
export function invalid(
  option: string,
  value: string,
  valid: string,
  command: RemediationCommand,
): ExpectedError {
  return usage(`${option} is ${JSON.stringify(value)}; expected ${valid}`, command);
}

/** Takes what was wrong with the options of a command; gives back the error. */
export function usage(message: string, command: RemediationCommand): ExpectedError {
  const help = `See unused-iam-credentials ${command} --help.`;
  return new ExpectedError('UsageError', `${message}. ${help}`);
}

/** Takes a command, and the options that its document takes a value for. Adds them and --format to it. */
export function addDocumentOptions(
  command: Command,
  options: Readonly<Record<string, DocumentOption>>,
): void {
  for (const [name, { description, valid, default: byDefault }] of Object.entries(options)) {
    const text = `${description}; ${valid} (default: ${byDefault})`;
    command.option(`${optionOf(name)} <value>`, text);
  }
  command.option('--format <format>', `${resultFormats.join(', ')} (default: table)`);
}
