import { formatInstant, type Instant, millisecondsPerDay } from './instant.ts';
import { documentNames } from './names.ts';
import { markName } from './restoration-plan.ts';
import { decide, type RevocationDecision } from './revocation-plan.ts';
import type { CredentialId } from './revocation-record.ts';

/** A genuine record of the user that is about to be revoked. */
export interface EarlierRevocation {
  readonly executionId: string;
  readonly recordedAt: Instant;
  /** Whether it was carried out and verified. */
  readonly applied: boolean;
  readonly running: boolean;
  /** What it revoked, if it was applied. */
  readonly credentials: readonly CredentialId[];
  /** The credentials that a restoration gave back, by `markName`. */
  readonly restored: ReadonlySet<string>;
  /** When all or a part of it was restored, once for each mark; null if the mark cannot be read. */
  readonly restoredAt: readonly (Instant | null)[];
}

/**
 * A restoration exempts a user for at least a day (less the minutes by which clocks differ). During this time, the
 * record exempts the user even if a read does not show the tag yet. After it, the tag is visible and alone decides.
 */
const surelyExempt = millisecondsPerDay - 10 * 60_000;

/** By how much the clocks of two functions may differ (milliseconds). */
const clockSkew = 10 * 60_000;

/** Exempt if the user was restored shortly before, or is being restored by that execution; null otherwise. */
export function findRestoration(
  records: readonly EarlierRevocation[],
  runningRestoration: string | null,
  now: Instant,
): RevocationDecision | null {
  if (runningRestoration !== null) {
    const why = `execution ${runningRestoration} of ${documentNames.restore} is restoring the user`;
    return decide('Exempt', why);
  }
  for (const { executionId, restoredAt } of records) {
    for (const instant of restoredAt) {
      // Restorations write only instants, and none of the future: anything else is somebody else's.
      const at = instant ?? Number.POSITIVE_INFINITY;
      if (at > now + clockSkew || now - at >= surelyExempt) continue;
      return decide('Exempt', `revocation ${executionId} was restored ${formatInstant(at)}`);
    }
  }
  return null;
}

/** A credential that somebody else made usable again after each of several revocations. */
export interface ReturningCredential extends CredentialId {
  /** When it was revoked within the last 30 days, the oldest first; at least three. */
  readonly revokedAt: readonly Instant[];
  /** The first instant at which it may be revoked again. */
  readonly heldUntil: Instant;
}

/** A credential that keeps coming back is revoked `mostRevocations` times within this time (milliseconds). */
const loopWindow = 30 * millisecondsPerDay;
const mostRevocations = 3;

/** Executions that overlap revoke a credential once, although each writes a record (milliseconds). */
const overlap = 10 * 60_000;

/**
 * The usable credentials that were revoked three times within 30 days and were not restored since. As in a
 * restoration, a mark on a record applies to all older records of the credential. A record that somebody else
 * marked as restored does not count either, because a false mark must not keep a credential usable.
 */
export function findReturning(
  usable: readonly CredentialId[],
  records: readonly EarlierRevocation[],
  now: Instant,
): ReturningCredential[] {
  const newestFirst = records.toSorted((a, b) => b.recordedAt - a.recordedAt);
  return usable.flatMap(({ type, id }) => {
    const name = markName({ type, id });
    const restored = newestFirst.findIndex((each) => each.restored.has(name));
    const unrestored = restored === -1 ? newestFirst : newestFirst.slice(0, restored);
    const revokedAt = withoutOverlaps(
      unrestored
        .filter(({ applied, recordedAt }) => applied && now - recordedAt < loopWindow)
        .filter(({ credentials }) => credentials.some((each) => markName(each) === name))
        .map(({ recordedAt }) => recordedAt)
        .toReversed(),
    );
    const oldestThatHolds = revokedAt.at(-mostRevocations);
    if (oldestThatHolds === undefined) return [];
    return [{ type, id, revokedAt, heldUntil: oldestThatHolds + loopWindow }];
  });
}

/** Instants in order, without those that follow the last one that counts too closely. */
function withoutOverlaps(instants: readonly Instant[]): Instant[] {
  const kept: Instant[] = [];
  for (const instant of instants) {
    const last = kept.at(-1);
    if (last === undefined || instant - last >= overlap) kept.push(instant);
  }
  return kept;
}

/** For example `revoked 3 times within 30 days (2026-11-01T…, …), and somebody made it usable again each time`. */
export function describeReturning({ revokedAt }: Pick<ReturningCredential, 'revokedAt'>): string {
  const when = revokedAt.map(formatInstant).join(', ');
  return `revoked ${revokedAt.length} times within 30 days (${when}), and somebody made it usable again each time`;
}

/** How long failed revocations of a user are remembered (milliseconds). */
const memory = 7 * millisecondsPerDay;

/** Whether the last two revocations of the user ended without success, both within a week. */
export function keepsFailing(records: readonly EarlierRevocation[], now: Instant): boolean {
  const [last, previous] = records.toSorted((a, b) => b.recordedAt - a.recordedAt);
  return [last, previous].every(
    (record) =>
      record !== undefined &&
      !record.applied &&
      !record.running &&
      now - record.recordedAt < memory,
  );
}

/**
 * LimitReached if that many other users were revoked within 24 hours; null otherwise. A user whose revocations keep
 * failing gets only the first half of the limit, so that such users never use up the limit of the others.
 */
export function checkDailyLimit(
  others: number,
  maxRevocationsPerDay: number,
  failing: boolean,
): RevocationDecision | null {
  if (maxRevocationsPerDay === 0) return null;
  const counted = `revocations of ${others} other ${others === 1 ? 'user' : 'users'} were recorded within 24 hours; MaxRevocationsPerDay is ${maxRevocationsPerDay}`;
  if (others >= maxRevocationsPerDay) return decide('LimitReached', counted);
  if (!failing || others < Math.floor(maxRevocationsPerDay / 2)) return null;
  const why = `${counted}, and half of it is reserved for users whose last two revocations did not fail`;
  return decide('LimitReached', why);
}
