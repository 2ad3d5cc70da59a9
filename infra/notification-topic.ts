import {
  Aws,
  CfnCondition,
  type CfnParameter,
  Fn,
  type IResolvable,
  aws_sns as sns,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AccountParameterName } from './account-parameters.ts';
import { choose, isGiven } from './conditions.ts';
import { policyDocument } from './statement.ts';

/** Where the messages of an account go: to its own topic, or to the organization's. */
export interface NotificationTopic {
  readonly isOwn: CfnCondition;
  readonly isCentral: CfnCondition;
  /** The ARN of its own topic; there is none unless isOwn. */
  readonly own: string;
  /** The ARNs of the organization's topic and of the key that encrypts it; empty if isOwn. */
  readonly central: string;
  readonly key: string;
  /** The ARN of whichever it is. */
  readonly arn: IResolvable;
}

/** Takes a stack and its parameters. Makes the topic, its policy and the subscription of the address. */
export function createNotificationTopic(
  scope: Construct,
  parameters: Readonly<Record<AccountParameterName, CfnParameter>>,
): NotificationTopic {
  const { CentralTopicArn, CentralKeyArn, NotificationEmail } = parameters;
  const isOwn = new CfnCondition(scope, 'HasOwnTopic', {
    expression: Fn.conditionEquals(CentralTopicArn.valueAsString, ''),
  });
  const isSubscribed = new CfnCondition(scope, 'HasSubscription', {
    expression: Fn.conditionAnd(isOwn, isGiven(NotificationEmail)),
  });

  const own = new sns.CfnTopic(scope, 'Topic', { displayName: 'Unused IAM credentials' });
  own.cfnOptions.condition = isOwn;
  const policy = new sns.CfnTopicPolicy(scope, 'TopicPolicy', {
    topics: [own.ref],
    policyDocument: topicPolicy(own.ref),
  });
  policy.cfnOptions.condition = isOwn;
  const subscription = new sns.CfnSubscription(scope, 'Subscription', {
    topicArn: own.ref,
    protocol: 'email',
    endpoint: NotificationEmail.valueAsString,
  });
  subscription.cfnOptions.condition = isSubscribed;

  const [central, key] = [CentralTopicArn.valueAsString, CentralKeyArn.valueAsString];
  const isCentral = new CfnCondition(scope, 'HasCentralTopic', {
    expression: Fn.conditionAnd(isGiven(CentralTopicArn), isGiven(CentralKeyArn)),
  });
  return { isOwn, isCentral, own: own.ref, central, key, arn: choose(isOwn, own.ref, central) };
}

/**
 * The roles of this account publish by their own policies. EventBridge documents that it understands no
 * conditions here ("Using resource-based policies for Amazon EventBridge", SNS permissions).
 */
function topicPolicy(topicArn: string) {
  const publish = { Action: 'sns:Publish', Resource: topicArn };
  const alarms = `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*`;
  return policyDocument([
    {
      ...{ Sid: 'Alarms', Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } },
      ...publish,
      Condition: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': alarms },
      },
    },
    {
      ...{ Sid: 'Events', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
      ...publish,
    },
    {
      ...{ Sid: 'OnlyEncrypted', Effect: 'Deny', Principal: '*', ...publish },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
}
