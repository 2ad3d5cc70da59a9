import { Aws, type CfnParameter, aws_config as config, aws_lambda as lambda } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../rule/core/names.ts';
import type { AccountParameterName } from './account-parameters.ts';
import { choose, isTrue } from './conditions.ts';
import { inputParameters } from './rule-parameters.ts';

const resourceType = 'AWS::IAM::User';
const fromConfig = { EventSource: 'aws.config' } as const;

/**
 * Takes a stack, its parameters and the function that evaluates. Makes the rule, and lets AWS Config of this
 * account invoke the function; not by the rule's ARN, which carries an ID that the rule gets when it is made.
 */
export function createConfigRule(
  scope: Construct,
  parameters: Readonly<Record<AccountParameterName, CfnParameter>>,
  evaluate: lambda.CfnFunction,
): config.CfnConfigRule {
  const permission = new lambda.CfnPermission(scope, 'EvaluatePermission', {
    functionName: evaluate.ref,
    action: 'lambda:InvokeFunction',
    principal: 'config.amazonaws.com',
    sourceAccount: Aws.ACCOUNT_ID,
  });
  const onChange = isTrue(parameters.EvaluateOnChange);
  const change = (MessageType: string) => choose(onChange, { ...fromConfig, MessageType });
  const rule = new config.CfnConfigRule(scope, 'Rule', {
    configRuleName: prefix,
    description:
      'IAM users whose console password and active access keys are used, or exempt. Unused ones are NON_COMPLIANT; the annotation says which, and since when.',
    // A rule that is only scheduled has no scope.
    scope: choose(onChange, { ComplianceResourceTypes: [resourceType] }),
    inputParameters: inputParameters(parameters),
    source: {
      owner: 'CUSTOM_LAMBDA',
      sourceIdentifier: evaluate.attrArn,
      sourceDetails: [
        {
          eventSource: fromConfig.EventSource,
          messageType: 'ScheduledNotification',
          maximumExecutionFrequency: parameters.MaximumExecutionFrequency.valueAsString,
        },
        change('ConfigurationItemChangeNotification'),
        change('OversizedConfigurationItemChangeNotification'),
      ],
    },
  });
  rule.addResourceDependency(permission);
  return rule;
}
