import type { SSMClient } from '@aws-sdk/client-ssm';
import { withPermissions } from '../core/permission-plan.ts';
import type { OutstandingRecord } from '../core/restoration-plan.ts';
import type { RecordOwner } from '../formats/record-codec.ts';
import { readRetired } from './retirement-parts.ts';
import { listRecordNames, readProgress, readRecord } from './ssm-parameters.ts';

/** A parameter in the place of the user's records that is not a genuine one. */
export interface ForgedRecord {
  readonly name: string;
  readonly why: string;
  readonly writer: string;
}

/** A user's records. */
export interface RecordsOfUser {
  readonly outstanding: readonly OutstandingRecord[];
  /** Genuine, and marked as restored. */
  readonly closed: readonly OutstandingRecord[];
  readonly forged: readonly ForgedRecord[];
}

/** Reads the user's records, and the state of the executions whose records are not marked as applied. */
export async function readRecords(ssm: SSMClient, owner: RecordOwner): Promise<RecordsOfUser> {
  const outstanding: OutstandingRecord[] = [];
  const closed: OutstandingRecord[] = [];
  const forged: ForgedRecord[] = [];
  for (const name of await listRecordNames(ssm, owner.userId)) {
    const found = await readRecord(ssm, name, owner);
    if (found === null) continue;
    const { check, applied, restored, deleted } = found;
    if (!check.genuine) {
      forged.push({ name, why: check.why, writer: check.writer });
      continue;
    }
    const { record } = check;
    const isRetirement = !found.closed && record.retirement !== undefined;
    const removed = isRetirement ? await readRetired(ssm, record, owner) : undefined;
    const marks = { record, applied, running: false, restored, deleted };
    const marked = withPermissions(marks, removed);
    if (found.closed) closed.push(marked);
    else if (applied) outstanding.push(marked);
    else outstanding.push({ ...marked, ...(await readProgress(ssm, record.executionId)) });
  }
  return { outstanding, closed, forged };
}
