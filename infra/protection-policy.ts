import {
  Aws,
  type CfnCondition,
  type CfnParameter,
  Fn,
  aws_organizations as organizations,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../rule/core/names.ts';
import { choose, isGiven } from './conditions.ts';
import type { PolicyParameterName } from './protection-parameters.ts';
import { protectionStatements } from './protection-statements.ts';
import type { Wave } from './settings-values.ts';
import { policyDocument } from './statement.ts';

/**
 * Takes a stack, the parameters and waves by which the policy is made and, where it may be left out, when it is
 * not. Makes the service control policy. Names of policies are the organization's: it ends with the Region.
 */
export function createProtectionPolicy(
  scope: Construct,
  parameters: Readonly<Record<PolicyParameterName, CfnParameter>>,
  waves: readonly Wave[],
  condition?: CfnCondition,
): organizations.CfnPolicy {
  const { PolicyTargetIds: targets } = parameters;
  const statements = protectionStatements({
    administrators: parameters.AdministratorRoleArns,
    exemptUntilTag: parameters.ExemptUntilTag,
    exemptPathPrefixes: parameters.ExemptPathPrefixes,
    waves,
  });
  const policy = new organizations.CfnPolicy(scope, 'ProtectionPolicy', {
    name: `${prefix}-${Aws.REGION}`,
    type: 'SERVICE_CONTROL_POLICY',
    description:
      'Only named roles exempt IAM users from unused-iam-credentials or change what it is made of',
    content: policyDocument(statements),
    // Without targets no policy is made; checks look at the targets all the same.
    targetIds: Fn.split(
      ',',
      choose(isGiven(targets), targets.valueAsString, Aws.ACCOUNT_ID).toString(),
    ),
  });
  if (condition !== undefined) policy.cfnOptions.condition = condition;
  return policy;
}
