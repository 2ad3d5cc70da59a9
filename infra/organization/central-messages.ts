import {
  Aws,
  type CfnParameter,
  CfnResource,
  aws_events as events,
  Fn,
  aws_kms as kms,
  RemovalPolicy,
  aws_sns as sns,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../../rule/core/names.ts';
import type { OrganizationParameters } from '../parameters/organization.ts';
import { isGiven } from '../shared/conditions.ts';
import {
  changes,
  changeText,
  failedEvaluations,
  failedEvaluationText,
  failedExecutions,
  failedExecutionText,
  ifFromEventRules,
  raisedAlarms,
  raisedAlarmText,
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
    // Without a description, which AWS GovCloud does not know.
    name: prefix,
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
        // aws.ssm and aws.cloudwatch. The source of failed evaluations, lambda, is open to all of them: a forged one
        // causes a message of fixed text with its sender's account number, as a failing evaluation does. Events of
        // this project's source cause none.
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
    'Changes',
    'Sends revocations and restorations that changed credentials to the topic',
    changes,
    changeText,
  );
  sendToTopic(
    'FailedExecutions',
    'Sends failed revocations and restorations to the topic',
    failedExecutions,
    failedExecutionText,
  );
  sendToTopic(
    'FailedEvaluations',
    'Sends failed evaluations to the topic',
    failedEvaluations,
    failedEvaluationText,
  );
  sendToTopic(
    'Alarms',
    'Sends alarms of unused-iam-credentials to the topic',
    raisedAlarms,
    raisedAlarmText,
  );
  return { bus, policy };
}

/**
 * Conditions that only the account stack's publishing roles meet, in the accounts that get it: those in and below
 * the units, and those directly below the root, where the management account usually is. The ID of a unit begins
 * with that of its root (AWS Organizations API Reference, OrganizationalUnit).
 */
function ofPublishers(organizationId: CfnParameter, units: string) {
  const names = [
    ...['Evaluate', 'PlanRevocation', 'PlanRetirement', 'PlanRestoration', 'PlanPurge'],
    ...['IssuePassword', 'RestorePermissions', 'Revoke', 'Retire', 'Restore'],
  ];
  // The organization's ID, which the other condition compares, cannot stand in a delimiter.
  const below = Fn.join('/*,o-*/*', Fn.split(',', units));
  const root = Fn.select(1, Fn.split('-', units));
  const paths = Fn.join('', ['o-*/r-', root, '/,o-*/*', below, '/*']);
  return {
    StringEquals: { 'aws:PrincipalOrgID': organizationId.valueAsString },
    'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': Fn.split(',', paths) },
    ArnLike: {
      'aws:PrincipalArn': names.map(
        (name) => `arn:${Aws.PARTITION}:iam::*:role/${rolePrefix}${name}-*`,
      ),
    },
  };
}

type PublisherConditions = ReturnType<typeof ofPublishers>;

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
  publishers: PublisherConditions,
  topicArn: string,
): kms.CfnKey {
  const use = { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' };
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
          ...publishers,
          StringEquals: {
            ...publishers.StringEquals,
            'kms:EncryptionContext:aws:sns:topicArn': topicArn,
          },
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

/**
 * The topic of all accounts, its encryption key, and the subscription. The units are the IDs of those that get the
 * account stack, separated by commas.
 */
export function createCentralTopic(
  scope: Construct,
  { OrganizationId, NotificationEmail }: OrganizationParameters,
  units: string,
): CentralTopic {
  const publishers = ofPublishers(OrganizationId, units);
  // The key's policy names the topic, and the topic names the key, so the name is fixed.
  const arn = `arn:${Aws.PARTITION}:sns:${Aws.REGION}:${Aws.ACCOUNT_ID}:${prefix}`;
  const key = createCentralKey(scope, publishers, arn);
  const topic = new sns.CfnTopic(scope, 'Topic', {
    topicName: prefix,
    displayName: 'Unused IAM credentials',
    kmsMasterKeyId: key.attrArn,
  });
  const publish = { Action: 'sns:Publish', Resource: topic.ref };
  const rules = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${prefix}/*`;
  const policy = new sns.CfnTopicPolicy(scope, 'TopicPolicy', {
    topics: [topic.ref],
    policyDocument: policyDocument([
      {
        ...{ Sid: 'Publishers', Effect: 'Allow', Principal: { AWS: '*' }, ...publish },
        Condition: publishers,
      },
      {
        ...{ Sid: 'Events', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
        ...{ ...publish, Condition: ifFromEventRules(rules) },
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
