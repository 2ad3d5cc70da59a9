import { ExpectedError } from './errors.ts';

/** The parts of an ARN. Each is empty if the text does not have it. */
interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** The last part, which may hold colons. */
  readonly resource: string;
}

/** Splits an ARN without checking its parts. */
export function splitArn(arn: string): ArnParts {
  const [, partition = '', service = '', region = '', accountId = '', ...resource] = arn.split(':');
  return { partition, service, region, accountId, resource: resource.join(':') };
}

const arnOfAccount = /^arn:([\w-]+):([\w-]+):([\w-]*):(\d{12}):(.*)/su;

/** The parts of an ARN of a service that names an account; null for any other text. Does not check the resource. */
export function parseArn(arn: string, service: string): ArnParts | null {
  // Not by splitArn, because a report has thousands of ARNs.
  const match = arnOfAccount.exec(arn);
  if (match?.[2] !== service) return null;
  // Stryker disable next-line StringLiteral: a match has all parts, which the types do not show
  const [, partition = '', , region = '', accountId = '', resource = ''] = match;
  return { partition, service, region, accountId, resource };
}

/** The path and the name in the ARN of an IAM user; null for any other text. The path begins and ends with `/`. */
export function parseUserArn(arn: string): { path: string; userName: string } | null {
  const resource = parseArn(arn, 'iam')?.resource;
  if (!resource?.startsWith('user/') || resource.endsWith('/')) return null;
  const nameAt = resource.lastIndexOf('/') + 1;
  return { path: resource.slice('user'.length, nameAt), userName: resource.slice(nameAt) };
}

/** The ARN without the path of its resource. Names of roles and users are unique in an account, whatever their paths. */
export function withoutPath(arn: string): string {
  return arn.replace(/\/.*\//u, '/');
}

/** The name at the end of an ARN, such as that of a policy or a document. A name alone stays as it is. */
export function nameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** Whether a policy is AWS's own, by its ARN. */
export function isAwsManaged(arn: string): boolean {
  const { service, region, accountId } = splitArn(arn);
  return service === 'iam' && region === '' && accountId === 'aws';
}

/** Where a Lambda function is. */
export interface FunctionLocation {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly functionName: string;
}

/** As parseFunctionArn, but null if the text is not the ARN of a function. */
export function readFunctionArn(arn: string): FunctionLocation | null {
  // Stryker disable next-line StringLiteral: no text without a colon has a resource
  const { partition, region, accountId, resource } = parseArn(arn, 'lambda') ?? splitArn('');
  const functionName = /^function:([\w-]+)(?::[\w$-]+)?$/u.exec(resource)?.[1];
  return functionName === undefined ? null : { partition, region, accountId, functionName };
}

/** Parses `invokedFunctionArn` of Lambda's context, with or without a version or an alias. */
export function parseFunctionArn(arn: string): FunctionLocation {
  const found = readFunctionArn(arn);
  if (found !== null) return found;
  throw new ExpectedError(
    'RequestError',
    `the function's own ARN is ${JSON.stringify(arn)}; expected arn:<partition>:lambda:<Region>:<account>:function:<name>`,
  );
}

/**
 * A secret's ARN without the six characters that Secrets Manager adds; requests may use it too. If a request names
 * a secret that does not exist, AWS does not document which resource it authorizes. With an ARN, it can only be
 * that ARN.
 */
export function secretId(
  { partition, region, accountId }: Omit<FunctionLocation, 'functionName'>,
  name: string,
): string {
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}`;
}
