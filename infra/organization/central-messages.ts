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

/** The event bus of all accounts, and its policy. */
export interface CentralEvents {
  readonly bus: events.CfnEventBus;
  readonly policy: CfnResource;
}

/** Takes a stack, its parameters and the topic. Makes the event bus to which all accounts send, and the rules that tell the topic. */
export function createCentralEvents(
  scope: Construct,
  { OrganizationId }: OrganizationParameters,
  topic: sns.CfnTopic,
): CentralEvents {
  const bus = new events.CfnEventBus(scope, 'EventBus', {
    name: prefix,
    description: 'Failed executions and alarms of unused-iam-credentials in all accounts',
  });
  // CDK's own construct warns of a deprecated property that nobody sets.
  const policy = new CfnResource(scope, 'EventBusPolicy', {
    type: 'AWS::Events::EventBusPolicy',
    properties: {
      EventBusName: bus.ref,
      StatementId: 'Accounts',
      Statement: {
        ...{ Sid: 'Accounts', Effect: 'Allow', Principal: '*' },
        ...{ Action: 'events:PutEvents', Resource: bus.attrArn },
        // Not aws:PrincipalArn beside it: which principal is looked at when a rule gets its target, and when it sends,
        // AWS does not document. So others of the organization can have events told here, but only what AWS
        // services say: nobody puts events in the name of aws.ssm or aws.cloudwatch.
        Condition: { StringEquals: { 'aws:PrincipalOrgID': OrganizationId.valueAsString } },
      },
    },
  });
  const tell = (
    id: string,
    description: string,
    eventPattern: unknown,
    inputTransformer: events.CfnRule.InputTransformerProperty,
  ) =>
    new events.CfnRule(scope, id, {
      ...{ description, eventPattern, eventBusName: bus.ref },
      targets: [{ id: 'Topic', arn: topic.ref, inputTransformer }],
    });
  tell(
    'FailedExecutions',
    'Revocations and restorations that failed, to the topic',
    failedExecutions,
    failedExecutionText,
  );
  tell('Alarms', 'Alarms of unused-iam-credentials, to the topic', begunAlarms, begunAlarmText);
  return { bus, policy };
}

/**
 * Takes the parameter for the organization's ID, and what stands between prefix and Region in names of roles of the
 * account stack. Gives back the conditions that are met by these roles of any of its accounts, and by nobody else.
 */
export function ofOrganization(organizationId: CfnParameter, names: readonly string[]) {
  const roles = names.map((name) => `arn:${Aws.PARTITION}:iam::*:role/${rolePrefix}${name}-*`);
  return {
    StringEquals: { 'aws:PrincipalOrgID': organizationId.valueAsString },
    ArnLike: { 'aws:PrincipalArn': roles },
  } as const;
}

/** The roles of the account stack that publish messages. */
export const publishers = ['Evaluate', 'Revoke', 'Restore'] as const;

/** What administers the key and cannot use it. Without PutKeyPolicy nobody could, and the key would be orphaned. */
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

/**
 * Takes a stack, the organization's ID and the ARN of the topic. Makes the key that encrypts the topic's messages.
 * It goes with the stack, after a week in which it can be kept: it encrypts nothing that lasts.
 */
export function createCentralKey(
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
      // EventBridge fails to publish where this statement says on whose behalf ("Managing Amazon SNS encryption keys
      // and costs" in the SNS Developer Guide). Which topic takes its messages, the topic's policy says.
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
