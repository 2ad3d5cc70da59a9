import { parseRetirementRequest } from '../../formats/remediation-request.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { parseRevocationLimits } from '../../formats/revocation-limits.ts';
import { type LambdaContext, runByMode } from '../invocation.ts';
import { reportRefusal } from '../refused-request.ts';
import type { RevocationDependencies } from '../revocation-rule.ts';
import { type ConfirmRequest, confirmPlan } from './confirm-plan.ts';
import { makePlan, type PlanRequest } from './make-plan.ts';
import { type VerifyRequest, verifyRetirement } from './verify-retirement.ts';

/**
 * Plans, confirms or verifies a retirement for UnusedIamCredentials-Retire. Only reads. Throws RequestError,
 * RefusedError, RuleParameterError, RecordError, AwsError, UserError, CredentialReportError and RunError.
 */
export function planRetirement(
  event: unknown,
  context: LambdaContext,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const limits = () => parseRevocationLimits(dependencies.limits);
  return runByMode(context, dependencies, () => parseRetirementRequest(event), {
    plan: (request: PlanRequest, invocation) =>
      makePlan(request, limits(), invocation, dependencies).catch((error: unknown) =>
        reportRefusal(error, 'retire', request, invocation, dependencies),
      ),
    confirm: (request: ConfirmRequest, invocation) =>
      confirmPlan(request, invocation, dependencies),
    verify: (request: VerifyRequest, invocation) =>
      verifyRetirement(request, limits(), invocation, dependencies),
  });
}
