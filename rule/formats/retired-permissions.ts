import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { ExpectedError } from '../core/errors.ts';
import { noPermissions, type RetiredPermissions } from '../core/retired-permissions.ts';
import type { Retirement } from '../core/revocation-record.ts';
import { text } from './fields.ts';
import { isRetirementRole, type RecordOwner, type StoredRecord } from './record-codec.ts';

const schema = v.strictObject({
  groups: v.array(text),
  attachedPolicies: v.array(text),
  inlinePolicies: v.array(v.strictObject({ name: text, document: text })),
  mfaDevices: v.array(text),
});

/** A standard parameter of Parameter Store holds 4,096 characters. */
const longestPart = 4_000;

/** The texts of the parameters, and how the record refers to them. */
export interface EncodedPermissions extends Pick<Retirement, 'parts' | 'sha256'> {
  readonly texts: readonly string[];
}

/** JSON in base64url, like a record, cut into parts. Nothing to remove needs no part. */
export function encodePermissions(permissions: RetiredPermissions): EncodedPermissions {
  const isEmpty = Object.values(permissions).every((list) => list.length === 0);
  const whole = isEmpty ? '' : Buffer.from(JSON.stringify(permissions)).toString('base64url');
  const texts: string[] = [];
  for (let from = 0; from < whole.length; from += longestPart) {
    texts.push(whole.slice(from, from + longestPart));
  }
  return { texts, parts: texts.length, sha256: sha256(whole) };
}

/** Reads the parts in their order. Throws RecordError if they are not what the record says. */
export function decodePermissions(
  texts: readonly string[],
  { parts, sha256: expected }: Pick<Retirement, 'parts' | 'sha256'>,
): RetiredPermissions {
  if (texts.length !== parts) {
    throw invalid(`there are ${texts.length} parts, but the record says ${parts}`);
  }
  const whole = texts.join('');
  if (sha256(whole) !== expected) throw invalid('their text is not the one of the record');
  if (whole === '') return noPermissions;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(whole, 'base64url').toString('utf8'));
  } catch {
    throw invalid('they do not contain JSON');
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalid(`${v.getDotPath(issue) ?? 'the whole value'}: ${issue.message}`);
}

/** What a retirement removed, or which of its parameters is not genuine, why, and who wrote it. */
export type PartsCheck =
  | { readonly genuine: true; readonly permissions: RetiredPermissions }
  | {
      readonly genuine: false;
      readonly name: string;
      readonly why: string;
      readonly writer: string;
    };

/** The parts are genuine if the role that retires wrote each once, and they are what its genuine record says. */
export function checkParts(
  parts: readonly StoredRecord[],
  retirement: Retirement | undefined,
  owner: RecordOwner,
): PartsCheck {
  for (const { name, versions } of parts) {
    const [only, ...others] = versions;
    const writers = [...new Set(versions.map(({ writer }) => writer))].join(' and ');
    const refuse = (why: string) =>
      ({ genuine: false, name, why, writer: writers || 'unknown' }) as const;
    if (only === undefined) return refuse('it is missing');
    if (others.length > 0 || only.version !== 1) return refuse('it was overwritten');
    if (!isRetirementRole(only.writer, owner)) {
      return refuse('it was not written by the role that retires');
    }
  }
  try {
    const texts = parts.map(({ versions }) => versions[0]?.value ?? '');
    return { genuine: true, permissions: decodePermissions(texts, retirement ?? nothingRemoved) };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const name = parts[0]?.name ?? 'the record';
    return { genuine: false, name, why: error.message, writer: 'the role that retires' };
  }
}

const nothingRemoved = { parts: 0, sha256: sha256('') };

function sha256(whole: string): string {
  return createHash('sha256').update(whole).digest('hex');
}

function invalid(what: string): ExpectedError {
  return new ExpectedError(
    'RecordError',
    `The parameters do not hold the permissions of the record's retirement: ${what}`,
  );
}
