import type { Instant } from './instant.ts';
import {
  credentialName,
  type OutstandingRecord,
  type PresentCredentials,
} from './restoration-plan.ts';
import type { RecordedCredential } from './revocation-record.ts';

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
