import { Aws } from 'aws-cdk-lib';
import { documentNames, eventSource, functionNames, prefix } from '../../rule/core/names.ts';

/** The name of the alarm of the account stack, by its logical ID. */
export const alarmName = (id: string) => `${prefix}-${id}`;

/** Events of the account stack's alarm when it changes to ALARM. */
export const raisedAlarms = {
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: {
    alarmName: [alarmName('NoSucceededRun')],
    state: { value: ['ALARM'] },
  },
};

/**
 * Omits the alarm's description and reason, because anyone who can change an alarm can write them. EventBridge does not
 * escape the values that it inserts ("Amazon EventBridge input transformation", common issues), so none of these values
 * can contain a quotation mark.
 */
export const raisedAlarmText = {
  inputPathsMap: {
    account: '$.account',
    region: '$.region',
    time: '$.time',
    alarm: '$.detail.alarmName',
  },
  inputTemplate: [
    '"Alarm <alarm> in account <account>, <region>, at <time>."',
    '"docs/operations.md says what each alarm means, and what to do."',
  ].join('\n'),
} as const;

/**
 * Executions that changed credentials, whoever started them: the last step of the revocations, retirements,
 * restorations and purges that did.
 * The status of the execution is not enough, because many executions succeed without a change. An execution that stops
 * before this step is one of failedExecutions.
 */
export const changes = {
  source: ['aws.ssm'],
  'detail-type': ['EC2 Automation Step Status-change Notification'],
  detail: {
    Definition: Object.values(documentNames),
    StepName: ['EndRevoked', 'EndRetired', 'EndRestored', 'EndPurged'],
    Status: ['Success'],
  },
} as const;

export const changeText = {
  inputPathsMap: {
    account: '$.account',
    region: '$.region',
    time: '$.time',
    document: '$.detail.Definition',
    execution: '$.detail.ExecutionId',
  },
  inputTemplate: [
    '"<document> changed credentials in account <account>, <region>, at <time>: execution <execution>."',
    '"To see whose, and who started it: aws ssm get-automation-execution --region <region> --automation-execution-id <execution>"',
    '"To restore credentials, see docs/undo.md."',
  ].join('\n'),
} as const;

/**
 * The events that this project's functions put on the account's bus. Anyone who can put events on a bus can forge them,
 * so this stack sends no message because of them.
 */
export const ownEvents = { source: [eventSource] };

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

/**
 * Invocations of evaluate that failed with all retries, as Lambda reports them to the function's failure destination.
 * AWS documents the detail-type with another dash than Lambda has been seen to write; the condition says what failed.
 * AWS Config invokes the function without a qualifier, for which Lambda writes $LATEST.
 *
 * Anyone who can put events on the bus can forge this event, because its source does not begin with `aws.`. The text of
 * the message is fixed, and EventBridge itself writes account and Region.
 */
export const failedEvaluations = {
  source: ['lambda'],
  'detail-type': [{ prefix: 'Lambda Function Invocation Result' }],
  resources: ['', ':$LATEST'].map((qualifier) => ({
    suffix: `:function:${functionNames.evaluate}${qualifier}`,
  })),
  detail: { requestContext: { condition: [{ 'anything-but': ['Success'] }] } },
};

/** Omits the function's input and output, because the event can be forged. */
export const failedEvaluationText = {
  inputPathsMap: { account: '$.account', region: '$.region', time: '$.time' },
  inputTemplate: [
    '"An evaluation of IAM users failed in account <account>, <region>. Lambda stopped retrying at <time>. The earlier results stay."',
    `"The function's log shows the reason and the users who were not evaluated. To find the log group: aws lambda get-function-configuration --region <region> --function-name ${functionNames.evaluate} --query LoggingConfig.LogGroup"`,
    '"docs/operations.md says what to do."',
  ].join('\n'),
} as const;

/**
 * The condition that EventBridge publishes for these rules of this account. AWS documents this condition for
 * queues. It once documented that EventBridge does not send the rule's ARN to topics, and no longer says so.
 * IfExists works in both cases.
 */
export function ifFromEventRules(rules: string) {
  return {
    StringEqualsIfExists: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLikeIfExists: { 'aws:SourceArn': rules },
  };
}
