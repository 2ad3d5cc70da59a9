import { Aws, type CfnParameter, aws_config as config } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../../rule/core/names.ts';
import { isTrue } from '../shared/conditions.ts';
import { createRole } from '../shared/roles.ts';

/** The policy that AWS keeps for reading the organization's accounts. */
export const aggregatorPolicyArn = `arn:${Aws.PARTITION}:iam::aws:policy/service-role/AWSConfigRoleForOrganizations`;

/** Takes a stack and whether there is to be an aggregator. Makes it: it gathers this Region's results of all accounts. */
export function createAggregator(scope: Construct, isWanted: CfnParameter): void {
  const condition = isTrue(isWanted);
  // On whose behalf AWS Config assumes it, AWS does not document: no condition says it.
  const role = createRole(scope, 'AggregatorRole', {
    name: 'Aggregator',
    description: "Under which AWS Config reads the organization's accounts",
    service: 'config.amazonaws.com',
    statements: [],
    managedPolicyArns: [aggregatorPolicyArn],
    condition,
  });
  const aggregator = new config.CfnConfigurationAggregator(scope, 'Aggregator', {
    configurationAggregatorName: prefix,
    organizationAggregationSource: { roleArn: role.attrArn, awsRegions: [Aws.REGION] },
  });
  aggregator.cfnOptions.condition = condition;
}
