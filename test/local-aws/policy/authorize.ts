import type { LocalAccount } from '../account.ts';
import type { Call } from '../call.ts';
import { type AwsError, awsError, commonError } from '../errors.ts';
import { authorizations } from './authorization.ts';
import { invocation } from './checks.ts';
import {
  evaluatePolicies,
  listMatches,
  type PolicyMatch,
  type PolicyRequest,
} from './evaluate-policy.ts';
import { type Policy, readPolicies } from './policy.ts';

/**
 * Checks a call, where the account has roles and a role calls; users may do everything. No policies count but
 * the role's own. Throws the service's error for a denial, with AWS's message, and adds to
 * `account.permissionsUsed` what allowed the call, or denied it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function authorize(call: Call): void {
  const { account, caller, service, operation } = call;
  if (account.roles === undefined) return;
  const checksOf = authorizations[`${service}:${operation}`];
  if (checksOf === undefined) {
    throw commonError(service, 'UnknownOperation', `Could not find operation ${operation}`);
  }
  enforce(account, caller, checksOf(call), ({ action }, message) =>
    action.startsWith('kms:')
      ? awsError('KMSAccessDenied', message)
      : commonError(service, 'AccessDenied', message),
  );
}

/** Checks, in the same way, that a caller may run a function of that name or ARN. */
export function authorizeInvocation(account: LocalAccount, caller: string, name: string): void {
  enforce(account, caller, invocation(account, name), denied);
}

/** Checks, in the same way, what a service does on a role's behalf, of which no operation is spoken here. */
export function authorizeAction(
  account: LocalAccount,
  caller: string,
  request: PolicyRequest,
): void {
  enforce(account, caller, [request], denied);
}

const denied = (_: PolicyRequest, message: string) =>
  awsError('AccessDeniedException', message, 403);

/**
 * Lists all that the policies of roles say, as `account.permissionsUsed` would have it: what is in here and
 * not in there, nothing has used. Throws where a policy is not understood.
 */
export function listPermissions(roles: ReadonlyMap<string, readonly Policy[]>): Set<string> {
  const permissions = [...roles].flatMap(([role, policies]) =>
    readPolicies(policies)
      .flatMap(listMatches)
      .map((match) => describePermission(role, match)),
  );
  return new Set(permissions);
}

function describePermission(role: string, match: PolicyMatch): string {
  const { action, resource, effect, statement } = match;
  return `${role} ${action} ${resource} (${effect}, ${statement})`;
}

function enforce(
  account: LocalAccount,
  caller: string,
  checks: readonly PolicyRequest[],
  refuse: (check: PolicyRequest, message: string) => AwsError,
): void {
  const role = findRole(account, caller);
  if (role === undefined) return;
  const decisions = checks.map((check) => {
    const context = { ...check.context, ...role.context };
    return { check, ...evaluatePolicies(role.policies, { ...check, context }) };
  });
  const denied = decisions.find(({ allowed }) => !allowed);
  for (const { by } of denied ? [denied] : decisions) {
    for (const match of by) account.permissionsUsed.add(describePermission(role.name, match));
  }
  if (denied === undefined) return;
  const { action, resource } = denied.check;
  const reason =
    denied.by.length > 0
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const wish = `is not authorized to perform: ${action} on resource: ${resource}`;
  throw refuse(denied.check, `User: ${caller} ${wish} ${reason}`);
}

// A role's path is not in the ARN of its sessions; here it has none.
function findRole({ roles, accountId, partition }: LocalAccount, caller: string) {
  if (roles === undefined || /^arn:[^:]+:iam::\d{12}:user\//.test(caller)) return undefined;
  const session = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;
  const [, owner = '', name = ''] = session.exec(caller) ?? [];
  if (name === '') throw new Error(`The caller is neither a user nor a role's session: ${caller}`);
  const policies = owner === accountId ? (roles.get(name) ?? []) : [];
  const arn = `arn:${partition}:iam::${owner}:role/${name}`;
  const context = { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': owner };
  return { name, policies, context };
}
