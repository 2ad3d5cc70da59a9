import {
  Aws,
  type CfnCondition,
  type CfnParameter,
  type aws_cloudwatch as cloudwatch,
  aws_events as events,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { isGiven } from './conditions.ts';
import { failedExecutions, failedExecutionText } from './failed-executions.ts';
import type { NotificationTopic } from './notification-topic.ts';
import { createRole } from './role.ts';
import { allow } from './statement.ts';

/** What the account's events are sent by. */
export interface EventRulesProps {
  readonly topic: NotificationTopic;
  readonly alarms: readonly cloudwatch.CfnAlarm[];
  readonly centralEventBus: CfnParameter;
}

/**
 * Takes a stack and what its events are sent by. Sends failed executions to the account's own topic or, in an
 * organization, to the central event bus; there alarms go as well, which publish to no encrypted topic of
 * another account.
 */
export function createEventRules(
  scope: Construct,
  { topic, alarms, centralEventBus }: EventRulesProps,
): void {
  const hasBus = isGiven(centralEventBus);
  const arn = centralEventBus.valueAsString;
  const { attrArn: roleArn } = createForwardRole(scope, arn, hasBus);
  const create = (
    id: string,
    condition: CfnCondition,
    props: Pick<events.CfnRuleProps, 'description' | 'eventPattern' | 'targets'>,
  ) => {
    const rule = new events.CfnRule(scope, id, props);
    rule.cfnOptions.condition = condition;
  };
  create('FailedExecutionsToTopic', topic.isOwn, {
    description: 'Revocations and restorations that failed, to the topic',
    eventPattern: failedExecutions,
    targets: [{ id: 'Topic', arn: topic.own, inputTransformer: failedExecutionText }],
  });
  const targets = [{ id: 'CentralEventBus', arn, roleArn }];
  create('FailedExecutionsToBus', hasBus, {
    description: 'Revocations and restorations that failed, to the central event bus',
    eventPattern: failedExecutions,
    targets,
  });
  create('AlarmsToBus', hasBus, {
    description: 'Alarms of unused-iam-credentials, to the central event bus',
    eventPattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      resources: alarms.map(({ attrArn }) => attrArn),
      detail: { state: { value: ['ALARM'] } },
    },
    targets,
  });
}

function createForwardRole(scope: Construct, busArn: string, condition: CfnCondition) {
  return createRole(scope, 'ForwardRole', {
    name: 'Forward',
    description: 'Under which EventBridge sends events to the central event bus',
    service: 'events.amazonaws.com',
    onBehalfOf: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    statements: [allow('Forward', ['events:PutEvents'], busArn)],
    condition,
  });
}
