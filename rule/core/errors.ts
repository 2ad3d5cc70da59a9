/** What kind of thing was wrong; also the error's `name`, so that logs and Lambda responses carry it. */
export type ErrorKind =
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
 * An error that was foreseen: its message says what was wrong, where, what was expected and what to
 * do next, and holds no secret. Whatever is not one of these is a defect of the program.
 */
export class ExpectedError extends Error {
  override readonly name: ErrorKind;

  /** Takes the kind, the message for a person, and optionally the error that caused it. */
  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = kind;
  }
}

/** A user (by ARN) about whom something could not be judged, and why. */
export interface Problem {
  readonly arn: string;
  readonly message: string;
}

/** Gives back the message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/gu, ' ').trim();
}
