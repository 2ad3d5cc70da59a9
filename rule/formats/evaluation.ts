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
 * `resourceId` is a user's unique ID. `orderedAt` is the OrderingTimestamp: when the notification was created or
 * the configuration item was captured. Annotations have 1 to 256 characters.
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
