import {
  GetParameterCommand,
  ListTagsForResourceCommand,
  paginateGetParameterHistory,
  paginateGetParametersByPath,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { Instant } from '../core/instant.ts';
import { marks, pauseParameter, recordsPath, restoredPrefix } from '../core/names.ts';
import type { OutstandingRecord } from '../core/restoration-plan.ts';
import { checkRecord, type RecordCheck, type RecordOwner } from '../formats/record-codec.ts';
import { all, call, eachItem, orNull, required } from './call.ts';
import { isRunning, readExecution } from './ssm-automation.ts';

/** The parameter that stops every revocation while it exists. */
export interface PauseSwitch {
  /** When it was set; null if AWS does not say. */
  readonly setAt: Instant | null;
}

/** Null if revocations are not paused. The parameter's value does not matter, and may be private. */
export function readPauseSwitch(ssm: SSMClient): Promise<PauseSwitch | null> {
  const command = new GetParameterCommand({ Name: pauseParameter });
  const answer = call(ssm, command, ({ Parameter }) => ({
    setAt: Parameter?.LastModifiedDate?.getTime() ?? null,
  }));
  return orNull(answer, 'ParameterNotFound');
}

/** A record that is not marked as restored, and the result of checking it. */
export interface FoundRecord {
  readonly name: string;
  /** Whether it is marked as carried out. */
  readonly applied: boolean;
  /** The credentials it is marked as having restored: `password`, or a key's ID. */
  readonly restored: ReadonlySet<string>;
  readonly check: RecordCheck;
}

/** The names of all records of the user with this unique ID, or of all users if it is null. */
export function listRecordNames(ssm: SSMClient, userId: string | null): Promise<string[]> {
  const Path = userId === null ? recordsPath : `${recordsPath}/${userId}`;
  const input = { Path, Recursive: true, MaxResults: 10 };
  const names = eachItem(ssm, paginateGetParametersByPath, input, ({ Parameters }) =>
    required(Parameters, 'Parameters').map(({ Name }) => required(Name, 'Name')),
  );
  return all(names);
}

/** Null if the record is marked as restored, or no longer exists. */
export function readRecord(
  ssm: SSMClient,
  name: string,
  owner: RecordOwner,
): Promise<FoundRecord | null> {
  const read = async (): Promise<FoundRecord | null> => {
    const tags = await readTags(ssm, name);
    if (tags.has(marks.restored)) return null;
    const versions = await readHistory(ssm, name);
    return {
      name,
      applied: tags.has(marks.applied),
      restored: restoredBy(tags),
      check: checkRecord({ name, versions }, owner),
    };
  };
  return orNull(read(), 'InvalidResourceId', 'ParameterNotFound');
}

function restoredBy(tags: ReadonlySet<string>): Set<string> {
  const own = [...tags].filter((tag) => tag.startsWith(restoredPrefix));
  return new Set(own.map((tag) => tag.slice(restoredPrefix.length)));
}

async function readTags(ssm: SSMClient, name: string): Promise<Set<string>> {
  const input = { ResourceType: 'Parameter' as const, ResourceId: name };
  const { TagList = [] } = await call(ssm, new ListTagsForResourceCommand(input));
  return new Set(TagList.map(({ Key = '' }) => Key));
}

/** Every version of a parameter, and who wrote it. */
export function readHistory(ssm: SSMClient, name: string) {
  const input = { Name: name, MaxResults: 50 };
  const versions = eachItem(ssm, paginateGetParameterHistory, input, ({ Parameters }) =>
    required(Parameters, 'Parameters').map(({ Version, Value, LastModifiedUser }) => ({
      version: required(Version, 'Version'),
      value: Value ?? '',
      writer: LastModifiedUser ?? 'unknown',
    })),
  );
  return all(versions);
}

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

/** Reads the user's records, and whether the executions that wrote them still run. */
export async function readOutstanding(
  ssm: SSMClient,
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
      const execution = marks.applied ? null : await readExecution(ssm, record.executionId);
      const running = execution !== null && isRunning(execution);
      outstanding.push({ record, running, ...marks });
    } else forged.push({ name, why: check.why, writer: check.writer });
  }
  return { outstanding, forged };
}
