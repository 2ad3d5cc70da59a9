import type { Instant } from '../core/instant.ts';
import type { OutstandingRecord, PresentCredentials } from '../core/restoration-plan.ts';
import { areKeysSettled, isSettled, type JustRestored } from '../core/settled-record.ts';
import type { RecordOwner } from '../formats/genuine-record.ts';
import type { LiveUser } from '../gateways/live-user.ts';
import { listRecordNames, readRecord } from '../gateways/records.ts';
import type { RemediationClients } from '../gateways/remediation-clients.ts';

/** A user's records that are not marked as restored. */
export interface OutstandingRecords {
  readonly outstanding: readonly OutstandingRecord[];
  /** What is below the user's path and none of ours: name, why, and who wrote it. */
  readonly forged: readonly string[];
}

/** Takes an SSM client and whose records are wanted. Gives back the genuine ones, and what is none. Throws AwsError. */
export async function readOutstanding(
  ssm: RemediationClients['ssm'],
  owner: RecordOwner,
): Promise<OutstandingRecords> {
  const outstanding: OutstandingRecord[] = [];
  const forged: string[] = [];
  for (const name of await listRecordNames(ssm, owner.userId)) {
    const found = await readRecord(ssm, name, owner);
    if (found === null) continue;
    const { check, ...marked } = found;
    if (check.genuine) outstanding.push({ record: check.record, ...marked });
    else forged.push(`${name} is no genuine record: ${check.why}; written by ${check.writer}`);
  }
  return { outstanding, forged };
}

/** Takes a user as read live; gives back what a restoration looks at. */
export function presentOf({ credentials }: LiveUser): PresentCredentials {
  const { loginProfileCreateDate, passwordLastUsed, accessKeys } = credentials;
  return { hasPassword: loginProfileCreateDate !== null, passwordLastUsed, accessKeys };
}

/** A loop of an Automation document takes at most this many items. */
const mostItems = 100;

/** Names of records that a restoration marks. */
export interface RecordsToMark {
  /** Nothing is left to restore by these. */
  readonly settled: readonly string[];
  /** By these only a password is. */
  readonly keysSettled: readonly string[];
}

/** Takes a user's outstanding records, the credentials as they are, what was just restored, and the instant. Gives back which to mark. */
export function recordsToMark(
  outstanding: readonly OutstandingRecord[],
  present: PresentCredentials,
  restored: JustRestored,
  now: Instant,
): RecordsToMark {
  const those = (holds: typeof isSettled) =>
    outstanding
      .filter((candidate) => holds(candidate, present, restored, now))
      .map(({ record }) => record.name)
      .slice(0, mostItems);
  return { settled: those(isSettled), keysSettled: those(areKeysSettled) };
}
