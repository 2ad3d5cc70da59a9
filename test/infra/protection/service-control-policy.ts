import type { Settings } from '../../../infra/settings/settings.ts';
import { evaluatePolicies, type Policy } from '../../../local-aws/policy/policy.ts';
import { resolveOrganization } from '../organization/template.ts';
import { ofType } from '../resolved.ts';

/** The administrator roles of the policy. */
export const administrator = 'arn:aws:iam::*:role/SecurityAdmin';
const parameters = {
  ProtectByPolicy: 'true',
  PolicyTargetIds: 'r-ab12',
  AdministratorRoleArns: administrator,
  ExemptPathPrefixes: '/break-glass/,/vendors/eu/',
  ExemptUntilTag: 'Keep-Until',
  PasswordReaderRoleArn: 'arn:aws:iam::{account}:role/team/Helpdesk',
};

/** The policies of the organization stack. */
export async function policiesWith(
  more: Record<string, string> = {},
  settings?: Settings,
): Promise<Policy[]> {
  const made = await resolveOrganization({ ...parameters, ...more }, settings);
  const contents = [...ofType(made, 'AWS::Organizations::Policy').values()];
  return contents.map(({ Content }) => Content as Policy);
}

export const policies = await policiesWith();

export const account = '123456789012';
/** ARNs in an account that the policy applies to. */
export const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
export const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
export const resource = (service: string, rest: string) =>
  `arn:aws:${service}:eu-central-1:${account}:${rest}`;
/** A principal that the policy restricts, and those that it does not. */
export const someone = role('Developer');
export const principals = {
  administrator: role('SecurityAdmin'),
  stackSets: role('stacksets-exec-49c1b0ec2c7c4f3e'),
  restore: role('UnusedIamCredentials-Restore-eu-central-1'),
  revoke: role('UnusedIamCredentials-Revoke-eu-central-1'),
  retire: role('UnusedIamCredentials-Retire-eu-central-1'),
  purge: role('UnusedIamCredentials-Purge-eu-central-1'),
  operator: role('UnusedIamCredentials-Operator-eu-central-1'),
  startPurge: role('UnusedIamCredentials-StartPurge-eu-central-1'),
};

/** Whether the policy allows this action to a principal whose own policies allow everything. */
export function may(
  principal: string,
  action: string,
  on: string,
  context: Record<string, string | readonly string[]> = {},
  scps = policies,
): boolean {
  const everything: Policy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  };
  const request = { action, resource: on, context: { ...context, 'aws:PrincipalArn': principal } };
  return evaluatePolicies([everything, ...scps], request).allowed;
}

/** Those of `someone` and the named principals that may take this action. */
export function whoMay(
  action: string,
  on: string,
  context: Record<string, string | readonly string[]> = {},
): string[] {
  const all = Object.entries({ someone, ...principals });
  return all.flatMap(([name, arn]) => (may(arn, action, on, context) ? [name] : []));
}

/** Whether it lets a principal tag a user with the key, among others. */
export const mayTag = (principal: string, key: string, action = 'iam:TagUser', scps = policies) =>
  may(principal, action, user('alice'), { 'aws:TagKeys': ['team', key] }, scps);
