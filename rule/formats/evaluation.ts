import { formatDate, type Instant } from '../core/instant.ts';

/** The only resource type this rule evaluates. */
export const resourceType = 'AWS::IAM::User';

/** The resource type by which a rule reports that it ran and has nothing to report. */
export const accountType = 'AWS::::Account';

/** PutEvaluations takes only these three. */
export type ComplianceType = 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE';

/** One entry of PutEvaluations, in AWS's own field names. */
export interface Evaluation {
  readonly ComplianceResourceType: string;
  readonly ComplianceResourceId: string;
  readonly ComplianceType: ComplianceType;
  readonly Annotation: string;
  readonly OrderingTimestamp: Date;
}

/**
 * `resourceId` is a user's unique ID. `orderedAt` orders evaluations: the creation of the notification or the
 * capture of the configuration item. Annotations have 1 to 256 characters.
 */
export function toEvaluation(
  type: string,
  resourceId: string,
  verdict: { readonly compliance: ComplianceType; readonly annotation: string },
  orderedAt: Instant,
): Evaluation {
  return {
    ComplianceResourceType: type,
    ComplianceResourceId: resourceId,
    ComplianceType: verdict.compliance,
    Annotation: verdict.annotation,
    OrderingTimestamp: new Date(orderedAt),
  };
}

/** The verdict on an account without any result, as AWS's own samples put it. */
export const nothingToReport = {
  compliance: 'NOT_APPLICABLE',
  annotation: 'this evaluation has no result for an IAM user',
} as const;

/** The verdict on a user who was deleted. */
export function goneVerdict(now: Instant) {
  const annotation = `user no longer exists (${formatDate(now)})`;
  return { compliance: 'NOT_APPLICABLE', annotation } as const;
}

/** A rule's result for a user before a run. */
export interface EarlierResult {
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  /** The OrderingTimestamp it was put with; null if AWS Config does not say. */
  readonly orderedAt: Instant | null;
}

/**
 * The users whose NON_COMPLIANT result has not been announced yet: those who were not NON_COMPLIANT before this
 * scheduled run, and those who became so by a configuration change since the last one, which announces nothing.
 *
 * Results do not say what put them. All results of one scheduled run have the same OrderingTimestamp, the
 * creation of its notification; a change has its own, the capture of its item. So an earlier result counts as
 * announced if more than half of all earlier results share its timestamp. If most users were evaluated again since
 * the last scheduled run, some are announced twice, which is better than not at all. Only in an account with a
 * single user does a result by a change count as announced.
 */
export function findNewlyNonCompliant<
  User extends { readonly userId: string; readonly compliance: ComplianceType },
>(users: readonly User[], earlier: ReadonlyMap<string, EarlierResult>): User[] {
  const counts = new Map<Instant | null, number>();
  for (const { orderedAt } of earlier.values()) {
    if (orderedAt !== null) counts.set(orderedAt, (counts.get(orderedAt) ?? 0) + 1);
  }
  const isAnnounced = (userId: string) => {
    const result = earlier.get(userId);
    if (result?.compliance !== 'NON_COMPLIANT') return false;
    return 2 * (counts.get(result.orderedAt) ?? 0) > earlier.size;
  };
  return users.filter(
    ({ userId, compliance }) => compliance === 'NON_COMPLIANT' && !isAnnounced(userId),
  );
}
