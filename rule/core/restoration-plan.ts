import { type AccessKeyStatus, isUsable, usageGranularity } from './credentials.ts';
import { type Instant, millisecondsPerDay } from './instant.ts';
import type { CredentialId, RecordedCredential, RevocationRecord } from './revocation-record.ts';

/** The document's parameters that control a restoration. */
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

/** A genuine record that is not marked as restored. */
export interface OutstandingRecord {
  readonly record: RevocationRecord;
  /** Whether the record is marked as applied. */
  readonly applied: boolean;
  /** Whether the execution that wrote the record is still running. */
  readonly running: boolean;
  /** The credentials that the record is marked as having restored, by `markName`. */
  readonly restored: ReadonlySet<string>;
}

/** A user's credentials at the time of the plan or verification. */
export interface CurrentCredentials {
  readonly hasPassword: boolean;
  /** The last sign-in. IAM keeps it after the login profile is deleted. */
  readonly passwordLastUsed?: Instant | undefined;
  readonly accessKeys: readonly {
    readonly id: string;
    readonly status: AccessKeyStatus;
    readonly lastUsed?: Instant | undefined;
  }[];
}

/** What to restore, and why the rest is not restored. */
export interface RestorationPlan {
  /** Inactive access keys to reactivate. */
  readonly accessKeyIds: readonly string[];
  /** The newest record that allows a new password; null for no password. */
  readonly passwordRecord: RevocationRecord | null;
  readonly notRestored: readonly NotRestored[];
}

/** A recorded credential that is not restored. */
export interface NotRestored {
  readonly credential: CredentialId;
  readonly why: NotRestoredReason;
}

/** Why a recorded credential is not restored; `describeReason` puts it into words. */
export type NotRestoredReason =
  | { readonly kind: 'OtherRevocation' | 'Running' | 'Unconfirmed'; readonly executionId: string }
  | {
      readonly kind: 'TooOld';
      readonly executionId: string;
      /** Days. */
      readonly maxRecordAgeDays: number;
    }
  | { readonly kind: 'PasswordUsedSince' | 'KeyUsedSince'; readonly lastUsed: Instant }
  | { readonly kind: 'NotDeleted'; readonly status: AccessKeyStatus }
  | {
      readonly kind:
        | 'PasswordIssuedSince'
        | 'PasswordNotRequested'
        | 'RestoredBefore'
        | 'Deleted'
        | 'DeletedSince'
        | 'AlreadyActive'
        | 'Expired'
        | 'OtherAccessKey';
    };

/** Restores only what a record lists and what is still revoked. */
export function planRestoration(
  records: readonly OutstandingRecord[],
  current: CurrentCredentials,
  options: RestorationOptions,
  now: Instant,
): RestorationPlan {
  const accessKeyIds = new Set<string>();
  const passwords: RevocationRecord[] = [];
  const notRestored: NotRestored[] = [];
  for (const outstanding of withNewerMarks(records)) {
    const { record } = outstanding;
    const blocker = findBlocker(outstanding, options, now);
    for (const credential of record.credentials) {
      const why = blocker ?? whyNot(credential, outstanding, current, options);
      if (why !== null) notRestored.push({ credential, why });
      else if (credential.id !== null) accessKeyIds.add(credential.id);
      else passwords.push(record);
    }
  }
  const [newest = null] = passwords.toSorted((a, b) => b.recordedAt - a.recordedAt);
  // Another record may restore what this one does not.
  const remaining = notRestored.filter(({ credential: { id } }) =>
    id === null ? newest === null : !accessKeyIds.has(id),
  );
  return { accessKeyIds: [...accessKeyIds], passwordRecord: newest, notRestored: remaining };
}

/** What was restored after a record was written was restored after every older record, too. */
function withNewerMarks(records: readonly OutstandingRecord[]): OutstandingRecord[] {
  return records.map((outstanding) => {
    const { recordedAt } = outstanding.record;
    const newer = records.filter(({ record }) => record.recordedAt > recordedAt);
    const restored = new Set([outstanding, ...newer].flatMap((each) => [...each.restored]));
    return { ...outstanding, restored };
  });
}

/** Why nothing of a record is restored, or null. */
function findBlocker(
  { record: { executionId, recordedAt }, applied, running }: OutstandingRecord,
  { revocationId, includeUnconfirmed, maxRecordAgeDays }: RestorationOptions,
  now: Instant,
): NotRestoredReason | null {
  if (revocationId !== null && revocationId !== executionId) {
    return { kind: 'OtherRevocation', executionId };
  }
  if (now - recordedAt > maxRecordAgeDays * millisecondsPerDay) {
    return { kind: 'TooOld', executionId, maxRecordAgeDays };
  }
  if (running) return { kind: 'Running', executionId };
  return applied || includeUnconfirmed ? null : { kind: 'Unconfirmed', executionId };
}

/** Why a recorded credential is not restored in its current state, or null. */
function whyNot(
  credential: RecordedCredential,
  { record: { recordedAt }, restored }: OutstandingRecord,
  { hasPassword, passwordLastUsed, accessKeys }: CurrentCredentials,
  { accessKeyId, restorePassword }: RestorationOptions,
): NotRestoredReason | null {
  const { type, id, action } = credential;
  if (type === 'password') {
    if (hasPassword) return { kind: 'PasswordIssuedSince' };
    if (wasUsedSince(passwordLastUsed, recordedAt)) {
      return { kind: 'PasswordUsedSince', lastUsed: passwordLastUsed };
    }
    if (restored.has(markName(credential))) return { kind: 'RestoredBefore' };
    return restorePassword ? null : { kind: 'PasswordNotRequested' };
  }
  const key = accessKeys.find((candidate) => candidate.id === id);
  if (action === 'Delete') {
    return key === undefined ? { kind: 'Deleted' } : { kind: 'NotDeleted', status: key.status };
  }
  if (key === undefined) return { kind: 'DeletedSince' };
  switch (key.status) {
    case 'Active':
      return { kind: 'AlreadyActive' };
    case 'Expired':
      return { kind: 'Expired' };
    case 'Inactive':
      if (restored.has(key.id)) return { kind: 'RestoredBefore' };
      // AWS does not document whether IAM counts a refused request as use, so a named key is restored.
      if (accessKeyId !== id && wasUsedSince(key.lastUsed, recordedAt)) {
        return { kind: 'KeyUsedSince', lastUsed: key.lastUsed };
      }
      return accessKeyId === null || accessKeyId === id ? null : { kind: 'OtherAccessKey' };
  }
}

function wasUsedSince(used: Instant | undefined, recordedAt: Instant): used is Instant {
  // Stryker disable next-line ConditionalExpression: undefined is not greater than any instant
  return used !== undefined && used > recordedAt + usageGranularity;
}

/** What a mark on a record calls the credential: `password`, or the access key's ID. */
export function markName({ id }: CredentialId): string {
  return id ?? 'password';
}

/** What this restoration restored and verified. */
export interface JustRestored {
  readonly accessKeyIds: readonly string[];
  readonly password: boolean;
}

/** For a plan, which has not restored anything yet. */
export const nothingRestored: JustRestored = { accessKeyIds: [], password: false };

/**
 * While a record is younger than this (milliseconds), a read of IAM may show the state before the revocation.
 * In practice, IAM's reads lag by seconds.
 */
const longestLag = 10 * 60_000;

/**
 * Whether every credential of the record was restored, is usable again, or is permanently gone. Never true
 * while the execution that wrote the record is running, because it may still revoke.
 */
export function isFullyRestored(
  outstanding: OutstandingRecord,
  current: CurrentCredentials,
  justRestored: JustRestored,
  now: Instant,
): boolean {
  if (outstanding.running) return false;
  const young = now - outstanding.record.recordedAt < longestLag;
  return outstanding.record.credentials.every(
    (credential) =>
      outstanding.restored.has(markName(credential)) ||
      isJustRestored(credential, justRestored) ||
      isGone(credential, current) ||
      (!young && isUsableAgain(credential, current)),
  );
}

/** A loop of an Automation document runs over at most this many items. */
const mostItems = 100;

/**
 * The names of the records with nothing left to restore. The oldest come first, so that the marks of the newer ones
 * hold for those that have to wait for the next restoration.
 */
export function fullyRestoredRecords(
  outstanding: readonly OutstandingRecord[],
  current: CurrentCredentials,
  justRestored: JustRestored,
  now: Instant,
): string[] {
  return withNewerMarks(outstanding)
    .filter((candidate) => isFullyRestored(candidate, current, justRestored, now))
    .map(({ record }) => record)
    .toSorted((a, b) => a.recordedAt - b.recordedAt)
    .map(({ name }) => name)
    .slice(0, mostItems);
}

/**
 * The names of the records to mark, because they list a credential that this restoration restored. The newest come
 * first: a mark holds for all older records of the credential.
 */
export function recordsToMark(
  records: readonly OutstandingRecord[],
  justRestored: JustRestored,
  name: string,
): string[] {
  return records
    .filter(({ restored, record }) => {
      const credential = record.credentials.find((each) => markName(each) === name);
      return (
        credential !== undefined && isJustRestored(credential, justRestored) && !restored.has(name)
      );
    })
    .map(({ record }) => record)
    .toSorted((a, b) => b.recordedAt - a.recordedAt)
    .map((record) => record.name)
    .slice(0, mostItems);
}

function isJustRestored({ id }: CredentialId, justRestored: JustRestored): boolean {
  return id === null ? justRestored.password : justRestored.accessKeyIds.includes(id);
}

function isGone({ type, id, action }: RecordedCredential, { accessKeys }: CurrentCredentials) {
  if (type === 'password') return false;
  const key = accessKeys.find((candidate) => candidate.id === id);
  return action === 'Delete' || key === undefined || key.status === 'Expired';
}

function isUsableAgain({ type, id }: CredentialId, current: CurrentCredentials): boolean {
  if (type === 'password') return current.hasPassword;
  return current.accessKeys.some((key) => key.id === id && key.status === 'Active');
}

/** The credentials of the plan (access keys, and a password if one was to be issued) that cannot be used. */
export function stillUnusable(
  accessKeyIds: readonly string[],
  password: boolean,
  { hasPassword, accessKeys }: CurrentCredentials,
): CredentialId[] {
  const keys = accessKeyIds
    .filter((id) => !accessKeys.some((key) => key.id === id && isUsable(key.status)))
    .map((id): CredentialId => ({ type: 'access-key', id }));
  return password && !hasPassword ? [...keys, { type: 'password', id: null }] : keys;
}
