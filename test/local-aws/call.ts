import type { LocalAccount } from './account.ts';
import { commonError } from './errors.ts';

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
