import {
  Aws,
  CfnCondition,
  type CfnParameter,
  aws_events as events,
  Fn,
  type aws_lambda as lambda,
  Stack,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { purgeDocument } from '../../remediation-docs/documents.ts';
import { prefix } from '../../rule/core/names.ts';
import type { AccountParameterName } from '../parameters/account.ts';
import { equals } from '../shared/conditions.ts';
import { createRole } from '../shared/roles.ts';
import type { Automation } from './documents.ts';
import { purges, startPurgePermissions } from './permissions.ts';

interface PurgeScheduleProps {
  readonly parameters: Readonly<Record<AccountParameterName, CfnParameter>>;
  readonly purge: Automation;
  readonly planPurge: lambda.CfnFunction;
}

/** Starts the document that deletes keys once a day, unless DeleteAfterDays is 0. */
export function createPurgeSchedule(
  scope: Construct,
  { parameters, purge, planPurge }: PurgeScheduleProps,
): void {
  const { DeleteAfterDays, MaxRevocationsPerDay } = parameters;
  const condition = new CfnCondition(scope, 'DeletesKeys', {
    expression: Fn.conditionNot(equals(DeleteAfterDays, '0')),
  });
  const role = createRole(scope, 'StartPurgeRole', {
    name: 'StartPurge',
    description: `Role that EventBridge assumes to start ${purgeDocument.name}`,
    principal: { Service: 'events.amazonaws.com' },
    onBehalfOf: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    statements: startPurgePermissions(purge.role.attrArn),
    condition,
  });
  const rule = new events.CfnRule(scope, 'PurgeSchedule', {
    name: `${prefix}-PurgeSchedule`,
    description: 'Starts the deletion of access keys that were deactivated long ago',
    scheduleExpression: 'rate(1 day)',
    targets: [
      {
        id: 'Purge',
        arn: purges,
        roleArn: role.attrArn,
        // The values of an Automation's parameters are lists.
        input: Stack.of(scope).toJsonString({
          AutomationAssumeRole: [purge.role.attrArn],
          DeleteAfterDays: [DeleteAfterDays.valueAsString],
          MaxRevocationsPerDay: [MaxRevocationsPerDay.valueAsString],
        }),
      },
    ],
  });
  rule.cfnOptions.condition = condition;
  // The schedule starts the document as soon as it exists.
  for (const each of [purge.document, planPurge]) rule.addResourceDependency(each);
}
