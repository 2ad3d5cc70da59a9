import { Aws, type CfnParameter, aws_config as config } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../../rule/core/names.ts';
import { isTrue } from '../shared/conditions.ts';
import { createRole } from '../shared/roles.ts';

/** AWS's managed policy for reading the list of accounts. */
export const aggregatorPolicyArn = `arn:${Aws.PARTITION}:iam::aws:policy/service-role/AWSConfigRoleForOrganizations`;

/** It shows the results of all accounts in this Region. */
export function createAggregator(scope: Construct, isWanted: CfnParameter): void {
  const condition = isTrue(isWanted);
  // AWS documents no condition for the trust policy.
  const role = createRole(scope, 'AggregatorRole', {
    name: 'Aggregator',
    description: 'Role that AWS Config assumes to read the accounts of the organization',
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
