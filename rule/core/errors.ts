/** The kind of problem. It is also the error's `name`, which logs and Lambda responses include. */
type ErrorKind =
  | 'UsageError'
  | 'CredentialsError'
  | 'FileError'
  | 'RuleParameterError'
  | 'EventError'
  | 'CredentialReportError'
  | 'UserError'
  | 'RecordError'
  | 'RequestError'
  | 'RefusedError'
  | 'AwsError'
  | 'RunError';

/**
 * An error that the program expects: its message says what was wrong, where, what was expected and what to do
 * next, and holds no secret. Any other error is a defect of the program.
 */
export class ExpectedError extends Error {
  override readonly name: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = kind;
  }
}

/** A user, by ARN, who could not be evaluated, and why. */
export interface Problem {
  readonly arn: string;
  readonly message: string;
}

/** The text with every run of white space as one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** The text without its last period, so that a sentence can go on. */
export function withoutPeriod(text: string): string {
  return text.replace(/\.$/u, '');
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}
