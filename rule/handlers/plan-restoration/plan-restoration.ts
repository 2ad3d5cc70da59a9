import { parseRestorationRequest } from '../../formats/remediation-request.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { type LambdaContext, runByMode } from '../invocation.ts';
import { type ConfirmRequest, confirmPlan } from './confirm-plan.ts';
import { makePlan, type PlanRequest, type RestorationDependencies } from './make-plan.ts';
import { type VerifyRequest, verifyRestoration } from './verify-restoration.ts';

/**
 * Plans, confirms or verifies a restoration for UnusedIamCredentials-Restore. Only reads. Throws RequestError,
 * RuleParameterError, AwsError, UserError and RunError.
 */
export function planRestoration(
  event: unknown,
  context: LambdaContext,
  dependencies: RestorationDependencies,
): Promise<Answer> {
  return runByMode(context, dependencies, () => parseRestorationRequest(event), {
    plan: (request: PlanRequest, invocation) => makePlan(request, invocation, dependencies),
    confirm: (request: ConfirmRequest, invocation) =>
      confirmPlan(request, invocation, dependencies),
    verify: (request: VerifyRequest, invocation) =>
      verifyRestoration(request, invocation, dependencies),
  });
}
