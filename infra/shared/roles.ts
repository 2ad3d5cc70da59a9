import { Aws, type CfnCondition, aws_iam as iam } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A statement of an identity policy, in CloudFormation's own form. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: unknown,
  Condition?: Statement['Condition'],
): Statement {
  const condition = Condition === undefined ? {} : { Condition };
  return { Sid, Effect: 'Allow', Action, Resource, ...condition };
}

export function policyDocument(Statement: readonly unknown[]) {
  return { Version: '2012-10-17', Statement };
}

export interface RoleProps {
  /** The part of the role's name between the prefix and the Region. */
  readonly name: string;
  readonly description: string;
  /** Who can assume the role. */
  readonly principal: { readonly Service: string } | { readonly AWS: string };
  /** A condition of the trust policy, if AWS documents one for the service. */
  readonly onBehalfOf?: Readonly<Record<string, unknown>>;
  /** Empty if the role has managed policies only. */
  readonly statements: readonly Statement[];
  readonly managedPolicyArns?: readonly string[];
  readonly condition?: CfnCondition;
}

/** The prefix of every role's name. Policies and the check of records depend on it. */
export const rolePrefix = 'UnusedIamCredentials-';

/** AWS's managed policy for reading the list of accounts. */
export const aggregatorPolicyArn = `arn:${Aws.PARTITION}:iam::aws:policy/service-role/AWSConfigRoleForOrganizations`;

/**
 * Creates a role with its policy inline, so that no function or document runs before it has all permissions. Role
 * names are global in an account: they end with the Region.
 */
export function createRole(scope: Construct, id: string, props: RoleProps): iam.CfnRole {
  const { name, description, principal, onBehalfOf, statements, managedPolicyArns, condition } =
    props;
  const role = new iam.CfnRole(scope, id, {
    roleName: `${rolePrefix}${name}-${Aws.REGION}`,
    description,
    assumeRolePolicyDocument: policyDocument([
      {
        ...{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' },
        ...(onBehalfOf === undefined ? {} : { Condition: onBehalfOf }),
      },
    ]),
    ...(statements.length === 0
      ? {}
      : { policies: [{ policyName: name, policyDocument: policyDocument(statements) }] }),
    ...(managedPolicyArns === undefined ? {} : { managedPolicyArns: [...managedPolicyArns] }),
  });
  if (condition !== undefined) role.cfnOptions.condition = condition;
  return role;
}
