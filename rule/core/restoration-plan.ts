import type { AccessKeyStatus } from './credentials.ts';
import { formatInstant, type Instant, millisecondsPerDay } from './instant.ts';
import { nameOf, type RecordedCredential, type RevocationRecord } from './revocation-record.ts';

/** What the document's parameters say is to be restored. */
export interface RestorationOptions {
  /** The execution ID of the revocation to undo; null for all. */
  readonly revocationId: string | null;
  /** The only access key to reactivate; null for any. */
  readonly accessKeyId: string | null;
  readonly includeUnconfirmed: boolean;
  readonly restorePassword: boolean;
  /** Days. */
  readonly maxRecordAgeDays: number;
}

/** A genuine record that has not been marked as restored. */
export interface OutstandingRecord {
  readonly record: RevocationRecord;
  /** Whether it is marked as carried out. */
  readonly applied: boolean;
}

/** What a user's credentials are now. */
export interface PresentCredentials {
  readonly hasPassword: boolean;
  readonly accessKeys: readonly {
    readonly id: string;
    readonly status: AccessKeyStatus;
    readonly lastUsed?: Instant | undefined;
  }[];
}

/** What can be given back, and why the rest cannot. */
export interface RestorationPlan {
  /** Inactive access keys to reactivate. */
  readonly accessKeyIds: readonly string[];
  /** The newest record by which a new password is to be issued; null for none. */
  readonly passwordRecord: RevocationRecord | null;
  /** In words, with key IDs. */
  readonly notRestored: readonly string[];
}

/**
 * Takes a user's outstanding records, the credentials as they are now, the options and the instant of the
 * plan. Gives back what to restore: only what a record says was revoked and what still is.
 */
export function planRestoration(
  records: readonly OutstandingRecord[],
  present: PresentCredentials,
  options: RestorationOptions,
  now: Instant,
): RestorationPlan {
  const accessKeyIds = new Set<string>();
  const passwords: RevocationRecord[] = [];
  const notRestored = new Set<string>();
  for (const { record, applied } of records) {
    const bar = findBar(record, applied, options, now);
    for (const credential of record.credentials) {
      const why = bar ?? whyNot(credential, record, present, options);
      if (why !== null) notRestored.add(`${nameOf(credential)}: ${why}`);
      else if (credential.id !== null) accessKeyIds.add(credential.id);
      else passwords.push(record);
    }
  }
  const [newest = null] = passwords.toSorted((a, b) => b.recordedAt - a.recordedAt);
  return {
    accessKeyIds: [...accessKeyIds],
    passwordRecord: newest,
    notRestored: [...notRestored],
  };
}

/** Why nothing of a record is restored, or null. */
function findBar(
  { executionId, recordedAt }: RevocationRecord,
  applied: boolean,
  { revocationId, includeUnconfirmed, maxRecordAgeDays }: RestorationOptions,
  now: Instant,
): string | null {
  if (revocationId !== null && revocationId !== executionId) {
    return `recorded by revocation ${executionId}, which was not asked for`;
  }
  if (now - recordedAt > maxRecordAgeDays * millisecondsPerDay) {
    return `revocation ${executionId} is older than MaxRecordAgeDays, ${maxRecordAgeDays}`;
  }
  if (applied || includeUnconfirmed) return null;
  return `revocation ${executionId} did not finish, and may not have revoked it; IncludeUnconfirmed restores it`;
}

/** Why a recorded credential is not restored as it now is, or null. */
function whyNot(
  { type, id, action }: RecordedCredential,
  { recordedAt }: RevocationRecord,
  { hasPassword, accessKeys }: PresentCredentials,
  { accessKeyId, restorePassword }: RestorationOptions,
): string | null {
  if (type === 'password') {
    if (hasPassword) return 'a new one was issued since; it is left alone';
    return restorePassword ? null : 'deleted; RestorePassword issues a new one';
  }
  const key = accessKeys.find((candidate) => candidate.id === id);
  if (action === 'Delete') {
    return key === undefined
      ? 'deleted, and cannot come back'
      : `was to be deleted and is ${key.status}; it is left alone`;
  }
  if (key === undefined) return 'was deleted since, and cannot come back';
  switch (key.status) {
    case 'Active':
      return 'is active already; it is left alone';
    case 'Expired':
      return 'has expired, and cannot come back';
    case 'Inactive':
      if (key.lastUsed !== undefined && key.lastUsed > recordedAt + usageGranularity) {
        return `was used ${formatInstant(key.lastUsed)}, after it was revoked, so that somebody else deactivated it since; it is left alone`;
      }
      return accessKeyId === null || accessKeyId === id ? null : 'AccessKeyId names another';
  }
}

/** IAM dates the use of access keys no finer than this (milliseconds). */
const usageGranularity = 15 * 60_000;

/** How long an unmarked record may belong to an execution that is still at work (milliseconds). */
const longestExecution = 60 * 60_000;

/**
 * Takes an outstanding record, the credentials as they are now and the instant. Tells whether everything in
 * the record is active again, issued anew, or gone for good. A young record without the mark of having
 * been carried out is not: its execution may be about to act.
 */
export function isSettled(
  { record, applied }: OutstandingRecord,
  { hasPassword, accessKeys }: PresentCredentials,
  now: Instant,
): boolean {
  if (!applied && now - record.recordedAt < longestExecution) return false;
  return record.credentials.every(({ type, id, action }) => {
    if (type === 'password') return hasPassword;
    const key = accessKeys.find((candidate) => candidate.id === id);
    return action === 'Delete' || key?.status !== 'Inactive';
  });
}
