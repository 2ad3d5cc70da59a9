import { Aws, type CfnParameter, aws_config as config, aws_lambda as lambda } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { contentHash } from '../../remediation-docs/content-hash.ts';
import { revokeDocument } from '../../remediation-docs/documents.ts';
import { prefix } from '../../rule/core/names.ts';
import {
  type AccountParameterName,
  forwardedParameters,
  inputParameters,
} from '../parameters/account.ts';
import { choose, isTrue } from '../shared/conditions.ts';
import type { Automation } from './documents.ts';
import type { NotificationTopic } from './messages.ts';

const resourceType = 'AWS::IAM::User';
const fromConfig = { EventSource: 'aws.config' } as const;

/**
 * Creates the rule, and allows AWS Config of this account to invoke the function. The rule's ARN cannot be named:
 * AWS Config generates its ID.
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
      'Checks whether IAM users have unused passwords or access keys. A user with unused credentials is NON_COMPLIANT. The annotation names the credentials and their idle time.',
    // AWS Config refuses a scope in a rule that has only a schedule.
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

interface RemediationProps {
  readonly parameters: Readonly<Record<AccountParameterName, CfnParameter>>;
  readonly rule: config.CfnConfigRule;
  readonly revoke: Automation;
  readonly topic: NotificationTopic;
}

/**
 * One user in ten at a time: an execution that sleeps for hours must not delay the others, and executions that plan at
 * the same time do not count each other for the daily limit. If a fifth of the executions fail, AWS Config starts no
 * more. After five attempts within an hour, it adds a remediation exception for the user. AWS documents in one place
 * that failed attempts count, and in another that all attempts count.
 */
export function createRemediation(
  scope: Construct,
  { parameters, rule, revoke, topic }: RemediationProps,
): config.CfnRemediationConfiguration {
  const isAutomatic = isTrue(parameters.AutomaticRemediation);
  const fixed = (value: unknown) => ({ StaticValue: { Values: [value] } });
  const names = Object.keys(forwardedParameters) as (keyof typeof forwardedParameters)[];
  return new config.CfnRemediationConfiguration(scope, 'Remediation', {
    configRuleName: rule.ref,
    targetId: revoke.document.ref,
    targetType: 'SSM_DOCUMENT',
    automatic: choose(isAutomatic, true, false),
    maximumAutomaticAttempts: 5,
    retryAttemptSeconds: 3600,
    executionControls: {
      ssmControls: { concurrentExecutionRatePercentage: 10, errorPercentage: 20 },
    },
    parameters: {
      IAMResourceId: { ResourceValue: { Value: 'RESOURCE_ID' } },
      AutomationAssumeRole: fixed(revoke.role.attrArn),
      ConfigRuleName: fixed(rule.ref),
      ...Object.fromEntries(names.map((name) => [name, fixed(parameters[name].valueAsString)])),
      NotificationTopicArn: fixed(topic.arn),
      // AWS Config uses a changed document only after its own configuration changes.
      ContentHash: fixed(contentHash(revokeDocument.load())),
    },
  });
}
