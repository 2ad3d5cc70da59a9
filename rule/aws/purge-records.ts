import type { SSMClient } from '@aws-sdk/client-ssm';
import type { EarlierRevocation } from '../core/earlier-revocations.ts';
import { parseInstant } from '../core/instant.ts';
import { announcedPrefix, marks, restoredPrefix } from '../core/names.ts';
import type { MarkedRecord } from '../core/purge-plan.ts';
import { checkRecord, type RecordOwner } from '../formats/record-codec.ts';
import { readHistory, readTags, restoredAtBy, restoredBy } from './ssm-parameters.ts';

/** A user's records with their marks. */
export interface RecordsWithMarks {
  readonly records: readonly MarkedRecord[];
  /** The same records, in the form in which they limit revocations. */
  readonly earlier: readonly EarlierRevocation[];
  /** How many of the parameters are not genuine records. */
  readonly foreign: number;
}

/** Reads these parameters below the path of one user: two requests each. */
export async function readMarkedRecords(
  ssm: SSMClient,
  names: readonly string[],
  owner: RecordOwner,
): Promise<RecordsWithMarks> {
  const records: MarkedRecord[] = [];
  const earlier: EarlierRevocation[] = [];
  let foreign = 0;
  for (const name of names) {
    const versions = await readHistory(ssm, name);
    const check = checkRecord({ name, versions: versions ?? [] }, owner);
    const tags = check.genuine ? await readTags(ssm, name) : null;
    if (!check.genuine || tags === null) {
      foreign += 1;
      continue;
    }
    const { record } = check;
    const marked = toMarkedRecord(record, tags);
    records.push(marked);
    earlier.push({
      ...{ executionId: record.executionId, recordedAt: record.recordedAt },
      ...{ applied: tags.has(marks.applied), running: false, credentials: record.credentials },
      restored: restoredBy(tags, record.credentials),
      restoredAt: restoredAtBy(tags, record.credentials),
    });
  }
  return { records, earlier, foreign };
}

function toMarkedRecord(
  record: MarkedRecord['record'],
  tags: ReadonlyMap<string, string>,
): MarkedRecord {
  const below = (prefix: string) =>
    [...tags]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), parseInstant(value) ?? null] as const);
  return {
    record,
    appliedAt: parseInstant(tags.get(marks.applied) ?? '') ?? null,
    closed: tags.has(marks.restored),
    restored: new Set(below(restoredPrefix).map(([name]) => name)),
    announced: new Map(below(announcedPrefix)),
  };
}
