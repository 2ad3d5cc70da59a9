import { ExpectedError } from '../core/errors.ts';

/** The parts of an ARN. Each is empty if the text does not have it. */
interface ArnParts {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** The last part, which may hold colons. */
  readonly resource: string;
}

/** Does not check the parts. */
export function splitArn(arn: string): ArnParts {
  const [, partition = '', , region = '', accountId = '', ...resource] = arn.split(':');
  return { partition, region, accountId, resource: resource.join(':') };
}

/** The path and the name of an IAM user; null if the text is not the ARN of one. The path begins and ends with `/`. */
export function parseUserArn(arn: string): { path: string; userName: string } | null {
  const match = /^arn:[^:]+:iam::\d{12}:user(\/(?:.*\/)?)([^/]+)$/su.exec(arn);
  const [, path, userName] = match ?? [];
  return path === undefined || userName === undefined ? null : { path, userName };
}

/** Where a Lambda function is. */
export interface FunctionLocation {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly functionName: string;
}

/** Parses `invokedFunctionArn` of Lambda's context, with or without a version or an alias. */
export function parseFunctionArn(arn: string): FunctionLocation {
  const match = /^arn:([\w-]+):lambda:([\w-]+):(\d{12}):function:([\w-]+)(?::[\w$-]+)?$/u.exec(arn);
  // Stryker disable next-line StringLiteral,ArrayDeclaration: if the pattern matches, each part exists; otherwise none is used
  const [, partition = '', region = '', accountId = '', functionName = ''] = match ?? [];
  if (match !== null) return { partition, region, accountId, functionName };
  throw new ExpectedError(
    'RequestError',
    `the function's own ARN is ${JSON.stringify(arn)}; expected arn:<partition>:lambda:<Region>:<account>:function:<name>`,
  );
}

/**
 * A secret's ARN without the six characters that Secrets Manager adds; it finds the secret by that as well. AWS
 * does not document which resource it authorizes for a name that no secret has; for an ARN it can only be that.
 */
export function secretId(
  { partition, region, accountId }: Omit<FunctionLocation, 'functionName'>,
  name: string,
): string {
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}`;
}
