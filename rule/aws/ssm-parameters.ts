import {
  GetParameterCommand,
  ListTagsForResourceCommand,
  paginateGetParameterHistory,
  paginateGetParametersByPath,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { type Instant, parseInstant } from '../core/instant.ts';
import {
  deletedPrefix,
  marks,
  pauseParameter,
  recordsPath,
  restoredPrefix,
} from '../core/names.ts';
import { markName, type OutstandingRecord, passwordMark } from '../core/restoration-plan.ts';
import type { CredentialId, RecordedCredential } from '../core/revocation-record.ts';
import { credentialsChangedBy, removedBy } from '../formats/automation-history.ts';
import { checkRecord, type RecordCheck, type RecordOwner } from '../formats/record-codec.ts';
import { all, call, eachItem, orNull, required } from './call.ts';
import { isRunning, listSteps, readExecution } from './ssm-automation.ts';

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

/** A record, and the result of checking it. */
export interface FoundRecord {
  readonly name: string;
  /** Whether it is marked as carried out. */
  readonly applied: boolean;
  /** Whether it is marked as restored as a whole. */
  readonly closed: boolean;
  /** What it is marked as having restored: `password`, a key's ID, `permissions`, `deny`. */
  readonly restored: ReadonlySet<string>;
  /** When the deletion of a key began, by its ID. */
  readonly deleted: ReadonlyMap<string, Instant>;
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

/** Null if the record no longer exists. Anyone may mark a parameter, so marks do not replace the check. */
export async function readRecord(
  ssm: SSMClient,
  name: string,
  owner: RecordOwner,
): Promise<FoundRecord | null> {
  const tags = await readTags(ssm, name);
  const versions = tags === null ? null : await readHistory(ssm, name);
  if (tags === null || versions === null) return null;
  const check = checkRecord({ name, versions }, owner);
  const closed = tags.has(marks.restored);
  const restored = restoredBy(tags, check.genuine ? check.record.credentials : []);
  const deleted = deletedBy(tags);
  return { name, applied: tags.has(marks.applied), closed, restored, deleted, check };
}

function deletedBy(tags: ReadonlyMap<string, string>): Map<string, Instant> {
  const own = [...tags].flatMap(([tag, value]) => {
    const at = tag.startsWith(deletedPrefix) ? parseInstant(value) : undefined;
    return at === undefined ? [] : [[tag.slice(deletedPrefix.length), at] as const];
  });
  return new Map(own);
}

/**
 * What a record's marks say was restored. There is one mark for each credential, one for all permissions, one for
 * the deny, and one for the whole record.
 */
export function restoredBy(
  tags: ReadonlyMap<string, string>,
  credentials: readonly CredentialId[],
): Set<string> {
  const own = [...tags.keys()].filter((tag) => tag.startsWith(restoredPrefix));
  const names = own.map((tag) => tag.slice(restoredPrefix.length));
  return new Set([...names, ...(tags.has(marks.restored) ? credentials.map(markName) : [])]);
}

/**
 * When restorations gave back all or a part of a record, once for each mark; null for a mark that cannot be read. A
 * revocation that replaced the password sets that mark itself, at the same instant as its mark `applied`. It counts
 * as no restoration.
 */
export function restoredAtBy(
  tags: ReadonlyMap<string, string>,
  credentials: readonly Pick<RecordedCredential, 'action'>[],
): (Instant | null)[] {
  const replacedAt = credentials.some(({ action }) => action === 'Replace')
    ? tags.get(marks.applied)
    : undefined;
  const isOwn = (tag: string, value: string) =>
    tag === `${restoredPrefix}${passwordMark}` && value === replacedAt;
  return [...tags]
    .filter(([tag]) => tag === marks.restored || tag.startsWith(restoredPrefix))
    .flatMap(([tag, value]) => (isOwn(tag, value) ? [] : [parseInstant(value) ?? null]));
}

/** The marks of a record and their values; null if the parameter no longer exists. */
export function readTags(ssm: SSMClient, name: string): Promise<Map<string, string> | null> {
  const command = new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name });
  const tags = call(
    ssm,
    command,
    ({ TagList = [] }) => new Map(TagList.map(({ Key = '', Value = '' }) => [Key, Value])),
  );
  return orNull(tags, 'InvalidResourceId');
}

/** Every version of a parameter, and who wrote it; null if the parameter does not exist. */
export function readHistory(ssm: SSMClient, name: string) {
  const input = { Name: name, MaxResults: 50 };
  const versions = eachItem(ssm, paginateGetParameterHistory, input, ({ Parameters }) =>
    required(Parameters, 'Parameters').map(({ Version, Value, LastModifiedUser }) => ({
      version: required(Version, 'Version'),
      value: Value ?? '',
      writer: LastModifiedUser ?? 'unknown',
    })),
  );
  return orNull(all(versions), 'ParameterNotFound');
}

/** What the history of an unfinished revocation says: it is kept for 30 days. */
export async function readProgress(
  ssm: SSMClient,
  executionId: string,
): Promise<Pick<OutstandingRecord, 'running' | 'changed'>> {
  const execution = await readExecution(ssm, executionId);
  if (execution === null) return { running: false };
  if (isRunning(execution)) return { running: true };
  const steps = await listSteps(ssm, executionId);
  const changed = new Set([...credentialsChangedBy(steps), ...removedBy(steps)]);
  return { running: false, changed };
}
