import { formatInstant, type Instant, millisecondsPerDay } from './instant.ts';
import { documentNames } from './names.ts';
import { decide, type RevocationDecision } from './revocation-plan.ts';

/** A genuine record of the user that is about to be revoked. */
export interface EarlierRevocation {
  readonly executionId: string;
  readonly recordedAt: Instant;
  /** Whether it was carried out and verified. */
  readonly applied: boolean;
  readonly running: boolean;
  /** When all or a part of it was restored, once for each mark; null if the mark cannot be read. */
  readonly restoredAt: readonly (Instant | null)[];
}

/**
 * A restoration exempts a user for at least a day (less the minutes by which clocks differ). For so long it holds
 * without the tag, which a read may not show yet; after that the tag has long been visible, and alone decides.
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
  const why = `${counted}, of which the second half is left to users whose revocations did not fail twice`;
  return decide('LimitReached', why);
}
