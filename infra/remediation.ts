import { type CfnParameter, aws_config as config } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { contentHash } from '../remediation-docs/content-hash.ts';
import { revokeDocument } from '../remediation-docs/documents.ts';
import type { AccountParameterName } from './account-parameters.ts';
import type { Automation } from './automation.ts';
import { choose, isTrue } from './conditions.ts';
import type { NotificationTopic } from './notification-topic.ts';
import { handedOn } from './remediation-parameters.ts';

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
