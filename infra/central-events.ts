import { CfnResource, aws_events as events, type aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../rule/core/names.ts';
import { begunAlarms, begunAlarmText } from './alarm-events.ts';
import { failedExecutions, failedExecutionText } from './failed-executions.ts';
import type { OrganizationParameters } from './organization-parameters.ts';

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
