import type { Instant } from './instant.ts';
import {
  type CurrentCredentials,
  isYoung,
  type JustRestored,
  markName,
  mostItems,
  type OutstandingRecord,
  withNewerMarks,
} from './restoration-plan.ts';
import { isEverythingGivenBack } from './restored-permissions.ts';
import type { CredentialId, RecordedCredential } from './revocation-record.ts';

/**
 * Whether every credential and permission of the record was restored, works again, or is permanently gone. False
 * while the execution that wrote the record is running, because it may still revoke.
 */
export function isFullyRestored(
  outstanding: OutstandingRecord,
  current: CurrentCredentials,
  justRestored: JustRestored,
  now: Instant,
): boolean {
  if (outstanding.running) return false;
  if (!isEverythingGivenBack(outstanding, current.permissions, justRestored, now)) return false;
  const young = isYoung(outstanding.record, now);
  return outstanding.record.credentials.every(
    (credential) =>
      outstanding.restored.has(markName(credential)) ||
      isJustRestored(credential, justRestored) ||
      isGone(credential, current) ||
      (!young && isUsableAgain(credential, current)),
  );
}

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
  if (type === 'password') return current.passwordCreated !== null;
  return current.accessKeys.some((key) => key.id === id && key.status === 'Active');
}
