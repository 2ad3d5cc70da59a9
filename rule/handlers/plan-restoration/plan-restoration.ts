import type { Clients } from '../../aws/clients.ts';
import type { Passwords } from '../../formats/messages.ts';
import { parseRestorationRequest } from '../../formats/remediation-request.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { type FunctionDependencies, type LambdaContext, runByMode } from '../invocation.ts';
import { type ConfirmRequest, confirmPlan } from './confirm-plan.ts';
import { makePlan, type PlanRequest } from './make-plan.ts';
import { type VerifyRequest, verifyRestoration } from './verify-restoration.ts';

/** Settings of the deployment that apply regardless of who starts a restoration. */
export interface RestorationSettings {
  /** The name of the deployed rule, the only one that counts. */
  readonly ruleName: string;
  /** ARNs of the roles and users that may start a restoration; {account} stands for the account ID; empty for every person. */
  readonly operatorArns: readonly string[];
  readonly passwords: Passwords;
}

/** What the modes of the function run with. */
export interface RestorationDependencies
  extends FunctionDependencies,
    Clients<'iam' | 'config' | 'ssm' | 'secrets'> {
  readonly settings: RestorationSettings;
  /** The key of the tag that names a user's owner. */
  readonly ownerTag: string;
  /** The variable RULE_PARAMETERS. */
  readonly ruleParameters: string | undefined;
}

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
