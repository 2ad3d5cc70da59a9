import type { LocalAccount } from './account.ts';

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

export type ServiceName = 'iam' | 'config' | 'ssm' | 'secretsmanager' | 'sns' | 'lambda';

/** The members of a request; those of IAM are flat and all text, as its form encoding has them. */
export type Input = Record<string, unknown>;

/**
 * Performs an operation as a request to it would be, of which it only saves the way over HTTP. Input
 * of the query protocol may be nested. Throws the AwsError that a request would be answered.
 */
export type Perform = (message: {
  service: string;
  operation: string;
  input: Input;
  caller: string;
}) => Input;

/** One request to one operation, and what it is answered from; `now` is epoch ms. */
export interface Call {
  service: ServiceName;
  operation: string;
  input: Input;
  /** The ARN of who calls. */
  caller: string;
  account: LocalAccount;
  now: number;
  perform: Perform;
  /** Makes a write to IAM, now or when the account's read lag is over. */
  commit: (change: () => void) => void;
  /** Whether a fault wants this evaluation back among the failed ones. */
  failsEvaluation: (evaluation: Input) => boolean;
}

/** Makes the service's validation error for a member of the request. */
export function invalid(call: Call, name: string, rule: string) {
  const value = JSON.stringify(call.input[name] ?? null).slice(0, 300);
  const message = `Value ${value} at '${name}' failed to satisfy constraint: Member must ${rule}`;
  return commonError(call.service, 'Validation', `1 validation error detected: ${message}`);
}

/** Reads an optional text member of 1 to `max` characters. */
export function readText(call: Call, name: string, max = 4096): string | undefined {
  const value = call.input[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length >= 1 && value.length <= max) return value;
  throw invalid(call, name, `have length between 1 and ${max}`);
}

/** Reads a required text member of 1 to `max` characters. */
export function requireText(call: Call, name: string, max?: number): string {
  const value = readText(call, name, max);
  if (value === undefined) throw invalid(call, name, 'not be null');
  return value;
}

/** Reads an optional whole number from `min` to `max`. */
export function readInteger(call: Call, name: string, min: number, max: number) {
  const value = call.input[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalid(call, name, `have value between ${min} and ${max}`);
}

/** Reads an optional list of objects; without it there are none. */
export function readList<T = Input>(call: Call, name: string, max: number): T[] {
  const value = call.input[name] ?? [];
  if (Array.isArray(value) && value.length <= max) return value;
  throw invalid(call, name, `have length less than or equal to ${max}`);
}

/** Reads an optional list of texts; without it there are none. */
export function readNames(call: Call, name: string, max: number): string[] {
  return readList<unknown>(call, name, max).map((text) => {
    if (typeof text === 'string' && text.length >= 1 && text.length <= 256) return text;
    throw invalid(call, name, 'consist of texts of length between 1 and 256');
  });
}

/** Reads the optional member Tags. */
export function readTags(call: Call): { Key: string; Value: string }[] {
  return readList(call, 'Tags', 50).map((input) => {
    const tag = { ...call, input };
    const Value = input['Value'] === '' ? '' : requireText(tag, 'Value', 256);
    return { Key: requireText(tag, 'Key', 128), Value };
  });
}

/**
 * Gives the page of `items`, in the order of their keys, that follows the token in the member
 * `tokenName`, and the next token, if any. A token holds the last key given and no position: what
 * is deleted between two pages shifts nothing. A token of another origin is an error.
 */
export function takePage<T>(
  call: Call,
  items: readonly T[],
  keyOf: (item: T) => string,
  { tokenName, limit }: { tokenName: string; limit: number },
): { items: T[]; next: string | undefined } {
  const encode = (key: string) => Buffer.from(`${call.operation} ${key}`).toString('base64url');
  const token = readText(call, tokenName);
  const decoded = Buffer.from(token ?? '', 'base64url').toString();
  const after = decoded.slice(call.operation.length + 1);
  if (token !== undefined && encode(after) !== token) {
    throw commonError(call.service, 'InvalidNextToken', `${tokenName} is not valid`);
  }
  const rest = items
    .map((item) => ({ key: keyOf(item), item }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = rest.slice(0, Math.min(limit, call.account.pageSize ?? limit));
  const last = page.length < rest.length ? page.at(-1) : undefined;
  return { items: page.map(({ item }) => item), next: last && encode(last.key) };
}

const NAMESPACES = {
  iam: 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"',
  sns: 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"',
};

/** A service that takes forms and answers XML. */
export type QueryService = keyof typeof NAMESPACES;

/** Tells whether a service is one of those. */
export function isQueryService(service: ServiceName): service is QueryService {
  return service in NAMESPACES;
}

/** Takes the Authorization header of a form; gives the service in its credential scope, or IAM. */
export function queryServiceOf(authorization = ''): QueryService {
  return authorization.includes('/sns/aws4_request') ? 'sns' : 'iam';
}

/** Reads a form-encoded request. The input keeps the names of the form, such as `Filter.member.1`. */
export function parseQuery(body: string): { operation: string; input: Input } {
  const { Action = '', Version: _, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { operation: Action, input };
}

/** Flattens nested members as the form encoding does, with names such as `Tags.member.1.Key`. */
export function flattenQuery(value: unknown, name = ''): Input {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') return { [name]: String(value) };
  const within = (key: string) =>
    Array.isArray(value) ? `${name}.member.${Number(key) + 1}` : `${name}${name && '.'}${key}`;
  const members = Object.entries(value).map(([key, inner]) => flattenQuery(inner, within(key)));
  return Object.assign({}, ...members);
}

/** Renders an answer or an error as XML; members that are undefined are left out. */
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
  if (Array.isArray(value)) return value.map((item) => toXml({ member: item })).join('');
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, inner]) => (inner === undefined ? '' : `<${name}>${toXml(inner)}</${name}>`))
    .join('');
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
