import { isAwsManaged } from './arns.ts';
import type { Instant } from './instant.ts';
import {
  type DamagedPart,
  isTooOld,
  type NotRestoredReason,
  type OutstandingRecord,
  type RestorationOptions,
  withNewerMarks,
} from './restoration-plan.ts';
import {
  type CurrentPermissions,
  isSame,
  noPermissions,
  type PermissionKind,
  permissionName,
  type RetiredPermissions,
} from './retired-permissions.ts';

/** A permission that a retirement removed. */
export type Permission =
  | {
      readonly kind: 'group' | 'attached policy';
      /** The name, or the ARN of a policy. */
      readonly id: string;
      /** Null if it is not recorded. */
      readonly uniqueId: string | null;
    }
  | {
      readonly kind: 'inline policy';
      readonly id: string;
      readonly uniqueId?: undefined;
      readonly document: string;
    };

/** What to give back, and why the rest is not given back. */
export interface PermissionPlan {
  readonly give: readonly Permission[];
  /** Whether to detach AWSDenyAll, after everything else. */
  readonly liftsDeny: boolean;
  readonly notRestored: readonly NotGivenBack[];
}

/** A recorded permission, or the detachment of AWSDenyAll, that does not come back. */
export interface NotGivenBack {
  readonly name: string;
  readonly why: NotGivenBackReason;
  /** Set if it is the detachment of AWSDenyAll. */
  readonly isDeny?: true;
}

/** Why it does not come back; `describePermissionReason` puts it into words. */
export type NotGivenBackReason =
  | Extract<
      NotRestoredReason,
      { kind: 'OtherRevocation' | 'Running' | 'Unconfirmed' | 'TooOld' | 'RestoredBefore' }
    >
  | { readonly kind: 'Replaced'; readonly permission: Permission['kind'] }
  | { readonly kind: 'Damaged' | 'DenyKept'; readonly part: DamagedPart }
  | {
      readonly kind: 'Present' | 'Gone' | 'MfaDevice' | 'DenyOfOthers' | 'DenyDetached';
    };

/** What a mark on a record calls all its permissions together. */
const permissionsMark = 'permissions';

/** What a mark on a record calls the detachment of AWSDenyAll. */
export const denyMark = 'deny';

/** The name of `denyMark` in texts. */
export const denyName = 'removal of policy AWSDenyAll';

/** Groups first, then attached and inline policies. */
export function listPermissions({
  groups,
  attachedPolicies,
  inlinePolicies,
}: RetiredPermissions): Permission[] {
  return [
    ...groups.map(({ name, id }) => ({ kind: 'group', id: name, uniqueId: id }) as const),
    ...attachedPolicies.map(({ arn, id }) => {
      return { kind: 'attached policy', id: arn, uniqueId: id } as const;
    }),
    ...inlinePolicies.map(({ name, document }) => {
      return { kind: 'inline policy', id: name, document } as const;
    }),
  ];
}

/** The recorded permissions of a record; none if it is of no retirement. */
export function permissionsOf({ permissions }: OutstandingRecord): Permission[] {
  return permissions === undefined ? [] : listPermissions(permissions);
}

/** The names of everything that a record lists besides credentials and AWSDenyAll. */
export function namesOf(outstanding: OutstandingRecord): string[] {
  const mfaDevices = outstanding.permissions?.mfaDevices ?? [];
  return [
    ...permissionsOf(outstanding).map(permissionName),
    ...mfaDevices.map((id) => permissionName({ kind: 'MFA device', id })),
    ...lostOf(outstanding).map(({ name }) => name),
  ];
}

/** What a retirement removed, and which of its parts are not genuine. */
export interface RemovedPermissions {
  readonly permissions: RetiredPermissions;
  readonly damaged: readonly DamagedPart[];
}

/**
 * Adds what a retirement removed. If the record's mark says that all of it was restored, each permission counts as
 * restored.
 */
export function withPermissions(
  outstanding: OutstandingRecord,
  removed: RemovedPermissions | undefined,
): OutstandingRecord {
  if (removed === undefined) return outstanding;
  const { permissions, damaged } = removed;
  const { restored } = outstanding;
  const names = restored.has(permissionsMark)
    ? listPermissions(permissions).map(permissionName)
    : [];
  return { ...outstanding, permissions, damaged, restored: new Set([...restored, ...names]) };
}

/** Whether a permission is restored by its name alone, because an earlier version recorded no unique ID. */
export function isByName(permission: Permission): boolean {
  return permission.uniqueId === null && !isAwsManaged(permission.id);
}

/** Gives back only what a record lists and what the user still lacks. */
export function planPermissions(
  records: readonly OutstandingRecord[],
  current: CurrentPermissions,
  options: RestorationOptions,
  now: Instant,
): PermissionPlan {
  const give = new Map<string, Permission>();
  const left = new Map<string, NotGivenBack>();
  const denials: (NotGivenBackReason | null)[] = [];
  const leave = (name: string, why: NotGivenBackReason) => {
    const kept = left.get(name);
    if (kept === undefined || kept.why.kind === 'OtherRevocation') left.set(name, { name, why });
  };
  // Of several records with one inline policy, the newest has the document that the user had last.
  const newestFirst = records.toSorted((a, b) => b.record.recordedAt - a.record.recordedAt);
  const marked = withNewerMarks(newestFirst);
  for (const outstanding of marked) {
    const { retirement } = outstanding.record;
    if (retirement === undefined) continue;
    for (const permission of permissionsOf(outstanding)) {
      const name = permissionName(permission);
      // A record without IDs does not overrule a newer one that has them.
      const newer = isByName(permission) ? left.get(name)?.why : undefined;
      const replaced = newer?.kind === 'Replaced' ? newer : null;
      const why =
        notRequested(outstanding, options) ??
        replaced ??
        notMissing(permission, current) ??
        notAllowed(name, outstanding, options, now);
      if (why !== null) leave(name, why);
      else if (!give.has(name)) give.set(name, permission);
    }
    for (const id of (outstanding.permissions ?? noPermissions).mfaDevices) {
      leave(permissionName({ kind: 'MFA device', id }), { kind: 'MfaDevice' });
    }
    for (const lost of lostOf(outstanding)) {
      leave(lost.name, whyLost(lost, outstanding, current, options, now));
    }
    denials.push(whyNotLifted(outstanding, current, options, now));
  }
  // A missing policy may have denied something. Only a person can decide.
  const [lost] = marked.flatMap((outstanding) =>
    whyNotCounted(outstanding, options, now) === null ? undecidedOf(outstanding) : [],
  );
  const reasons = denials.filter((denial) => denial !== null);
  const mayLift = reasons.length < denials.length;
  const liftsDeny = mayLift && lost === undefined;
  const kept = lost === undefined ? null : ({ kind: 'DenyKept', part: lost.part } as const);
  const denial = mayLift ? kept : mostTelling(reasons);
  if (denial !== null) left.set(denyMark, { name: denyName, why: denial, isDeny: true });
  const order = ['group', 'attached policy', 'inline policy'];
  return {
    give: order.flatMap((kind) => [...give.values()].filter((each) => each.kind === kind)),
    liftsDeny,
    notRestored: [...left.values()].filter(({ name }) => !give.has(name)),
  };
}

/** Something that a damaged part of a record held. */
interface LostPermission {
  readonly name: string;
  /** Null if the record does not name what it was. */
  readonly kind: PermissionKind | null;
  readonly part: DamagedPart;
}

/** What the damaged parts of a record held; empty if AWSDenyAll, which is detached last, was detached. */
function lostOf({ damaged = [], restored }: OutstandingRecord): LostPermission[] {
  if (restored.has(denyMark)) return [];
  return damaged.flatMap((part) => {
    const { name: parameter, holds, more } = part;
    const unnamed = holds === null ? 'permissions' : `${more} more permissions`;
    const named = (holds ?? []).map((held) => {
      return { name: permissionName(held), kind: held.kind, part };
    });
    if (more === 0 && holds !== null) return named;
    return [...named, { name: `${unnamed} in ${parameter}`, kind: null, part }];
  });
}

/**
 * The lost permissions that a person can still restore, because of which AWSDenyAll stays attached. Nobody can
 * restore MFA devices.
 */
export function undecidedOf(outstanding: OutstandingRecord): LostPermission[] {
  return lostOf(outstanding).filter(({ kind }) => kind !== 'MFA device');
}

function whyLost(
  { name, kind, part }: LostPermission,
  outstanding: OutstandingRecord,
  { groups, policies }: CurrentPermissions,
  options: RestorationOptions,
  now: Instant,
): NotGivenBackReason {
  if (kind === 'MFA device') return { kind: 'MfaDevice' };
  const held = [
    ...[...groups].map((id) => permissionName({ kind: 'group', id })),
    ...[...policies].map((id) => permissionName({ kind: 'attached policy', id })),
  ];
  if (held.includes(name)) return { kind: 'Present' };
  return whyNotCounted(outstanding, options, now) ?? { kind: 'Damaged', part };
}

/** Why a whole record does not count, or null. */
function whyNotCounted(
  outstanding: OutstandingRecord,
  options: RestorationOptions,
  now: Instant,
): NotGivenBackReason | null {
  const { record } = outstanding;
  const { executionId } = record;
  const { maxRecordAgeDays } = options;
  const isOld = isTooOld(record, record.credentials, options, now);
  const tooOld = isOld ? ({ kind: 'TooOld', executionId, maxRecordAgeDays } as const) : null;
  return notRequested(outstanding, options) ?? tooOld;
}

function notRequested(
  { record: { executionId }, running }: OutstandingRecord,
  { revocationId }: RestorationOptions,
): NotGivenBackReason | null {
  if (revocationId !== null && revocationId !== executionId) {
    return { kind: 'OtherRevocation', executionId };
  }
  return running ? { kind: 'Running', executionId } : null;
}

/** Why there is nothing to give back: the user has the permission, or it is gone for good. */
export function notMissing(
  permission: Permission,
  { groups, policies, inlinePolicies, gone, ids }: CurrentPermissions,
): NotGivenBackReason | null {
  const replaced = { kind: 'Replaced', permission: permission.kind } as const;
  if (permission.kind === 'inline policy') {
    const document = inlinePolicies.get(permission.id);
    if (document === undefined) return null;
    return document === permission.document ? { kind: 'Present' } : replaced;
  }
  const id = ids.get(permissionName(permission)) ?? null;
  if (!isSame(permission.uniqueId, id)) return replaced;
  const held = permission.kind === 'group' ? groups : policies;
  if (held.has(permission.id)) return { kind: 'Present' };
  return gone.has(permissionName(permission)) ? { kind: 'Gone' } : null;
}

function notAllowed(
  name: string,
  outstanding: OutstandingRecord,
  options: RestorationOptions,
  now: Instant,
): NotGivenBackReason | null {
  const { record, applied, changed, restored } = outstanding;
  const { executionId, name: recordName } = record;
  const { maxRecordAgeDays, includeUnconfirmed } = options;
  if (isTooOld(record, record.credentials, options, now)) {
    return { kind: 'TooOld', executionId, maxRecordAgeDays };
  }
  if (!applied && !includeUnconfirmed && changed?.has(name) !== true) {
    return { kind: 'Unconfirmed', executionId };
  }
  return restored.has(name) ? { kind: 'RestoredBefore', recordName } : null;
}

function whyNotLifted(
  outstanding: OutstandingRecord,
  { deniesAll }: CurrentPermissions,
  options: RestorationOptions,
  now: Instant,
): NotGivenBackReason | null {
  if (!deniesAll) return { kind: 'DenyDetached' };
  const { record, restored } = outstanding;
  if (record.retirement?.denyAttached !== true) return { kind: 'DenyOfOthers' };
  // No option detaches it again, so the reason must not suggest that naming another revocation would.
  if (restored.has(denyMark)) return { kind: 'RestoredBefore', recordName: record.name };
  return notRequested(outstanding, options) ?? notAllowed(denyMark, outstanding, options, now);
}

/**
 * Selects, from the reasons of several retirements, the one that says how AWSDenyAll can be detached. If a
 * retirement found it attached, an earlier one, perhaps one that failed, may have attached it: that one's reason
 * counts.
 */
function mostTelling(reasons: readonly NotGivenBackReason[]): NotGivenBackReason | null {
  const least = ['RestoredBefore', 'DenyOfOthers', 'OtherRevocation'];
  const rank = ({ kind }: NotGivenBackReason) => {
    const index = least.indexOf(kind);
    return index === -1 ? least.length : index;
  };
  return reasons.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** What the user lacks although a record lists it, and AWSDenyAll where it should be detached. */
export function stillRemoved(notRestored: readonly NotGivenBack[]): NotGivenBack[] {
  return notRestored.filter(
    ({ why: { kind } }) => !['Present', 'DenyDetached', 'DenyOfOthers'].includes(kind),
  );
}
