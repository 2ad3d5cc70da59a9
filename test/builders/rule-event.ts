// The events follow the examples in the AWS Config Developer Guide.
const account = '123456789012';
const arn = `arn:aws:iam::${account}:user/team/someone`;

/** A configuration item of a user, with the fields that AWS documents for a change notification. */
const userItem = {
  relatedEvents: [],
  relationships: [
    {
      resourceId: 'AGPAEXAMPLE',
      resourceName: 'team',
      resourceType: 'AWS::IAM::Group',
      name: 'Is attached to Group',
    },
  ],
  configuration: {
    path: '/team/',
    userName: 'someone',
    userId: 'AIDASOMEONE',
    arn,
    createDate: '2024-01-01T00:00:00.000Z',
    tags: [{ key: 'team', value: 'x' }],
  },
  supplementaryConfiguration: {},
  tags: { team: 'x' },
  configurationItemVersion: '1.3',
  configurationItemCaptureTime: '2026-11-21T06:29:00.500Z',
  configurationStateId: 1795242540500,
  awsAccountId: account,
  configurationItemStatus: 'OK',
  resourceType: 'AWS::IAM::User',
  resourceId: 'AIDASOMEONE',
  resourceName: 'someone',
  ARN: arn,
  awsRegion: 'global',
  availabilityZone: 'Not Applicable',
  configurationStateMd5Hash: '',
  resourceCreationTime: '2024-01-01T00:00:00.000Z',
};

/** The message of a scheduled evaluation. */
export const scheduledMessage = {
  awsAccountId: account,
  notificationCreationTime: '2026-11-21T06:30:00.373Z',
  messageType: 'ScheduledNotification',
  recordVersion: '1.0',
};

/** The message of a change; `item` replaces members of `userItem`. */
export function changeMessage(item: object = {}) {
  return {
    configurationItemDiff: null,
    configurationItem: { ...userItem, ...item },
    notificationCreationTime: '2026-11-21T06:29:02.000Z',
    messageType: 'ConfigurationItemChangeNotification',
    recordVersion: '1.3',
  };
}

/** The message of a change that is too large to send; `summary` replaces members. */
export function oversizedMessage(summary: object = {}) {
  const { relationships, relatedEvents, configuration, supplementaryConfiguration, tags, ...rest } =
    userItem;
  return {
    configurationItemSummary: {
      changeType: 'UPDATE',
      ...rest,
      resourceName: null,
      availabilityZone: null,
      ...summary,
    },
    s3DeliverySummary: { s3BucketLocation: null, errorCode: null, errorMessage: null },
    notificationCreationTime: '2026-11-21T06:29:02.000Z',
    messageType: 'OversizedConfigurationItemChangeNotification',
    recordVersion: '1.0',
  };
}

/** The event that carries a message to the function; `ruleParameters` is JSON text. */
export function ruleEvent(message: object, ruleParameters = '{}', rest: object = {}) {
  return {
    invokingEvent: JSON.stringify(message),
    ruleParameters,
    resultToken: 'myResultToken',
    eventLeftScope: false,
    executionRoleArn: `arn:aws:iam::${account}:role/config-role`,
    configRuleArn: `arn:aws:config:us-east-2:${account}:config-rule/config-rule-0123456`,
    configRuleName: 'unused-iam-credentials',
    configRuleId: 'config-rule-0123456',
    accountId: account,
    version: '1.0',
    ...rest,
  };
}
