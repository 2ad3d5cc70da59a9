import {
  Aws,
  CfnCondition,
  type CfnParameter,
  aws_events as events,
  Fn,
  type IResolvable,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_sns as sns,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../../rule/core/names.ts';
import type { AccountParameterName } from '../parameters/account.ts';
import { choose, isGiven } from '../shared/conditions.ts';
import {
  changes,
  changeText,
  failedEvaluations,
  failedEvaluationText,
  failedExecutions,
  failedExecutionText,
  ifFromEventRules,
  ownEvents,
} from '../shared/events.ts';
import { allow, createRole, policyDocument, type RoleProps, rolePrefix } from '../shared/roles.ts';
import { defaultEventBus } from './permissions.ts';

/** The topic of an account: its own, or that of the organization. */
export interface NotificationTopic {
  readonly isOwn: CfnCondition;
  readonly isCentral: CfnCondition;
  /** The ARN of its own topic, which exists only if isOwn. */
  readonly own: string;
  /** The ARNs of the organization's topic and of the key that encrypts it; empty if isOwn. */
  readonly central: string;
  readonly key: string;
  /** The ARN of the topic that this account uses. */
  readonly arn: IResolvable;
}

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

/** The roles of this account publish by their own policies. */
function topicPolicy(topicArn: string) {
  const publish = { Action: 'sns:Publish', Resource: topicArn };
  const alarms = `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*`;
  const rules = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${prefix}-*`;
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
      ...{ ...publish, Condition: ifFromEventRules(rules) },
    },
    {
      ...{ Sid: 'OnlyEncrypted', Effect: 'Deny', Principal: '*', ...publish },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
}

interface EventRulesProps {
  readonly topic: NotificationTopic;
  /** ARN of the alarm. */
  readonly alarmArn: string;
  readonly centralEventBus: CfnParameter;
}

/**
 * Events about changed credentials, failed executions and failed evaluations go to the account's own topic or, in an
 * organization, to the central event bus, regardless of the topic that an execution names. The alarm takes the same
 * path, because it cannot publish to an encrypted topic of another account. This project's own events also go to the
 * central bus, for event rules of other teams. They cause no messages, because the functions send those themselves.
 */
export function createEventRules(
  scope: Construct,
  { topic, alarmArn, centralEventBus }: EventRulesProps,
): void {
  const hasBus = isGiven(centralEventBus);
  const arn = centralEventBus.valueAsString;
  const { attrArn: roleArn } = createForwardRole(scope, arn, hasBus);
  const create = (
    id: string,
    condition: CfnCondition,
    props: Pick<events.CfnRuleProps, 'description' | 'eventPattern' | 'targets'>,
  ) => {
    const rule = new events.CfnRule(scope, id, { name: `${prefix}-${id}`, ...props });
    rule.cfnOptions.condition = condition;
  };
  create('ChangesToTopic', topic.isOwn, {
    description: 'Sends revocations and restorations that changed credentials to the topic',
    eventPattern: changes,
    targets: [{ id: 'Topic', arn: topic.own, inputTransformer: changeText }],
  });
  create('FailedExecutionsToTopic', topic.isOwn, {
    description: 'Sends failed revocations and restorations to the topic',
    eventPattern: failedExecutions,
    targets: [{ id: 'Topic', arn: topic.own, inputTransformer: failedExecutionText }],
  });
  create('FailedEvaluationsToTopic', topic.isOwn, {
    description: 'Sends failed evaluations to the topic',
    eventPattern: failedEvaluations,
    targets: [{ id: 'Topic', arn: topic.own, inputTransformer: failedEvaluationText }],
  });
  const targets = [{ id: 'CentralEventBus', arn, roleArn }];
  create('ChangesToBus', hasBus, {
    description: 'Sends changes of credentials to the central event bus',
    eventPattern: changes,
    targets,
  });
  create('FailedExecutionsToBus', hasBus, {
    description: 'Sends failed revocations and restorations to the central event bus',
    eventPattern: failedExecutions,
    targets,
  });
  create('FailedEvaluationsToBus', hasBus, {
    description: 'Sends failed evaluations to the central event bus',
    eventPattern: failedEvaluations,
    targets,
  });
  create('EventsToBus', hasBus, {
    description: 'Sends the events of unused-iam-credentials to the central event bus',
    eventPattern: ownEvents,
    targets,
  });
  create('AlarmsToBus', hasBus, {
    description: 'Sends the alarm of unused-iam-credentials to the central event bus',
    eventPattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      resources: [alarmArn],
      detail: { state: { value: ['ALARM'] } },
    },
    targets,
  });
}

/**
 * AWS Config invokes the function asynchronously. Lambda retries a failed invocation twice, and then sends one record
 * to the account's event bus, even if the function timed out or crashed.
 */
export function createFailureDestination(scope: Construct, evaluate: lambda.CfnFunction): void {
  new lambda.CfnEventInvokeConfig(scope, 'EvaluateFailures', {
    functionName: evaluate.ref,
    qualifier: '$LATEST',
    destinationConfig: { onFailure: { destination: defaultEventBus } },
  });
}

function createForwardRole(scope: Construct, busArn: string, condition: CfnCondition) {
  return createRole(scope, 'ForwardRole', {
    name: 'Forward',
    description: 'Role that EventBridge assumes to send events to the central event bus',
    principal: { Service: 'events.amazonaws.com' },
    onBehalfOf: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    statements: [allow('Forward', ['events:PutEvents'], busArn)],
    condition,
  });
}

/** What a role needs to publish. The policy is created before the role, and so before the first message. */
export type Publication = Required<Pick<RoleProps, 'statements' | 'managedPolicyArns'>>;

/** In an organization, a role also needs the key of the central topic; SNS puts the topic in the encryption context. */
export function createPublication(
  scope: Construct,
  { arn, isCentral, central, key }: NotificationTopic,
): Publication {
  const encrypt = allow('EncryptMessage', ['kms:GenerateDataKey', 'kms:Decrypt'], key, {
    StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': central },
  });
  const policy = new iam.CfnManagedPolicy(scope, 'EncryptForCentralTopic', {
    managedPolicyName: `${rolePrefix}Encrypt-${Aws.REGION}`,
    // CloudFormation replaces the policy if this text changes, and cannot replace a named resource.
    description: 'Use of the key of the central topic by unused-iam-credentials',
    policyDocument: policyDocument([encrypt]),
  });
  policy.cfnOptions.condition = isCentral;
  return {
    statements: [allow('Publish', ['sns:Publish'], arn)],
    managedPolicyArns: [choose(isCentral, policy.ref).toString()],
  };
}
