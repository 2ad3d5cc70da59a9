import { Aws, type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { recordingRegions } from './recording-regions.ts';

/** Takes a stack. Refuses every Region in which AWS Config records no IAM users, before anything is made. */
export function createRegionCheck(scope: Construct): void {
  new CfnRule(scope, 'RegionRecordsIamUsers', {
    assertions: [
      {
        assert: Fn.conditionContains([...recordingRegions], Aws.REGION),
        assertDescription:
          'AWS Config does not record IAM users in this Region: it does so only in Regions that had AWS Config before February 2022. Deploy to one of those, one Region an account; README.md lists them.',
      },
    ],
  });
}

/** Takes a stack and its parameters for an organization. Refuses some of them without the others. */
export function createCentralCheck(scope: Construct, parameters: readonly CfnParameter[]): void {
  const are = (value: boolean) =>
    parameters.map((parameter) => {
      const isEmpty = Fn.conditionEquals(parameter.valueAsString, '');
      return value ? Fn.conditionNot(isEmpty) : isEmpty;
    });
  new CfnRule(scope, 'CentralParametersTogether', {
    assertions: [
      {
        assert: Fn.conditionOr(Fn.conditionAnd(...are(true)), Fn.conditionAnd(...are(false))),
        assertDescription:
          'CentralEventBusArn, CentralTopicArn and CentralKeyArn belong together: give all three, the outputs of the organization stack, or none.',
      },
    ],
  });
}
