import {
  Aws,
  type CfnParameter,
  CfnResource,
  aws_events as events,
  aws_kms as kms,
  RemovalPolicy,
  aws_sns as sns,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../../rule/core/names.ts';
import type { OrganizationParameters } from '../parameters/organization.ts';
import { isGiven } from '../shared/conditions.ts';
import {
  begunAlarms,
  begunAlarmText,
  failedExecutions,
  failedExecutionText,
} from '../shared/events.ts';
import { policyDocument, rolePrefix } from '../shared/roles.ts';

interface CentralEvents {
  readonly bus: events.CfnEventBus;
  readonly policy: CfnResource;
}

/** The event bus of all accounts, and the rules that send its events to the topic. */
export function createCentralEvents(
  scope: Construct,
  { OrganizationId }: OrganizationParameters,
  topic: sns.CfnTopic,
): CentralEvents {
  const bus = new events.CfnEventBus(scope, 'EventBus', {
    name: prefix,
    description: 'Failed executions and alarms of unused-iam-credentials from all accounts',
  });
  // CDK's own construct warns about a deprecated property that is not set.
  const policy = new CfnResource(scope, 'EventBusPolicy', {
    type: 'AWS::Events::EventBusPolicy',
    properties: {
      EventBusName: bus.ref,
      StatementId: 'Accounts',
      Statement: {
        ...{ Sid: 'Accounts', Effect: 'Allow', Principal: '*' },
        ...{ Action: 'events:PutEvents', Resource: bus.attrArn },
        // No aws:PrincipalArn: AWS does not document which principal it checks when a rule gets its target and when
        // it sends. Others in the organization can send events too, but only AWS services can send events of
        // aws.ssm and aws.cloudwatch.
        Condition: { StringEquals: { 'aws:PrincipalOrgID': OrganizationId.valueAsString } },
      },
    },
  });
  const sendToTopic = (
    id: string,
    description: string,
    eventPattern: unknown,
    inputTransformer: events.CfnRule.InputTransformerProperty,
  ) =>
    new events.CfnRule(scope, id, {
      ...{ description, eventPattern, eventBusName: bus.ref },
      targets: [{ id: 'Topic', arn: topic.ref, inputTransformer }],
    });
  sendToTopic(
    'FailedExecutions',
    'Sends failed revocations and restorations to the topic',
    failedExecutions,
    failedExecutionText,
  );
  sendToTopic(
    'Alarms',
    'Sends alarms of unused-iam-credentials to the topic',
    begunAlarms,
    begunAlarmText,
  );
  return { bus, policy };
}

/** Conditions that only these roles of the account stack meet, in any account of the organization. */
function ofOrganization(organizationId: CfnParameter, names: readonly string[]) {
  const roles = names.map((name) => `arn:${Aws.PARTITION}:iam::*:role/${rolePrefix}${name}-*`);
  return {
    StringEquals: { 'aws:PrincipalOrgID': organizationId.valueAsString },
    ArnLike: { 'aws:PrincipalArn': roles },
  } as const;
}

/** The roles of the account stack that publish messages. */
const publishers = ['Evaluate', 'Revoke', 'Restore'] as const;

/** Actions that administer the key but do not use it. Without PutKeyPolicy, no one could change the key's policy. */
const administration = [
  ...['kms:DescribeKey', 'kms:UpdateKeyDescription', 'kms:EnableKey', 'kms:DisableKey'],
  ...['kms:GetKeyPolicy', 'kms:ListKeyPolicies', 'kms:PutKeyPolicy'],
  ...['kms:GetKeyRotationStatus', 'kms:ListKeyRotations', 'kms:EnableKeyRotation'],
  ...['kms:DisableKeyRotation', 'kms:RotateKeyOnDemand'],
  ...['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
  ...['kms:ListGrants', 'kms:RevokeGrant'],
  ...['kms:ListResourceTags', 'kms:TagResource', 'kms:UntagResource'],
  ...['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
] as const;

/** The key is deleted with the stack, after a week in which you can cancel it: it encrypts nothing that lasts. */
function createCentralKey(
  scope: Construct,
  organizationId: CfnParameter,
  topicArn: string,
): kms.CfnKey {
  const use = { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' };
  const { StringEquals, ArnLike } = ofOrganization(organizationId, publishers);
  const key = new kms.CfnKey(scope, 'Key', {
    description: 'Encrypts the messages of unused-iam-credentials from all accounts',
    enableKeyRotation: true,
    pendingWindowInDays: 7,
    keyPolicy: policyDocument([
      {
        ...{ Sid: 'Administration', Effect: 'Allow' },
        Principal: { AWS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root` },
        ...{ Action: [...administration], Resource: '*' },
      },
      {
        ...{ Sid: 'Publishers', Effect: 'Allow', Principal: { AWS: '*' }, ...use },
        Condition: {
          StringEquals: {
            ...StringEquals,
            'kms:EncryptionContext:aws:sns:topicArn': topicArn,
          },
          ArnLike,
        },
      },
      // With a condition, EventBridge fails to publish ("Managing Amazon SNS encryption keys and costs" in the SNS
      // Developer Guide). The topic's policy limits it to one topic.
      {
        ...{ Sid: 'Events', Effect: 'Allow' },
        Principal: { Service: 'events.amazonaws.com' },
        ...use,
      },
    ]),
  });
  key.applyRemovalPolicy(RemovalPolicy.DESTROY);
  new kms.CfnAlias(scope, 'KeyAlias', { aliasName: `alias/${prefix}`, targetKeyId: key.ref });
  return key;
}

interface CentralTopic {
  readonly topic: sns.CfnTopic;
  readonly policy: sns.CfnTopicPolicy;
  readonly key: kms.CfnKey;
}

/** The topic of all accounts, its encryption key, and the subscription. */
export function createCentralTopic(
  scope: Construct,
  { OrganizationId, NotificationEmail }: OrganizationParameters,
): CentralTopic {
  // The key's policy names the topic, and the topic names the key, so the name is fixed.
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
      // EventBridge supports no conditions here; see the topic of a single account.
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
