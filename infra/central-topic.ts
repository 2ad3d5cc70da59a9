import { Aws, type aws_kms as kms, aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../rule/core/names.ts';
import { createCentralKey } from './central-key.ts';
import { isGiven } from './conditions.ts';
import type { OrganizationParameters } from './organization-parameters.ts';
import { ofOrganization, publishers } from './organization-principals.ts';
import { policyDocument } from './statement.ts';

/** The topic of all accounts, its policy, and the key that encrypts its messages. */
export interface CentralTopic {
  readonly topic: sns.CfnTopic;
  readonly policy: sns.CfnTopicPolicy;
  readonly key: kms.CfnKey;
}

/** Takes a stack and its parameters. Makes the topic to which all accounts publish, and the subscription of the address. */
export function createCentralTopic(
  scope: Construct,
  { OrganizationId, NotificationEmail }: OrganizationParameters,
): CentralTopic {
  // The key's policy names the topic, which names the key: hence the name.
  const arn = `arn:${Aws.PARTITION}:sns:${Aws.REGION}:${Aws.ACCOUNT_ID}:${prefix}`;
  const key = createCentralKey(scope, OrganizationId, arn);
  const topic = new sns.CfnTopic(scope, 'Topic', {
    topicName: prefix,
    displayName: 'Unused IAM credentials',
    kmsMasterKeyId: key.attrArn,
  });
  const publish = { Action: 'sns:Publish', Resource: topic.ref };
  const policy = new sns.CfnTopicPolicy(scope, 'TopicPolicy', {
    topics: [topic.ref],
    policyDocument: policyDocument([
      {
        ...{ Sid: 'Publishers', Effect: 'Allow', Principal: { AWS: '*' }, ...publish },
        Condition: ofOrganization(OrganizationId, publishers),
      },
      // EventBridge understands no conditions here; see the topic of a single account.
      {
        ...{ Sid: 'Events', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
        ...publish,
      },
      {
        ...{ Sid: 'OnlyEncrypted', Effect: 'Deny', Principal: '*', ...publish },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]),
  });
  const subscription = new sns.CfnSubscription(scope, 'Subscription', {
    topicArn: topic.ref,
    protocol: 'email',
    endpoint: NotificationEmail.valueAsString,
  });
  subscription.cfnOptions.condition = isGiven(NotificationEmail);
  return { topic, policy, key };
}
