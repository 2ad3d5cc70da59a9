import { Aws, type CfnParameter, aws_config as config, aws_lambda as lambda } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { contentHash, revokeDocument } from '../../remediation-docs/documents.ts';
import { prefix } from '../../rule/core/names.ts';
import { type AccountParameterName, handedOn, inputParameters } from '../parameters/account.ts';
import { choose, isTrue } from '../shared/conditions.ts';
import type { Automation } from './documents.ts';
import type { NotificationTopic } from './messages.ts';

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

/** What a remediation starts with. */
export interface RemediationProps {
  readonly parameters: Readonly<Record<AccountParameterName, CfnParameter>>;
  readonly rule: config.CfnConfigRule;
  readonly revoke: Automation;
  readonly topic: NotificationTopic;
}

/**
 * Takes a stack and what a remediation starts with. Makes the remediation of the rule: by hand, unless the
 * parameter says automatically. One user in a hundred at a time: the daily limit cannot count what others plan at
 * the same moment. When a fifth of the executions fail, the rest is not begun. After five attempts within an
 * hour AWS Config makes an exception of the user; one that a brake holds has not failed, and AWS documents the
 * limit once as of failed attempts and once as of all.
 */
export function createRemediation(
  scope: Construct,
  { parameters, rule, revoke, topic }: RemediationProps,
): config.CfnRemediationConfiguration {
  const isAutomatic = isTrue(parameters.AutomaticRemediation);
  const fixed = (value: unknown) => ({ StaticValue: { Values: [value] } });
  const names = Object.keys(handedOn) as (keyof typeof handedOn)[];
  return new config.CfnRemediationConfiguration(scope, 'Remediation', {
    configRuleName: rule.ref,
    targetId: revoke.document.ref,
    targetType: 'SSM_DOCUMENT',
    automatic: choose(isAutomatic, true, false),
    maximumAutomaticAttempts: 5,
    retryAttemptSeconds: 3600,
    executionControls: {
      ssmControls: { concurrentExecutionRatePercentage: 1, errorPercentage: 20 },
    },
    parameters: {
      IAMResourceId: { ResourceValue: { Value: 'RESOURCE_ID' } },
      AutomationAssumeRole: fixed(revoke.role.attrArn),
      ConfigRuleName: fixed(rule.ref),
      ...Object.fromEntries(names.map((name) => [name, fixed(parameters[name].valueAsString)])),
      NotificationTopicArn: fixed(topic.arn),
      // AWS Config takes up a changed document only when its own configuration changes.
      ContentHash: fixed(contentHash(revokeDocument.load())),
    },
  });
}
