import * as v from 'valibot';
import { ExpectedError } from '../core/errors.ts';
import { formatInstant, parseInstant } from '../core/instant.ts';
import type { RevocationRecord } from '../core/revocation-record.ts';

const text = v.pipe(v.string(), v.nonEmpty());
const instant = v.pipe(
  v.string(),
  v.check((value) => parseInstant(value) !== undefined, 'Expected an ISO 8601 instant with offset'),
  v.transform((value) => parseInstant(value) ?? Number.NaN),
);
const dates = {
  used: v.optional(instant),
  created: v.optional(instant),
  changed: v.optional(instant),
  reason: v.string(),
};
const credential = v.variant('type', [
  v.strictObject({
    type: v.literal('password'),
    id: v.null(),
    action: v.literal('Delete'),
    ...dates,
  }),
  v.strictObject({
    type: v.literal('access-key'),
    id: text,
    action: v.picklist(['Deactivate', 'Delete']),
    ...dates,
  }),
]);
const schema = v.strictObject({
  schemaVersion: v.literal(1),
  name: text,
  accountId: text,
  executionId: text,
  userId: text,
  userName: text,
  ruleName: text,
  recordedAt: instant,
  credentials: v.pipe(v.array(credential), v.nonEmpty()),
});

/**
 * Takes a record; gives back the text that Parameter Store keeps: JSON in base64url, since it refuses
 * values with double braces, and a step of an Automation document may turn text that looks like JSON into an object.
 */
export function encodeRecord(record: RevocationRecord): string {
  const writeDate = (name: string, value: unknown) =>
    dateFields.has(name) && typeof value === 'number' ? formatInstant(value) : value;
  return Buffer.from(JSON.stringify(record, writeDate)).toString('base64url');
}

const dateFields = new Set(['used', 'created', 'changed', 'recordedAt']);

/** Takes the text of a record; gives it back read. Throws RecordError when it is no record of this version. */
export function decodeRecord(encoded: string): RevocationRecord {
  if (!/^[\w-]+$/u.test(encoded)) throw invalid('it is no base64url');
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    throw invalid('it holds no JSON');
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalid(`${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

function invalid(what: string): ExpectedError {
  return new ExpectedError('RecordError', `the text is no revocation record: ${what}`);
}
