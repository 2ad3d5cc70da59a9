/** An error that a service returns, with its code and HTTP status. */
export type AwsError = Error & { code: string; status: number };

export function awsError(code: string, message: string, status = 400): AwsError {
  return Object.assign(new Error(message), { code, status });
}

/** Whether an error is one that a service returns, and not a failure of this program. */
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

/** An error of every operation, with the code that the service has for it. */
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
  if (service !== 'iam' && service !== 'sts') return awsError(`${failure}Exception`, message);
  if (failure === 'AccessDenied') return awsError(failure, message, 403);
  if (failure === 'UnknownOperation') return awsError('InvalidAction', message);
  return awsError(failure === 'Throttling' ? failure : 'ValidationError', message);
}

export type ServiceName =
  | 'iam'
  | 'config'
  | 'ssm'
  | 'secretsmanager'
  | 'sns'
  | 'sts'
  | 'events'
  | 'lambda';

/** The members of a request. Those of IAM and SNS are flat texts, as in a form: `Tags.member.1.Key`. */
export type Input = Record<string, unknown>;

/**
 * Performs an operation like a request, but without HTTP. The input of a query protocol may be nested.
 * Throws the AwsError that a request would get.
 */
export type Perform = (message: {
  service: string;
  operation: string;
  input: Input;
  caller: string;
}) => Input;

/** Whether a value is a JSON object. */
export function isMap(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Changes each member of an object. */
export function mapValues<T, U>(map: Record<string, T>, change: (value: T) => U) {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

const NAMESPACES = {
  iam: 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"',
  sns: 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"',
  sts: 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"',
};

/** A service that takes forms and returns XML. */
type QueryService = keyof typeof NAMESPACES;

export function isQueryService(service: ServiceName): service is QueryService {
  return service in NAMESPACES;
}

/** The query service in the credential scope of an Authorization header. */
export function queryServiceOf(authorization = ''): QueryService {
  const named = (['sns', 'sts'] as const).find((each) =>
    authorization.includes(`/${each}/aws4_request`),
  );
  return named ?? 'iam';
}

export function parseQuery(body: string): { operation: string; input: Input } {
  const { Action = '', Version: _, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { operation: Action, input };
}

/** Flattens nested members as a form does, with names such as `Tags.member.1.Key`. */
export function flattenQuery(value: unknown, name = ''): Input {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') return { [name]: String(value) };
  const within = (key: string) =>
    Array.isArray(value) ? `${name}.member.${Number(key) + 1}` : `${name}${name && '.'}${key}`;
  const members = Object.entries(value).map(([key, inner]) => flattenQuery(inner, within(key)));
  return Object.assign({}, ...members);
}

/** An answer or an error as XML, without members that are undefined. */
export function renderQuery(
  service: QueryService,
  operation: string,
  result: Input | AwsError,
  RequestId: string,
) {
  const namespace = NAMESPACES[service];
  if (isAwsError(result)) {
    const Type = result.status < 500 ? 'Sender' : 'Receiver';
    const content = { Error: { Type, Code: result.code, Message: result.message }, RequestId };
    return `<ErrorResponse ${namespace}>${toXml(content)}</ErrorResponse>`;
  }
  const content = { [`${operation}Result`]: result, ResponseMetadata: { RequestId } };
  return `<${operation}Response ${namespace}>${toXml(content)}</${operation}Response>`;
}

function toXml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  // Answers hold up to 1,000 users, so most of the server's time is spent here.
  let xml = '';
  if (Array.isArray(value)) {
    for (const item of value) xml += `<member>${toXml(item)}</member>`;
    return xml;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== undefined) xml += `<${name}>${toXml(inner)}</${name}>`;
  }
  return xml;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
