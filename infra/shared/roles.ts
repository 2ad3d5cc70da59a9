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

/** Takes a name, actions, resources, and conditions. Gives back the statement that allows them. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: unknown,
  Condition?: Statement['Condition'],
): Statement {
  const condition = Condition === undefined ? {} : { Condition };
  return { Sid, Effect: 'Allow', Action, Resource, ...condition };
}

/** Takes statements. Gives back the policy document that holds them. */
export function policyDocument(Statement: readonly unknown[]) {
  return { Version: '2012-10-17', Statement };
}

/** What a role of the stack is made of. */
export interface RoleProps {
  /** What stands between the prefix and the Region in the role's name. */
  readonly name: string;
  readonly description: string;
  /** The service that may assume it and, where it can be said, on whose behalf. */
  readonly service: string;
  readonly onBehalfOf?: Readonly<Record<string, unknown>>;
  /** None where AWS keeps the policy. */
  readonly statements: readonly Statement[];
  readonly managedPolicyArns?: readonly string[];
  readonly condition?: CfnCondition;
}

/** What every role's name begins with. */
export const rolePrefix = 'UnusedIamCredentials-';

/**
 * Takes a stack, an ID and what the role is made of. Makes a role whose policy comes and goes with it, so
 * that nothing runs under half of it. Role names are global in an account: they end with the Region.
 */
export function createRole(scope: Construct, id: string, props: RoleProps): iam.CfnRole {
  const { name, description, service, onBehalfOf, statements, managedPolicyArns, condition } =
    props;
  const role = new iam.CfnRole(scope, id, {
    roleName: `${rolePrefix}${name}-${Aws.REGION}`,
    description,
    assumeRolePolicyDocument: policyDocument([
      {
        ...{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' },
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
