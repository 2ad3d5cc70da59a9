import type { Instant } from '../core/instant.ts';
import type { ComplianceType } from './evaluation.ts';

/** A rule's result for a user as AWS Config held it before a run. */
export interface EarlierResult {
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  /** The OrderingTimestamp it was put with; null where AWS Config did not say. */
  readonly orderedAt: Instant | null;
}

/**
 * Takes the verdicts of a scheduled run, and the results of before the run by user ID. Gives back the users
 * of whom nobody has been told that they are NON_COMPLIANT: whoever is so now and was not before, and
 * whoever was made so by a configuration change since the last scheduled run, since such a run tells nobody.
 *
 * Results do not say what put them. But all results of one scheduled run are ordered by one instant, the
 * creation of its notification, and that of a change by its own, the capture of its item. So an earlier
 * result counts as told when more than half of all earlier results share its instant. Any other counts as
 * untold, also where most users were judged anew since the last scheduled run: to tell twice is better than
 * not at all. Only in an account of a single user a result by a change counts as told.
 */
export function findNewlyNonCompliant<
  User extends { readonly userId: string; readonly compliance: ComplianceType },
>(users: readonly User[], earlier: ReadonlyMap<string, EarlierResult>): User[] {
  const counts = new Map<Instant | null, number>();
  for (const { orderedAt } of earlier.values()) {
    if (orderedAt !== null) counts.set(orderedAt, (counts.get(orderedAt) ?? 0) + 1);
  }
  const isTold = (userId: string) => {
    const result = earlier.get(userId);
    if (result?.compliance !== 'NON_COMPLIANT') return false;
    return 2 * (counts.get(result.orderedAt) ?? 0) > earlier.size;
  };
  return users.filter(
    ({ userId, compliance }) => compliance === 'NON_COMPLIANT' && !isTold(userId),
  );
}
