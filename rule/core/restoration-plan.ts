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
  /** Whether its execution is still at work. */
  readonly running: boolean;
  /** What it is marked as having given back, `password` or a key's ID: what happens to that since is not its business. */
  readonly givenBack: ReadonlySet<string>;
}

/** What a user's credentials are now. */
export interface PresentCredentials {
  readonly hasPassword: boolean;
  /** The last sign-in; it outlives the login profile. */
  readonly passwordLastUsed?: Instant | undefined;
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
  const notRestored: { credential: RecordedCredential; why: string }[] = [];
  for (const outstanding of records) {
    const { record } = outstanding;
    const bar = findBar(outstanding, options, now);
    for (const credential of record.credentials) {
      const why = bar ?? whyNot(credential, outstanding, present, options);
      if (why !== null) notRestored.push({ credential, why });
      else if (credential.id !== null) accessKeyIds.add(credential.id);
      else passwords.push(record);
    }
  }
  const [newest = null] = passwords.toSorted((a, b) => b.recordedAt - a.recordedAt);
  // What one record bars, another may give back.
  const reasons = notRestored
    .filter(({ credential: { id } }) => (id === null ? newest === null : !accessKeyIds.has(id)))
    .map(({ credential, why }) => `${nameOf(credential)}: ${why}`);
  return {
    accessKeyIds: [...accessKeyIds],
    passwordRecord: newest,
    notRestored: [...new Set(reasons)],
  };
}

/** Why nothing of a record is restored, or null. */
function findBar(
  { record: { executionId, recordedAt }, applied, running }: OutstandingRecord,
  { revocationId, includeUnconfirmed, maxRecordAgeDays }: RestorationOptions,
  now: Instant,
): string | null {
  if (revocationId !== null && revocationId !== executionId) {
    return `recorded by revocation ${executionId}, which was not asked for`;
  }
  if (now - recordedAt > maxRecordAgeDays * millisecondsPerDay) {
    return `revocation ${executionId} is older than MaxRecordAgeDays, ${maxRecordAgeDays}`;
  }
  if (running) return `revocation ${executionId} is still running; wait for its end`;
  if (applied || includeUnconfirmed) return null;
  return `revocation ${executionId} did not finish, and may not have revoked it; IncludeUnconfirmed restores it`;
}

/** Why a recorded credential is not restored as it now is, or null. */
function whyNot(
  { type, id, action }: RecordedCredential,
  { record: { recordedAt }, givenBack }: OutstandingRecord,
  { hasPassword, passwordLastUsed, accessKeys }: PresentCredentials,
  { accessKeyId, restorePassword }: RestorationOptions,
): string | null {
  if (type === 'password') {
    if (hasPassword) return 'a new one was issued since; it is left alone';
    if (wasUsedSince(passwordLastUsed, recordedAt)) {
      return `a new one was used ${formatInstant(passwordLastUsed)} and deleted since; it is left alone`;
    }
    if (givenBack.has(credentialName({ type, id }))) return takenBack;
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
      if (givenBack.has(key.id)) return takenBack;
      // Whether IAM counts a refused request as use is not documented; who names the key knows better.
      if (accessKeyId !== id && wasUsedSince(key.lastUsed, recordedAt)) {
        return `was last used ${formatInstant(key.lastUsed)}, after it was revoked, so that somebody else may have deactivated it since; name it in AccessKeyId to restore it`;
      }
      return accessKeyId === null || accessKeyId === id ? null : 'AccessKeyId names another';
  }
}

const takenBack = 'was restored before, and taken away since; it is left alone';

/** IAM dates the use of credentials no finer than this (milliseconds). */
const usageGranularity = 15 * 60_000;

function wasUsedSince(used: Instant | undefined, recordedAt: Instant): used is Instant {
  return used !== undefined && used > recordedAt + usageGranularity;
}

/** Takes a credential; gives back what marks on a record call it: `password`, or the key's ID. */
export function credentialName({ type, id }: Pick<RecordedCredential, 'type' | 'id'>): string {
  return type === 'password' || id === null ? 'password' : id;
}

/** What a restoration has just given back, and seen to be usable. */
export interface JustRestored {
  readonly accessKeyIds: readonly string[];
  readonly password: boolean;
}

/** Nothing: what a plan knows. */
export const nothingRestored: JustRestored = { accessKeyIds: [], password: false };

/**
 * While a record is younger than this (milliseconds), a read of IAM may still show the state before it: what
 * looks usable may only not have been seen to be revoked. IAM's reads are behind by seconds.
 */
const longestLag = 10 * 60_000;

/**
 * Takes an outstanding record, the credentials as they are now, what this restoration has given back, and
 * the instant. Tells whether everything in the record was given back, is active again, issued anew, or gone
 * for good. A record whose execution is at work is not settled: it may be about to act.
 */
export function isSettled(
  outstanding: OutstandingRecord,
  present: PresentCredentials,
  restored: JustRestored,
  now: Instant,
): boolean {
  if (outstanding.running) return false;
  const young = now - outstanding.record.recordedAt < longestLag;
  return outstanding.record.credentials.every(
    (credential) =>
      outstanding.givenBack.has(credentialName(credential)) ||
      isGivenBack(credential, restored) ||
      isGone(credential, present) ||
      (!young && isUsableAgain(credential, present)),
  );
}

/**
 * Takes outstanding records, what this restoration has given back, and one credential by its name. Gives back
 * the names of the records that hold it and are not marked yet as having given it back; none where this
 * restoration has not given it back.
 */
export function recordsGivingBack(
  records: readonly OutstandingRecord[],
  restored: JustRestored,
  name: string,
): string[] {
  return records
    .filter(({ givenBack, record }) => {
      const credential = record.credentials.find((each) => credentialName(each) === name);
      return credential !== undefined && isGivenBack(credential, restored) && !givenBack.has(name);
    })
    .map(({ record }) => record.name);
}

function isGivenBack({ type, id }: RecordedCredential, restored: JustRestored): boolean {
  return type === 'password' ? restored.password : restored.accessKeyIds.includes(id ?? '');
}

function isGone({ type, id, action }: RecordedCredential, { accessKeys }: PresentCredentials) {
  if (type === 'password') return false;
  const key = accessKeys.find((candidate) => candidate.id === id);
  return action === 'Delete' || key === undefined || key.status === 'Expired';
}

function isUsableAgain({ type, id }: RecordedCredential, present: PresentCredentials): boolean {
  if (type === 'password') return present.hasPassword;
  return present.accessKeys.some((key) => key.id === id && key.status === 'Active');
}
