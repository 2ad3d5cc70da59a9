import type { LocalAccount } from './account.ts';
import { commonError, type Input, type Perform, type ServiceName } from './protocol.ts';

/** One request to one operation, with the account that answers it; `now` is epoch ms. */
export interface Call {
  service: ServiceName;
  operation: string;
  input: Input;
  /** The caller's ARN. */
  caller: string;
  account: LocalAccount;
  now: number;
  perform: Perform;
  /** Applies a write to IAM: now, or after a lag (ms), by default the account's read lag. */
  commit: (change: () => void, lag?: number) => void;
  /** Whether a fault makes this evaluation fail. */
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

/** Reads an optional list of objects, empty if the member is missing. */
export function readList<T = Input>(call: Call, name: string, max: number): T[] {
  const value = call.input[name] ?? [];
  if (Array.isArray(value) && value.length <= max) return value;
  throw invalid(call, name, `have length less than or equal to ${max}`);
}

/** Reads an optional list of texts, empty if the member is missing. */
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
 * The page of `items`, in the order of their keys, that follows the token in the member `tokenName`,
 * and the next token, if any. A token holds the last key returned and not a position, so what is
 * deleted between two pages shifts nothing. Any other token is an error.
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
