import type { ServiceName } from './call.ts';

/** An error that a service answers: its code and HTTP status, with the message. */
export type AwsError = Error & { code: string; status: number };

/** Makes an error that a service answers; HTTP status 400 unless said otherwise. */
export function awsError(code: string, message: string, status = 400): AwsError {
  return Object.assign(new Error(message), { code, status });
}

/** Tells an error that a service answers from a failure of this program. */
export function isAwsError(error: unknown): error is AwsError {
  return error instanceof Error && 'code' in error && 'status' in error;
}

type Codes = Readonly<Record<string, [code: string, status: number]>>;

const SNS_ERRORS: Codes = {
  Throttling: ['Throttled', 429],
  AccessDenied: ['AuthorizationError', 403],
  UnknownOperation: ['InvalidAction', 400],
};

const LAMBDA_ERRORS: Codes = {
  Throttling: ['TooManyRequestsException', 429],
  AccessDenied: ['AccessDeniedException', 403],
  UnknownOperation: ['UnknownOperationException', 404],
};

/** Makes an error that any operation may answer, under the code that its service has for it. */
export function commonError(
  service: ServiceName,
  failure: 'Validation' | 'Throttling' | 'AccessDenied' | 'UnknownOperation' | 'InvalidNextToken',
  message: string,
): AwsError {
  if (service === 'sns') {
    const [code, status] = SNS_ERRORS[failure] ?? ['InvalidParameter', 400];
    return awsError(code, message, status);
  }
  if (service === 'lambda') {
    const [code, status] = LAMBDA_ERRORS[failure] ?? ['InvalidParameterValueException', 400];
    return awsError(code, message, status);
  }
  if (service === 'ssm' && failure === 'InvalidNextToken') return awsError(failure, message);
  if (service !== 'iam') return awsError(`${failure}Exception`, message);
  if (failure === 'AccessDenied') return awsError(failure, message, 403);
  if (failure === 'UnknownOperation') return awsError('InvalidAction', message);
  return awsError(failure === 'Throttling' ? failure : 'ValidationError', message);
}
