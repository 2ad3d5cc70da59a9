import type { Instant } from './instant.ts';
import type { OutstandingRecord, PresentCredentials } from './restoration-plan.ts';
import type { RecordedCredential } from './revocation-record.ts';

/** What a restoration has just given back, and seen to be usable. */
export interface JustRestored {
  readonly accessKeyIds: readonly string[];
  readonly password: boolean;
}

/** Nothing: what a plan knows. */
export const nothingRestored: JustRestored = { accessKeyIds: [], password: false };

/** While a record without the mark is younger than this (milliseconds), its execution may be about to act. */
const longestExecution = 60 * 60_000;

/**
 * While a record is younger than this (milliseconds), a read of IAM may still show the state before it: what
 * looks usable may only not have been seen to be revoked. IAM's reads are behind by seconds.
 */
const longestLag = 10 * 60_000;

/**
 * Takes an outstanding record, the credentials as they are now, what this restoration has given back, and
 * the instant. Tells whether everything in the record is active again, issued anew, or gone for good.
 */
export function isSettled(
  outstanding: OutstandingRecord,
  present: PresentCredentials,
  restored: JustRestored,
  now: Instant,
): boolean {
  if (mayAct(outstanding, now)) return false;
  const young = isYoung(outstanding, now);
  return outstanding.record.credentials.every((credential) =>
    credential.type === 'password'
      ? present.hasPassword && (!young || restored.password)
      : isKeySettled(credential, outstanding, present, restored, young),
  );
}

/**
 * Takes the same. Tells whether the record has given back its access keys and only its password is left, so
 * that a later restoration by it must leave them alone.
 */
export function areKeysSettled(
  outstanding: OutstandingRecord,
  present: PresentCredentials,
  restored: JustRestored,
  now: Instant,
): boolean {
  const { record, keysRestored } = outstanding;
  const young = isYoung(outstanding, now);
  const keys = record.credentials.filter(({ type }) => type === 'access-key');
  if (keysRestored || keys.length === 0 || mayAct(outstanding, now)) return false;
  if (isSettled(outstanding, present, restored, now)) return false;
  return keys.every((key) => isKeySettled(key, outstanding, present, restored, young));
}

function mayAct({ record, applied }: OutstandingRecord, now: Instant): boolean {
  return !applied && now - record.recordedAt < longestExecution;
}

function isYoung({ record }: OutstandingRecord, now: Instant): boolean {
  return now - record.recordedAt < longestLag;
}

function isKeySettled(
  { id, action }: RecordedCredential,
  { keysRestored }: OutstandingRecord,
  { accessKeys }: PresentCredentials,
  { accessKeyIds }: JustRestored,
  young: boolean,
): boolean {
  const key = accessKeys.find((candidate) => candidate.id === id);
  if (action === 'Delete' || key === undefined) return true;
  if (key.status === 'Inactive') return keysRestored;
  return key.status === 'Expired' || !young || accessKeyIds.includes(key.id);
}
