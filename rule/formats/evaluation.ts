import { formatDate, type Instant } from '../core/instant.ts';

/** The only resource type this rule judges. */
export const resourceType = 'AWS::IAM::User';

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
 * Takes a resource's type and ID (AWS Config knows a user by his unique ID), the verdict with its reason (1
 * to 256 characters), and the instant that orders evaluations: the notification's creation or the
 * configuration item's capture. Gives back the evaluation.
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

/** Takes the instant of the evaluation; gives back the verdict on a user who is gone. */
export function goneVerdict(now: Instant) {
  const annotation = `user no longer exists (${formatDate(now)})`;
  return { compliance: 'NOT_APPLICABLE', annotation } as const;
}
