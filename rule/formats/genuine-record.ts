import { automationRoleName, documentNames } from '../core/names.ts';
import type { RevocationRecord } from '../core/revocation-record.ts';
import { decodeRecord } from './revocation-record.ts';

/** A parameter below the records' path as Parameter Store keeps it. */
export interface StoredRecord {
  readonly name: string;
  /** Every version that there is. */
  readonly versions: readonly {
    readonly version: number;
    readonly value: string;
    /** ARN of who wrote it. */
    readonly writer: string;
  }[];
}

/** Whose record it must be, and where this is. */
export interface RecordOwner {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly userId: string;
}

/** A record of this project, or why it is none and who wrote it. */
export type RecordCheck =
  | { readonly genuine: true; readonly record: RevocationRecord }
  | { readonly genuine: false; readonly why: string; readonly writer: string };

/**
 * Takes a stored record and whose it must be. Tells whether nobody but the revocation's role can have
 * written it: it has one version, which that role wrote; it names this account, this user and its own name.
 * The writer is LastModifiedUser of GetParameterHistory: for a role the ARN of its session.
 */
export function checkRecord(stored: StoredRecord, owner: RecordOwner): RecordCheck {
  const [only, ...others] = stored.versions;
  const writers = [...new Set(stored.versions.map(({ writer }) => writer))].join(' and ');
  const refuse = (why: string) => ({ genuine: false, why, writer: writers || 'unknown' }) as const;
  if (only === undefined) return refuse('it has no version');
  if (others.length > 0 || only.version !== 1) return refuse('it was overwritten');
  const role = automationRoleName(documentNames.revoke, owner.region);
  const session = `arn:${owner.partition}:sts::${owner.accountId}:assumed-role/${role}/`;
  if (!only.writer.startsWith(session) || only.writer.length === session.length) {
    return refuse(`it was not written by role ${role}`);
  }
  let record: RevocationRecord;
  try {
    record = decodeRecord(only.value);
  } catch {
    // What is wrong with it is not quoted: its text is not ours.
    return refuse('its text is no record of this version');
  }
  if (record.accountId !== owner.accountId) return refuse('it is of another account');
  if (record.userId !== owner.userId) return refuse('it is of another user');
  if (record.name !== stored.name) return refuse('it was written under another name');
  return { genuine: true, record };
}
