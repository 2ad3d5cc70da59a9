import type { Clients } from '../aws/clients.ts';
import type { LiveUser } from '../aws/iam-credentials.ts';
import { isRunning } from '../aws/ssm-automation.ts';
import { listRecordNames, readRecord } from '../aws/ssm-parameters.ts';
import type { Instant } from '../core/instant.ts';
import {
  isSettled,
  type JustRestored,
  type OutstandingRecord,
  type PresentCredentials,
} from '../core/restoration-plan.ts';
import type { RecordOwner } from '../formats/record-codec.ts';

/** A user's records that are not marked as restored. */
export interface OutstandingRecords {
  readonly outstanding: readonly OutstandingRecord[];
  /** What is below the user's path and none of ours: name, why, and who wrote it. */
  readonly forged: readonly string[];
}

/** Takes an SSM client and whose records are wanted. Gives back the genuine ones, and what is none. Throws AwsError. */
export async function readOutstanding(
  ssm: Clients<'iam' | 'config' | 'ssm'>['ssm'],
  owner: RecordOwner,
): Promise<OutstandingRecords> {
  const outstanding: OutstandingRecord[] = [];
  const forged: string[] = [];
  for (const name of await listRecordNames(ssm, owner.userId)) {
    const found = await readRecord(ssm, name, owner);
    if (found === null) continue;
    const { check, ...marked } = found;
    if (check.genuine) {
      const { record } = check;
      const running = !marked.applied && (await isRunning(ssm, record.executionId));
      outstanding.push({ record, running, ...marked });
    } else forged.push(`${name} is no genuine record: ${check.why}; written by ${check.writer}`);
  }
  return { outstanding, forged };
}

/** Takes a user as read live; gives back what a restoration looks at. */
export function presentOf({ credentials }: LiveUser): PresentCredentials {
  const { loginProfileCreateDate, passwordLastUsed, accessKeys } = credentials;
  return { hasPassword: loginProfileCreateDate !== null, passwordLastUsed, accessKeys };
}

/** A loop of an Automation document takes at most this many items. */
export const mostItems = 100;

/** Takes a user's outstanding records, the credentials as they are, what was just restored, and the instant. Gives back the names of those with nothing left to restore. */
export function settledRecords(
  outstanding: readonly OutstandingRecord[],
  present: PresentCredentials,
  restored: JustRestored,
  now: Instant,
): string[] {
  return outstanding
    .filter((candidate) => isSettled(candidate, present, restored, now))
    .map(({ record }) => record.name)
    .slice(0, mostItems);
}
