import type { ListedRecord } from '../../aws/earlier-records.ts';
import { makeCredentialReport } from '../../aws/iam-credential-report.ts';
import { type LiveUser, readLiveUser } from '../../aws/iam-credentials.ts';
import { listAccountUsers } from '../../aws/iam-users.ts';
import { type RecordsWithMarks, readMarkedRecords } from '../../aws/purge-records.ts';
import { listRestorations, listRunningRestorations } from '../../aws/ssm-automation.ts';
import { listRecordNames } from '../../aws/ssm-parameters.ts';
import type { FunctionLocation } from '../../core/arns.ts';
import { findRestoration } from '../../core/earlier-revocations.ts';
import { type Instant, millisecondsPerDay } from '../../core/instant.ts';
import { announcedFor, type PurgeSubject } from '../../core/purge-plan.ts';
import type { EarlierRestoration } from '../../core/restoration-plan.ts';
import { evidenceOf, type ReadReport, readReport } from '../../formats/credential-report.ts';
import { fromLive, type UserIdentity } from '../../formats/user-snapshot.ts';
import type { FunctionDependencies } from '../invocation.ts';

interface SubjectsContext {
  readonly location: FunctionLocation;
  readonly now: Instant;
  readonly deadline: Instant;
  readonly deleteAfterDays: number;
}

/**
 * The users who may have a key to announce or delete: they have an old enough record and an inactive key. Reads the
 * credential report, the list of users and the restorations of all of them, and the rest only of those users.
 */
export async function readSubjects(
  listed: readonly ListedRecord[],
  { location, now, deadline, deleteAfterDays }: SubjectsContext,
  dependencies: FunctionDependencies,
): Promise<PurgeSubject[]> {
  const { iam, ssm, clock } = dependencies;
  const byUser = new Map<string, ListedRecord[]>();
  for (const record of listed) {
    byUser.set(record.userId, [...(byUser.get(record.userId) ?? []), record]);
  }
  // A record is applied after it was written, so a younger one is not due either.
  const youngest = now - deleteAfterDays * millisecondsPerDay + announcedFor;
  const isOld = (records: readonly ListedRecord[] = []) =>
    records.some(({ writtenAt }) => writtenAt <= youngest);
  if (![...byUser.values()].some(isOld)) return [];
  const report = readReport(await makeCredentialReport(iam, clock, deadline));
  const users = await listAccountUsers(iam);
  const candidates = users.filter(
    (identity) => isOld(byUser.get(identity.userId)) && hasInactiveKey(report, identity),
  );
  if (candidates.length === 0) return [];

  const restoring = await listRunningRestorations(ssm, location);
  const restorations = await listRestorations(ssm);
  const subjects: PurgeSubject[] = [];
  for (const { userId, userName } of candidates) {
    const live = await readLiveUser(iam, userId, userName);
    // The user was renamed or deleted meanwhile. The next day's execution finds a renamed user.
    if (live === null) continue;
    const names = (byUser.get(userId) ?? []).map(({ name }) => name);
    const context = { location, now, names, restorations };
    const execution = restoring.get(userId) ?? null;
    subjects.push(await readSubject(live, report, names, execution, context, dependencies));
  }
  return subjects;
}

/**
 * Whether the user's own row has an inactive key. Without a row, keys have no date of change, so none would be
 * deleted.
 */
function hasInactiveKey(report: ReadReport, identity: UserIdentity): boolean {
  if (report.problems.has(identity.arn)) return false;
  return evidenceOf(report, identity).row?.keys.some(({ active }) => !active) === true;
}

/** `names` are those of the user's records; null to list them. `restoring` is an execution that is restoring the user. */
export async function readSubject(
  live: LiveUser,
  report: ReadReport,
  names: readonly string[] | null,
  restoring: string | null,
  {
    location,
    now,
    restorations,
  }: Pick<SubjectsContext, 'location' | 'now'> & {
    readonly restorations: readonly EarlierRestoration[];
  },
  { ssm }: FunctionDependencies,
): Promise<PurgeSubject> {
  const { userId } = live.identity;
  const found = await readMarkedRecords(ssm, names ?? (await listRecordNames(ssm, userId)), {
    ...location,
    userId,
  });
  return {
    user: fromLive(live.identity, live.credentials, evidenceOf(report, live.identity).row),
    records: found.records,
    foreign: found.foreign,
    restoration: findRestoration(found.earlier, restoring, now),
    restoredKeys: restoredSince(found, restorations),
  };
}

/** The keys that executions restored since the newest record that names them. */
function restoredSince(
  { records }: RecordsWithMarks,
  restorations: readonly EarlierRestoration[],
): ReadonlySet<string> {
  const recordedAt = (id: string) =>
    Math.max(
      ...records
        .filter(({ record }) => record.credentials.some((each) => each.id === id))
        .map(({ record }) => record.recordedAt),
    );
  const ids = restorations.flatMap(({ startedAt, restored }) =>
    restored.filter((id) => startedAt >= recordedAt(id)),
  );
  return new Set(ids);
}
