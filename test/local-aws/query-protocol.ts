import type { Input, ServiceName } from './call.ts';
import { type AwsError, isAwsError } from './errors.ts';

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
