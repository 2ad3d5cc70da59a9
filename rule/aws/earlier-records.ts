import { paginateGetParametersByPath, type SSMClient } from '@aws-sdk/client-ssm';
import type { EarlierRevocation } from '../core/earlier-revocations.ts';
import { type Instant, millisecondsPerDay } from '../core/instant.ts';
import { marks, parseRecordName, recordsPath } from '../core/names.ts';
import { checkRecord, isRevocationRole, type RecordOwner } from '../formats/record-codec.ts';
import { all, eachItem, required } from './call.ts';
import { isRunning, readExecution } from './ssm-automation.ts';
import { readHistory, readTags, restoredAtBy, restoredBy } from './ssm-parameters.ts';

/** A parameter below the records' path, genuine or not. */
export interface ListedRecord {
  readonly name: string;
  /** Part of the name. */
  readonly userId: string;
  readonly writtenAt: Instant;
}

/** The records of all users, in requests of ten. */
export function listRecords(ssm: SSMClient): Promise<ListedRecord[]> {
  const input = { Path: recordsPath, Recursive: true, MaxResults: 10 };
  const records = eachItem(ssm, paginateGetParametersByPath, input, ({ Parameters }) =>
    required(Parameters, 'Parameters').map(({ Name, LastModifiedDate }) => {
      const name = required(Name, 'Name');
      const writtenAt = required(LastModifiedDate, 'LastModifiedDate').getTime();
      return { name, userId: parseRecordName(name).userId, writtenAt };
    }),
  );
  return all(records);
}

/** Who wrote the records of the last 24 hours. */
interface RecentRecords {
  /** The users of records that our role wrote, once each. */
  readonly userIds: ReadonlySet<string>;
  /** Names of parameters that our role did not write. */
  readonly foreign: readonly string[];
}

/** Reads the history of each record of the last 24 hours. */
export async function readRecentRecords(
  ssm: SSMClient,
  listed: readonly ListedRecord[],
  place: Omit<RecordOwner, 'userId'>,
  now: Instant,
): Promise<RecentRecords> {
  const userIds = new Set<string>();
  const foreign: string[] = [];
  for (const { name, userId, writtenAt } of listed) {
    if (now - writtenAt >= millisecondsPerDay) continue;
    const versions = await readHistory(ssm, name);
    if (versions === null) continue;
    // A record that was overwritten since still counts: a principal that can write here must not be able to lift the limit.
    if (versions.some(({ writer }) => isRevocationRole(writer, place))) userIds.add(userId);
    else foreign.push(name);
  }
  return { userIds, foreign };
}

/** The user's genuine records, with their marks and whether the executions that wrote them still run. */
export async function readEarlierRevocations(
  ssm: SSMClient,
  listed: readonly ListedRecord[],
  owner: RecordOwner,
): Promise<EarlierRevocation[]> {
  const found: EarlierRevocation[] = [];
  for (const { name, userId } of listed) {
    if (userId !== owner.userId) continue;
    const versions = await readHistory(ssm, name);
    const check = checkRecord({ name, versions: versions ?? [] }, owner);
    const tags = check.genuine ? await readTags(ssm, name) : null;
    if (!check.genuine || tags === null) continue;
    const { executionId, recordedAt, credentials } = check.record;
    const applied = tags.has(marks.applied);
    const execution = applied ? null : await readExecution(ssm, executionId);
    found.push({
      ...{ executionId, recordedAt, applied, credentials },
      running: execution !== null && isRunning(execution),
      restored: restoredBy(tags, credentials),
      restoredAt: restoredAtBy(tags, credentials),
    });
  }
  return found;
}
