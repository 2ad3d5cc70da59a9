import { ExpectedError, messageOf } from '../core/errors.ts';

/**
 * Takes an IAM action (`iam:GetUser`) and a function that makes the request. Gives back its answer.
 * Throws AwsError that names the action, AWS's error code and message, and what to do; the cause is
 * the SDK's error.
 */
export async function callAws<Answer>(
  action: string,
  send: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const code = error instanceof Error ? error.name : 'unknown error';
    throw new ExpectedError(
      'AwsError',
      `${action} failed: ${code}: ${messageOf(error)}${advise(code, action)}`,
      { cause: error },
    );
  }
}

function advise(code: string, action: string): string {
  if (/AccessDenied|UnauthorizedOperation|AuthorizationError/u.test(code)) {
    return `. Allow ${action} in the role’s policy, and see that no SCP or boundary denies it`;
  }
  if (/Throttl|TooManyRequests|RequestLimitExceeded/u.test(code)) {
    return '. AWS kept throttling; another tool may be using up the account’s rate. Evaluate again later';
  }
  if (/CredentialsProvider|ExpiredToken|InvalidClientTokenId/u.test(code)) {
    return '. Sign in to the account again';
  }
  return '';
}

/** Takes anything thrown by callAws and SDK error names; tells whether AWS answered one of those. */
export function hasAwsCode(error: unknown, ...names: readonly string[]): boolean {
  const cause = error instanceof ExpectedError ? error.cause : error;
  return cause instanceof Error && names.includes(cause.name);
}

/**
 * Takes a field of an AWS answer that AWS always sends, its name, and the action that answered.
 * Gives it back. Throws AwsError when it is missing: nothing is judged by half an answer.
 */
export function present<Value>(value: Value | undefined, field: string, action: string): Value {
  if (value !== undefined) return value;
  throw new ExpectedError('AwsError', `${action} answered without ${field}; expected it always`);
}
