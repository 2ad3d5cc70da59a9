import type { Clients } from '../aws/clients.ts';
import type { LiveUser } from '../aws/iam-credentials.ts';
import { isRunning } from '../aws/ssm-automation.ts';
import { listRecordNames, readRecord } from '../aws/ssm-parameters.ts';
import type { Instant } from '../core/instant.ts';
import {
  type CurrentCredentials,
  isFullyRestored,
  type JustRestored,
  type OutstandingRecord,
} from '../core/restoration-plan.ts';
import type { RecordOwner } from '../formats/record-codec.ts';

/** A parameter below the user's path that is not a genuine record. */
export interface ForgedRecord {
  readonly name: string;
  readonly why: string;
  readonly writer: string;
}

/** A user's records that are not marked as restored. */
interface OutstandingRecords {
  readonly outstanding: readonly OutstandingRecord[];
  readonly forged: readonly ForgedRecord[];
}

/** Throws AwsError. */
export async function readOutstanding(
  ssm: Clients<'iam' | 'config' | 'ssm'>['ssm'],
  owner: RecordOwner,
): Promise<OutstandingRecords> {
  const outstanding: OutstandingRecord[] = [];
  const forged: ForgedRecord[] = [];
  for (const name of await listRecordNames(ssm, owner.userId)) {
    const found = await readRecord(ssm, name, owner);
    if (found === null) continue;
    const { check, ...marks } = found;
    if (check.genuine) {
      const { record } = check;
      const running = !marks.applied && (await isRunning(ssm, record.executionId));
      outstanding.push({ record, running, ...marks });
    } else forged.push({ name, why: check.why, writer: check.writer });
  }
  return { outstanding, forged };
}

/** The credentials that a restoration compares with the records. */
export function currentCredentials({ credentials }: LiveUser): CurrentCredentials {
  const { loginProfileCreateDate, passwordLastUsed, accessKeys } = credentials;
  return { hasPassword: loginProfileCreateDate !== null, passwordLastUsed, accessKeys };
}

/** A loop of an Automation document runs over at most this many items. */
const mostItems = 100;

/** The names of the records with nothing left to restore. */
export function fullyRestoredRecords(
  outstanding: readonly OutstandingRecord[],
  current: CurrentCredentials,
  justRestored: JustRestored,
  now: Instant,
): string[] {
  return outstanding
    .filter((candidate) => isFullyRestored(candidate, current, justRestored, now))
    .map(({ record }) => record.name)
    .slice(0, mostItems);
}
