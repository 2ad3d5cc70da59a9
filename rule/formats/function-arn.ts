import { ExpectedError } from '../core/errors.ts';

/** Where a Lambda function is. */
export interface FunctionLocation {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly functionName: string;
}

/**
 * Takes a function's ARN, with or without version or alias (`invokedFunctionArn` of Lambda's context).
 * Gives back where the function is. Throws RequestError when it is none.
 */
export function parseFunctionArn(arn: string): FunctionLocation {
  const match = /^arn:([\w-]+):lambda:([\w-]+):(\d{12}):function:([\w-]+)(?::[\w$-]+)?$/u.exec(arn);
  const [, partition = '', region = '', accountId = '', functionName = ''] = match ?? [];
  if (match !== null) return { partition, region, accountId, functionName };
  throw new ExpectedError(
    'RequestError',
    `the function's own ARN is ${JSON.stringify(arn)}; expected arn:<partition>:lambda:<Region>:<account>:function:<name>`,
  );
}
