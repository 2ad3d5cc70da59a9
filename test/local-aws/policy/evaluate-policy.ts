import { type RequestContext, readContext } from './context.ts';
import { matchesGlob } from './glob.ts';
import { type Policy, type ReadStatement, readPolicies } from './policy.ts';

/** What is to be done, on what, and what else is known of it. */
export interface PolicyRequest {
  /** Such as `iam:GetUser`. */
  readonly action: string;
  /** An ARN, or `*` for an action whose service defines no resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** A statement that applied, with the patterns in it that did. */
export interface PolicyMatch {
  /** The statement's Sid or number, and the number of its policy. */
  readonly statement: string;
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  readonly resource: string;
}

/** Whether a request is allowed, and by what, or what denies it; nothing where it is denied by default. */
export interface PolicyDecision {
  readonly allowed: boolean;
  readonly by: readonly PolicyMatch[];
}

/**
 * Takes the identity policies of one principal and a request. A Deny that applies wins; without an Allow that
 * does, the request is denied. A statement applies when one of its actions, one of its resources and all of
 * its conditions do. Throws for what is not understood here, in any of the policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatePolicies(
  policies: readonly Policy[],
  request: PolicyRequest,
): PolicyDecision {
  if (!/^[a-z0-9-]+:\w+$/i.test(request.action)) throw new Error(`No action: ${request.action}`);
  const context = readContext(request.context);
  const matches = readPolicies(policies)
    .filter(({ conditions }) => conditions.every((holds) => holds(context)))
    .flatMap(listMatches)
    .filter(({ action }) => matchesGlob(action.toLowerCase(), request.action.toLowerCase()))
    .filter(({ resource }) => matchesGlob(resource, request.resource));
  const denials = matches.filter(({ effect }) => effect === 'Deny');
  if (denials.length > 0) return { allowed: false, by: denials };
  return { allowed: matches.length > 0, by: matches };
}

/** Lists all that a statement says, one action with one resource at a time. */
export function listMatches({
  name,
  effect,
  actions,
  resources,
}: ReadStatement): readonly PolicyMatch[] {
  return actions.flatMap((action) =>
    resources.map((resource) => ({ statement: name, effect, action, resource })),
  );
}
