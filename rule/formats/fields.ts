import * as v from 'valibot';
import { parseInstant } from '../core/instant.ts';

/** Text that is not empty. */
export const text = v.pipe(v.string(), v.nonEmpty());

/** An ISO 8601 instant with an offset. */
export const instant = v.pipe(
  v.string(),
  v.check((value) => parseInstant(value) !== undefined, 'Expected an ISO 8601 instant with offset'),
  v.transform((value) => parseInstant(value) ?? Number.NaN),
);

/**
 * JSON in base64url, like records. Automation may turn a JSON text into an object, but passes this text on
 * unchanged.
 */
export function encodeJson(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Reads what `encodeJson` writes. */
export const encodedJson = v.pipe(
  v.string(),
  v.regex(/^[\w-]+$/u, 'expected base64url'),
  v.transform((value) => Buffer.from(value, 'base64url').toString()),
  v.parseJson(),
);
