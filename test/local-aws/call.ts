import type { LocalAccount } from './account.ts';
import { commonError } from './errors.ts';

export type ServiceName = 'iam' | 'config';

/** The members of a request; those of IAM are flat and all text, as its form encoding has them. */
export type Input = Record<string, unknown>;

/** One request to one operation, and what it is answered from; `now` is epoch ms. */
export interface Call {
  service: ServiceName;
  operation: string;
  input: Input;
  account: LocalAccount;
  now: number;
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
