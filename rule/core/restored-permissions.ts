import type { Instant } from './instant.ts';
import {
  denyMark,
  type NotGivenBack,
  notMissing,
  permissionsOf,
  undecidedOf,
} from './permission-plan.ts';
import {
  isYoung,
  type JustRestored,
  mostItems,
  type OutstandingRecord,
} from './restoration-plan.ts';
import { type CurrentPermissions, permissionName } from './retired-permissions.ts';
import type { RevocationRecord } from './revocation-record.ts';

/** The result for the permissions that a plan restores. */
export interface GivenBack {
  /** Names of what the user has now. */
  readonly restored: readonly string[];
  /** Names of what the user lacks and could have. */
  readonly left: readonly string[];
  /** What is gone for good or was replaced since the plan. */
  readonly notRestored: readonly NotGivenBack[];
}

/**
 * Checks which of the planned permissions, given by name, the user has. A name that no record lists anymore counts
 * as not restored, because its permission is not known.
 */
export function checkGivenBack(
  planned: readonly string[],
  records: readonly OutstandingRecord[],
  current: CurrentPermissions,
): GivenBack {
  const newestFirst = records.toSorted((a, b) => b.record.recordedAt - a.record.recordedAt);
  const recorded = newestFirst.flatMap(permissionsOf);
  const [restored, left, notRestored]: [string[], string[], NotGivenBack[]] = [[], [], []];
  for (const name of planned) {
    const permission = recorded.find((each) => permissionName(each) === name);
    const why = permission === undefined ? null : notMissing(permission, current);
    if (why === null) left.push(name);
    else if (why.kind === 'Present') restored.push(name);
    else notRestored.push({ name, why });
  }
  return { restored, left, notRestored };
}

/** Whether reads of IAM may show the permissions as they were before a retirement that is young. */
export function permissionsMayLag(
  records: readonly OutstandingRecord[],
  current: CurrentPermissions,
  now: Instant,
): boolean {
  return records.some((outstanding) => {
    const { record, applied, changed, restored } = outstanding;
    if (!isYoung(record, now)) return false;
    const isTaken = (name: string) =>
      (applied || changed?.has(name) === true) && !restored.has(name);
    const hasAny = permissionsOf(outstanding).some(
      (each) => notMissing(each, current)?.kind === 'Present' && isTaken(permissionName(each)),
    );
    const attached = record.retirement?.denyAttached === true;
    return hasAny || (attached && !current.deniesAll && isTaken(denyMark));
  });
}

/**
 * Whether a retirement's permissions are back or gone for good, and AWSDenyAll is detached. True for a record of no
 * retirement, and never true if nothing is known of the permissions.
 */
export function isEverythingGivenBack(
  outstanding: OutstandingRecord,
  current: CurrentPermissions | undefined,
  justRestored: JustRestored,
  now: Instant,
): boolean {
  const { record, restored } = outstanding;
  if (record.retirement === undefined) return true;
  if (current === undefined) return false;
  const isDenyLifted =
    !record.retirement.denyAttached ||
    restored.has(denyMark) ||
    justRestored.deny === true ||
    (!isYoung(record, now) && !current.deniesAll);
  const isKnown = record.retirement.parts.length === 0 || outstanding.permissions !== undefined;
  // A person who detached AWSDenyAll by hand has decided what to do about the damaged parts.
  const isDecided =
    undecidedOf(outstanding).length === 0 || (!isYoung(record, now) && !current.deniesAll);
  const isBack = arePermissionsBack(outstanding, current, justRestored, now);
  return isDenyLifted && isKnown && isDecided && isBack;
}

function arePermissionsBack(
  outstanding: OutstandingRecord,
  current: CurrentPermissions,
  { permissions = [] }: JustRestored,
  now: Instant,
): boolean {
  const young = isYoung(outstanding.record, now);
  return permissionsOf(outstanding).every((permission) => {
    const name = permissionName(permission);
    const kind = notMissing(permission, current)?.kind;
    const isBack = kind === 'Gone' || kind === 'Replaced' || (kind === 'Present' && !young);
    return outstanding.restored.has(name) || permissions.includes(name) || isBack;
  });
}

/** The names of the records to mark, because this restoration gave back the last of their permissions. */
export function recordsToMarkAsGivenBack(
  records: readonly OutstandingRecord[],
  current: CurrentPermissions | undefined,
  justRestored: JustRestored,
  now: Instant,
): string[] {
  const { permissions = [] } = justRestored;
  if (current === undefined) return [];
  const toMark = records.filter(
    (outstanding) =>
      permissionsOf(outstanding).some((each) => {
        const name = permissionName(each);
        return permissions.includes(name) && !outstanding.restored.has(name);
      }) && arePermissionsBack(outstanding, current, justRestored, now),
  );
  return newestNames(toMark);
}

/** The names of the records to mark, because they attached AWSDenyAll and this restoration detached it. */
export function recordsToMarkAsLifted(
  records: readonly OutstandingRecord[],
  { deny }: JustRestored,
): string[] {
  if (deny !== true) return [];
  return newestNames(
    records.filter(
      ({ record: { retirement }, restored }) =>
        retirement?.denyAttached === true && !restored.has(denyMark),
    ),
  );
}

function newestNames(records: readonly OutstandingRecord[]): string[] {
  return records
    .map(({ record }) => record)
    .toSorted((a: RevocationRecord, b: RevocationRecord) => b.recordedAt - a.recordedAt)
    .map(({ name }) => name)
    .slice(0, mostItems);
}
