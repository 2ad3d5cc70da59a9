import { documentNames } from '../../rule/core/names.ts';

/** The events of alarms that begin. The accounts send those of their own alarms only. */
export const begunAlarms = {
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: { state: { value: ['ALARM'] } },
} as const;

/**
 * The message that is made of such an event. EventBridge puts values in as they are ("Amazon EventBridge input
 * transformation", common issues), so that none may hold a quotation mark.
 */
export const begunAlarmText = {
  inputPathsMap: {
    account: '$.account',
    region: '$.region',
    time: '$.time',
    alarm: '$.detail.alarmName',
    description: '$.detail.configuration.description',
    reason: '$.detail.state.reason',
  },
  inputTemplate: [
    '"Alarm <alarm> in account <account>, <region>, at <time>."',
    '"<description>"',
    '"<reason>"',
  ].join('\n'),
} as const;

/** The events of executions of this project's documents that did not end well. */
export const failedExecutions = {
  source: ['aws.ssm'],
  'detail-type': ['EC2 Automation Execution Status-change Notification'],
  detail: {
    Definition: Object.values(documentNames),
    Status: ['Failed', 'TimedOut', 'Cancelled', 'CompletedWithFailure'],
  },
} as const;

/** The message that is made of such an event. */
export const failedExecutionText = {
  inputPathsMap: {
    account: '$.account',
    region: '$.region',
    time: '$.time',
    document: '$.detail.Definition',
    execution: '$.detail.ExecutionId',
    status: '$.detail.Status',
  },
  inputTemplate: [
    '"<document> ended <status> in account <account>, <region>, at <time>: execution <execution>."',
    '"Which step, and why: aws ssm get-automation-execution --region <region> --automation-execution-id <execution>"',
    '"What is left to do is in docs/operations.md under the failed step. Running it again is safe."',
  ].join('\n'),
} as const;
