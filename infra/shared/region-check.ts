import { Aws, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * The Regions in which AWS Config can record IAM users: those where it was available before February 2022
 * (AWS Config Developer Guide, "Recording AWS Resources", on global resource types).
 */
export const recordingRegions: readonly string[] = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['af-south-1', 'me-south-1'],
  ...['ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3'],
  ...['us-gov-east-1', 'us-gov-west-1', 'cn-north-1', 'cn-northwest-1'],
];

/** A CloudFormation rule that rejects other Regions before it creates a resource. */
export function createRegionCheck(scope: Construct): void {
  new CfnRule(scope, 'RegionRecordsIamUsers', {
    assertions: [
      {
        assert: Fn.conditionContains([...recordingRegions], Aws.REGION),
        assertDescription:
          'AWS Config does not record IAM users in this Region. It does so only in Regions where it was available before February 2022. Deploy to one of those, such as us-east-1, and to one Region per account.',
      },
    ],
  });
}
