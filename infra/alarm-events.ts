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
