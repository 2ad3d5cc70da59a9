import { type AccessKey, tagValue, type User } from './credentials.ts';
import { findExemption } from './exemption.ts';
import { formatDate, formatInstant, type Instant, millisecondsPerDay } from './instant.ts';
import { protectedTag } from './names.ts';
import type { RevocationDecision } from './revocation-plan.ts';
import type { RecordedCredential, RevocationRecord } from './revocation-record.ts';
import type { RuleParameters } from './rule-parameters.ts';

/** The document's parameters that control a purge. */
export interface PurgeOptions {
  /** Days; 0 for no deletion. */
  readonly deleteAfterDays: number;
  /** Keys; 0 for no limit. */
  readonly maxRevocationsPerDay: number;
}

/** For each option, the stricter of the given value and the limit applies: the longer time (0 means never) and the smaller number (0 means no limit). */
export function applyPurgeLimits(given: PurgeOptions, limit: PurgeOptions): PurgeOptions {
  const [days, limitDays] = [given.deleteAfterDays, limit.deleteAfterDays];
  const [most, limitMost] = [given.maxRevocationsPerDay, limit.maxRevocationsPerDay];
  return {
    deleteAfterDays: days === 0 || limitDays === 0 ? 0 : Math.max(days, limitDays),
    maxRevocationsPerDay:
      most === 0 || limitMost === 0 ? Math.max(most, limitMost) : Math.min(most, limitMost),
  };
}

/** A genuine record of a user, with its marks. */
export interface MarkedRecord {
  readonly record: RevocationRecord;
  /** When it was carried out and verified; null if no mark says so, or not when. */
  readonly appliedAt: Instant | null;
  /** Whether a mark says that all of it was restored. */
  readonly closed: boolean;
  /** The credentials that a mark says were restored, by `markName`. */
  readonly restored: ReadonlySet<string>;
  /** When the deletion of a key was announced, by its ID; null for a mark that is no instant. */
  readonly announced: ReadonlyMap<string, Instant | null>;
}

/** What is known of a user whose keys may be deleted. */
export interface PurgeSubject {
  /** With the dates of change, which only the credential report has. */
  readonly user: User;
  readonly records: readonly MarkedRecord[];
  /** How many parameters below the path of the user's records are not genuine records. */
  readonly foreign: number;
  /** Set if the user is being restored or was just restored. */
  readonly restoration: RevocationDecision | null;
  /** The IDs of keys that an execution restored since their record was written, whatever the marks say. */
  readonly restoredKeys: ReadonlySet<string>;
}

/** An access key that was deactivated, and the record that says so. */
export interface PurgedKey {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly record: RevocationRecord;
  /** When the revocation was carried out. */
  readonly since: Instant;
  readonly lastUsed: Instant | undefined;
  /** When a mark says that its deletion was announced; null if none counts. */
  readonly announcedAt: Instant | null;
  /** The first instant at which it may be deleted. */
  readonly deletedFrom: Instant;
}

/** What happens to a deactivated key. */
export type KeyDecision =
  | { readonly kind: 'Delete' | 'Announce' | 'Announced'; readonly key: PurgedKey }
  /** A record allows its deletion, but something else does not. */
  | { readonly kind: 'Held'; readonly key: PurgedKey; readonly why: string };

/** How long before its deletion a key is announced (milliseconds). */
export const announcedFor = 7 * millisecondsPerDay;

/** For how long an announcement counts (milliseconds): less than the 30 days for which Automation can prove it. */
const announcementLasts = 28 * millisecondsPerDay;

/** By how much clocks may differ (milliseconds). */
const clockSkew = 10 * 60_000;

/**
 * Decides on each of the user's deactivated keys that is to be deleted within 7 days. A key that nothing says we
 * deactivated, or that can be used, is not even listed.
 */
export function planKeys(
  subject: PurgeSubject,
  deleteAfterDays: number,
  parameters: RuleParameters,
  now: Instant,
): KeyDecision[] {
  if (deleteAfterDays === 0) return [];
  return subject.user.accessKeys.flatMap((key): KeyDecision[] => {
    const { id } = key;
    // Stryker disable next-line ConditionalExpression: no record names a key without an ID
    if (id === null) return [];
    const found = findRecord(id, subject.records);
    if (key.status !== 'Inactive' || found === null) return [];
    const { credential, marked } = found;
    if (credential.action !== 'Deactivate' || marked.appliedAt === null) return [];
    const since = Math.max(marked.record.recordedAt, marked.appliedAt);
    const due = since + deleteAfterDays * millisecondsPerDay;
    if (now < due - announcedFor) return [];
    const announcedAt = validAnnouncement(marked.announced.get(id), since, now);
    const described: PurgedKey = {
      id,
      userId: marked.record.userId,
      userName: subject.user.userName,
      record: marked.record,
      since,
      lastUsed: key.used,
      announcedAt,
      deletedFrom: Math.max(due, (announcedAt ?? now) + announcedFor),
    };
    const why =
      whyNotKey({ ...key, id }, credential, marked, since, subject) ??
      whyNotUser(subject, parameters, now);
    if (why !== null) return [{ kind: 'Held', key: described, why }];
    if (announcedAt === null) return [{ kind: 'Announce', key: described }];
    return [{ kind: now < described.deletedFrom ? 'Announced' : 'Delete', key: described }];
  });
}

/** The newest record that names the key. Older records no longer describe its state. */
function findRecord(
  id: string,
  records: readonly MarkedRecord[],
): { readonly marked: MarkedRecord; readonly credential: RecordedCredential } | null {
  const newestFirst = records.toSorted((a, b) => b.record.recordedAt - a.record.recordedAt);
  for (const marked of newestFirst) {
    const credential = marked.record.credentials.find((each) => each.id === id);
    if (credential !== undefined) return { marked, credential };
  }
  return null;
}

/** The mark's instant if it is after the revocation, not in the future and at most 28 days old; else null. */
function validAnnouncement(
  mark: Instant | null | undefined,
  since: Instant,
  now: Instant,
): Instant | null {
  const at = mark ?? never;
  const isRecent = now - at <= announcementLasts;
  return at >= since && at <= now && isRecent ? at : null;
}

const never = Number.NEGATIVE_INFINITY;

/** An execution whose steps show that it announced the deletion of keys. */
export interface ShownAnnouncement {
  readonly startedAt: Instant;
  readonly keys: readonly AnnouncedKey[];
}

/** A key as an announcement names it. */
export interface AnnouncedKey {
  readonly accessKeyId: string;
  /** The parameter that holds the record. */
  readonly recordName: string;
}

/** How long (milliseconds) the announcing step may take, including its second try. */
const announcingTakes = 10 * 60_000;

/** Whether an execution that started then can have set a mark of that instant. */
export function canHaveAnnounced(startedAt: Instant, mark: Instant): boolean {
  return mark >= startedAt - clockSkew && mark <= startedAt + announcingTakes + clockSkew;
}

/**
 * Announces a key again, instead of deleting it, unless an execution proves its announcement. Anyone who can tag a
 * record could have set the mark, but only Automation writes the history of an execution.
 */
export function requireShown(
  decisions: readonly KeyDecision[],
  shown: readonly ShownAnnouncement[],
  now: Instant,
): KeyDecision[] {
  const isShown = (key: PurgedKey) =>
    shown.some(
      ({ startedAt, keys }) =>
        canHaveAnnounced(startedAt, key.announcedAt ?? never) &&
        keys.some(
          ({ accessKeyId, recordName }) => accessKeyId === key.id && recordName === key.record.name,
        ),
    );
  return decisions.map((decision) => {
    if (decision.kind !== 'Delete' || isShown(decision.key)) return decision;
    const key = { ...decision.key, announcedAt: null, deletedFrom: now + announcedFor };
    return { kind: 'Announce', key };
  });
}

/**
 * Why the key was not deactivated by this project at that instant, or was changed or used since; null if neither.
 */
function whyNotKey(
  { id, created, used, changed }: AccessKey & { readonly id: string },
  credential: RecordedCredential,
  { record, closed, restored }: MarkedRecord,
  since: Instant,
  { foreign, restoredKeys }: PurgeSubject,
): string | null {
  if (foreign > 0)
    return "not every parameter below the path of the user's records is a genuine record";
  if (closed || restored.has(id) || restoredKeys.has(id)) {
    return 'it was restored since, and deactivated by somebody else';
  }
  if (credential.created === undefined || created !== credential.created) {
    return 'it was not created when the record says';
  }
  // Stryker disable next-line ConditionalExpression: undefined is not greater than any instant
  if (used !== undefined && used > record.recordedAt) {
    return `it was used ${formatInstant(used)}, after it was deactivated`;
  }
  if (changed === undefined) return 'the credential report does not show it';
  if (changed > since + clockSkew) {
    return `it was changed ${formatInstant(changed)}, after it was deactivated`;
  }
  return null;
}

/** Why no key of the user is deleted, or null. */
function whyNotUser(
  { user, restoration }: PurgeSubject,
  parameters: RuleParameters,
  now: Instant,
): string | null {
  const protection = tagValue(user.tags, protectedTag)?.trim().toLowerCase();
  if (protection !== undefined && protection !== 'false') {
    return `the user has the tag ${protectedTag}`;
  }
  const exemption = findExemption(user, parameters, now);
  if (exemption.kind === 'path') return `the user is exempt by path ${exemption.prefix}`;
  if (exemption.kind === 'tag') return `the user is exempt until ${exemption.text}`;
  return restoration?.why ?? null;
}

/** The outcomes of a plan. The document changes something only on `Announce` and `Delete`. */
export const purgeOutcomes = [
  'Off',
  'Paused',
  'NotYet',
  'Running',
  'NothingDue',
  'LimitReached',
  'DryRun',
  'Announce',
  'Delete',
] as const;
export type PurgeOutcome = (typeof purgeOutcomes)[number];

/** What a purge announces and deletes now. */
export interface PurgePlan {
  readonly outcome: PurgeOutcome;
  /** Why, if not only the keys explain it. */
  readonly why: string | null;
  readonly toAnnounce: readonly PurgedKey[];
  readonly toDelete: readonly PurgedKey[];
}

/**
 * A loop of an Automation document runs over at most 100 items. With this many of the longest names, the plan stays
 * below the 100 KB that a step returns.
 */
export const mostKeysAtOnce = 60;

/**
 * Selects what to announce, and what to delete of all keys that are due: each day another one comes first, so that
 * keys that cannot be deleted never hold up the others. `deletedToday` counts against the limit.
 */
export function planPurge(
  decisions: readonly KeyDecision[],
  { maxRevocationsPerDay }: PurgeOptions,
  deletedToday: number,
  dryRun: boolean,
  now: Instant,
): PurgePlan {
  const keysOf = (kind: KeyDecision['kind']) =>
    decisions
      .filter((decision) => decision.kind === kind)
      .map(({ key }) => key)
      .toSorted((a, b) => a.deletedFrom - b.deletedFrom || a.id.localeCompare(b.id));
  const [toAnnounce, due] = [keysOf('Announce').slice(0, mostKeysAtOnce), keysOf('Delete')];
  const left =
    maxRevocationsPerDay === 0 ? mostKeysAtOnce : Math.max(0, maxRevocationsPerDay - deletedToday);
  const first = Math.floor(now / millisecondsPerDay) % Math.max(1, due.length);
  const inTurn = [...due.slice(first), ...due.slice(0, first)];
  const toDelete = inTurn.slice(0, Math.min(left, mostKeysAtOnce));
  const limited =
    toDelete.length < due.length
      ? `of ${due.length} due keys ${toDelete.length} are deleted now; ${deletedToday} were deleted today, and MaxRevocationsPerDay is ${maxRevocationsPerDay}`
      : null;
  const plan = (outcome: PurgeOutcome): PurgePlan => ({
    ...{ outcome, why: limited, toAnnounce, toDelete },
  });
  if (toAnnounce.length + due.length === 0) return plan('NothingDue');
  if (dryRun) return plan('DryRun');
  if (toDelete.length > 0) return plan('Delete');
  return plan(toAnnounce.length > 0 ? 'Announce' : 'LimitReached');
}

/** A plan that announces and deletes nothing. */
export function noPurge(outcome: PurgeOutcome, why: string | null): PurgePlan {
  return { outcome, why, toAnnounce: [], toDelete: [] };
}

/** For example `access key AKIA… of frank (AIDA…): deactivated 2026-08-01, last used 2026-05-01`. */
export function describePurgedKey({ id, userName, userId, since, lastUsed }: PurgedKey): string {
  const used = lastUsed === undefined ? 'never used' : `last used ${formatDate(lastUsed)}`;
  return `access key ${id} of ${userName} (${userId}): deactivated ${formatDate(since)}, ${used}`;
}
