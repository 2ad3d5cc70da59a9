import { type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { equals } from '../shared/conditions.ts';

/** A CloudFormation rule that rejects some of the parameters for an organization without the others. */
export function createCentralCheck(scope: Construct, parameters: readonly CfnParameter[]): void {
  const areEmpty = parameters.map((parameter) => equals(parameter, ''));
  const areGiven = areEmpty.map((isEmpty) => Fn.conditionNot(isEmpty));
  new CfnRule(scope, 'CentralParametersTogether', {
    assertions: [
      {
        assert: Fn.conditionOr(Fn.conditionAnd(...areGiven), Fn.conditionAnd(...areEmpty)),
        assertDescription:
          'CentralEventBusArn, CentralTopicArn and CentralKeyArn belong together. Set all three to the outputs of the organization stack, or leave all three empty.',
      },
    ],
  });
}
