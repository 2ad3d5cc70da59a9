import { documentNames } from '../../rule/core/names.ts';

/** Alarms that go to ALARM. The accounts forward their own alarms only. */
export const begunAlarms = {
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: { state: { value: ['ALARM'] } },
} as const;

/**
 * EventBridge does not escape the values it inserts ("Amazon EventBridge input transformation", common issues), so
 * that none can contain a quotation mark.
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

/** Executions of this project's documents that did not succeed. */
export const failedExecutions = {
  source: ['aws.ssm'],
  'detail-type': ['EC2 Automation Execution Status-change Notification'],
  detail: {
    Definition: Object.values(documentNames),
    Status: ['Failed', 'TimedOut', 'Cancelled', 'CompletedWithFailure'],
  },
} as const;

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
    '"<document> ended with status <status> in account <account>, <region>, at <time>: execution <execution>."',
    '"To see which step failed and why: aws ssm get-automation-execution --region <region> --automation-execution-id <execution>"',
    '"docs/operations.md says what to do for each step. You can safely run the document again."',
  ].join('\n'),
} as const;
