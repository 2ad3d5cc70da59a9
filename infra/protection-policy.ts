import { Aws, Fn, aws_organizations as organizations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../rule/core/names.ts';
import { choose, isGiven, isTrue } from './conditions.ts';
import type { OrganizationParameters } from './organization-parameters.ts';
import { protectionStatements } from './protection-statements.ts';
import type { Wave } from './settings.ts';
import { policyDocument } from './statement.ts';

/** Takes a stack, its parameters and waves. Makes the service control policy, if the parameters ask for it. */
export function createProtectionPolicy(
  scope: Construct,
  parameters: OrganizationParameters,
  waves: readonly Wave[],
): organizations.CfnPolicy {
  const { PolicyTargetIds: targets } = parameters;
  const statements = protectionStatements({
    administrators: parameters.AdministratorRoleArns,
    exemptUntilTag: parameters.ExemptUntilTag,
    exemptPathPrefixes: parameters.ExemptPathPrefixes,
    waves,
  });
  const policy = new organizations.CfnPolicy(scope, 'ProtectionPolicy', {
    name: prefix,
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
  policy.cfnOptions.condition = isTrue(parameters.ProtectByPolicy);
  return policy;
}
