import * as v from 'valibot';
import { ExpectedError } from '../core/errors.ts';
import { formatInstant } from '../core/instant.ts';
import { toPlaceName } from '../core/last-use.ts';
import { automationRoleName, documentNames } from '../core/names.ts';
import {
  type NamedPermission,
  permissionKinds,
  permissionName,
} from '../core/retired-permissions.ts';
import type { Retirement, RevocationRecord } from '../core/revocation-record.ts';
import { instant, text } from './fields.ts';

/** Records of earlier versions lack this text. A text that IAM would not return is dropped. */
const lastUseText = v.optional(
  v.pipe(
    v.string(),
    v.transform((given) => toPlaceName(given)),
  ),
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
    action: v.picklist(['Delete', 'Replace']),
    ...dates,
  }),
  v.strictObject({
    type: v.literal('access-key'),
    id: text,
    action: v.picklist(['Deactivate', 'Delete']),
    lastUsedService: lastUseText,
    lastUsedRegion: lastUseText,
    ...dates,
  }),
]);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u, 'Expected a SHA-256'));
/** In a record, a permission is the text of `permissionName`. */
const heldPermission = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): NamedPermission => {
    for (const kind of permissionKinds) {
      const prefix = permissionName({ kind, id: '' });
      const id = dataset.value.slice(prefix.length);
      if (dataset.value.startsWith(prefix) && id !== '') return { kind, id };
    }
    addIssue({ message: 'Expected the kind of a permission and its name' });
    return NEVER;
  }),
);
const part = v.strictObject({
  parameters: v.pipe(count, v.minValue(1)),
  sha256,
  holds: v.nullable(v.array(heldPermission)),
  more: count,
});
/** In records of earlier versions, `parts` counts the parameters of a single part. */
const earlierRetirement = v.pipe(
  v.strictObject({ denyAttached: v.boolean(), parts: count, sha256 }),
  v.transform(({ denyAttached, parts: parameters, ...hash }): Retirement => {
    const whole = { parameters, ...hash, holds: null, more: 0 };
    return { denyAttached, parts: parameters === 0 ? [] : [whole] };
  }),
);
const retirement = v.lazy((given) => (isEarlier(given) ? earlierRetirement : laterRetirement));
const laterRetirement = v.strictObject({ denyAttached: v.boolean(), parts: v.array(part) });

function isEarlier(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'sha256' in given;
}

const fields = v.strictObject({
  schemaVersion: v.literal(1),
  name: text,
  accountId: text,
  executionId: text,
  userId: text,
  userName: text,
  ruleName: text,
  recordedAt: instant,
  credentials: v.array(credential),
  retirement: v.optional(retirement),
});
const schema = v.pipe(
  fields,
  v.forward(
    v.check(
      (record) => record.credentials.length > 0 || record.retirement !== undefined,
      'Expected at least one, because the record is not of a retirement',
    ),
    ['credentials'],
  ),
);

/**
 * JSON in base64url. Parameter Store refuses values with double braces, and a step of an Automation document
 * may turn text that looks like JSON into an object.
 */
export function encodeRecord(record: RevocationRecord): string {
  const { retirement, ...rest } = record;
  const parts = retirement?.parts.map(({ holds, ...part }) => {
    return { ...part, holds: holds?.map(permissionName) ?? null };
  });
  const written = parts === undefined ? rest : { ...rest, retirement: { ...retirement, parts } };
  const writeDate = (name: string, value: unknown) =>
    dateFields.has(name) && typeof value === 'number' ? formatInstant(value) : value;
  return Buffer.from(JSON.stringify(written, writeDate)).toString('base64url');
}

const dateFields = new Set(['used', 'created', 'changed', 'recordedAt']);

/** Throws RecordError if the text is not a record of this version. */
export function decodeRecord(encoded: string): RevocationRecord {
  if (!/^[\w-]+$/u.test(encoded)) throw invalid('it is not base64url');
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    throw invalid('it does not contain JSON');
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalid(`${v.getDotPath(issue) ?? 'the whole value'}: ${issue.message}`);
}

function invalid(what: string): ExpectedError {
  return new ExpectedError('RecordError', `The text is not a revocation record: ${what}`);
}

/** A parameter below the records' path as Parameter Store keeps it. */
export interface StoredRecord {
  readonly name: string;
  /** All versions. */
  readonly versions: readonly {
    readonly version: number;
    readonly value: string;
    /** The ARN of the principal that wrote it. */
    readonly writer: string;
  }[];
}

/** The user whose record it must be, and where the function runs. */
export interface RecordOwner {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly userId: string;
}

/** A record of this project, or why it is not genuine and who wrote it. */
export type RecordCheck =
  | { readonly genuine: true; readonly record: RevocationRecord }
  | { readonly genuine: false; readonly why: string; readonly writer: string };

/**
 * Whether a writer, LastModifiedUser of GetParameterHistory, is a role that writes records. AWS shows roles there as
 * `assumed-role/Role/session` and as `assumed-role/Role`.
 */
export function isRevocationRole(writer: string, place: Omit<RecordOwner, 'userId'>): boolean {
  return writerOf(writer, place) !== null;
}

/** Whether a writer is the role that retires users. */
export function isRetirementRole(writer: string, place: Omit<RecordOwner, 'userId'>): boolean {
  return writerOf(writer, place) === documentNames.retire;
}

/** The document whose role is the writer; null if the writer is not a role that may write records. */
function writerOf(
  writer: string,
  { partition, accountId, region }: Omit<RecordOwner, 'userId'>,
): string | null {
  const isRoleOf = (document: string) => {
    const role = automationRoleName(document, region);
    const assumed = `arn:${partition}:sts::${accountId}:assumed-role/${role}`;
    return writer === assumed || (writer.startsWith(`${assumed}/`) && !writer.endsWith('/'));
  };
  return recordingDocuments.find(isRoleOf) ?? null;
}

const recordingDocuments = [documentNames.revoke, documentNames.retire];

/**
 * A record is genuine if only the revocation's or the retirement's role can have written it. It has one version,
 * written by the role of what it records, and names this account, this user and its own parameter.
 */
export function checkRecord(stored: StoredRecord, owner: RecordOwner): RecordCheck {
  const [only, ...others] = stored.versions;
  const writers = [...new Set(stored.versions.map(({ writer }) => writer))].join(' and ');
  const refuse = (why: string) => ({ genuine: false, why, writer: writers || 'unknown' }) as const;
  if (only === undefined) return refuse('it has no version');
  if (others.length > 0 || only.version !== 1) return refuse('it was overwritten');
  const writtenBy = writerOf(only.writer, owner);
  if (writtenBy === null) {
    const roles = recordingDocuments.map((document) => automationRoleName(document, owner.region));
    return refuse(`it was not written by role ${roles.join(' or ')}`);
  }
  let record: RevocationRecord;
  try {
    record = decodeRecord(only.value);
  } catch {
    // The text is not quoted, because this project did not write it.
    return refuse('its text is not a record of this version');
  }
  const recordedBy = record.retirement === undefined ? documentNames.revoke : documentNames.retire;
  if (recordedBy !== writtenBy) {
    return refuse(`only role ${automationRoleName(recordedBy, owner.region)} writes such a record`);
  }
  if (record.accountId !== owner.accountId) return refuse('it belongs to another account');
  if (record.userId !== owner.userId) return refuse('it belongs to another user');
  if (record.name !== stored.name) return refuse('it was written under another name');
  return { genuine: true, record };
}
