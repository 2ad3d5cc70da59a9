import { Aws } from 'aws-cdk-lib';
import { documentNames, eventSource, functionNames, prefix } from '../../rule/core/names.ts';

/** The name of the alarm of the account stack, by its logical ID. */
export const alarmName = (id: string) => `${prefix}-${id}`;

/** The alarm of the account stack, by name, if it goes to ALARM. */
export const begunAlarms = {
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: {
    alarmName: [alarmName('NoSucceededRun')],
    state: { value: ['ALARM'] },
  },
};

/**
 * Without description and reason, in which whoever may change an alarm can write anything. EventBridge does not escape
 * the values it inserts ("Amazon EventBridge input transformation", common issues), so that none can contain a
 * quotation mark.
 */
export const begunAlarmText = {
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
 * The end of the execution itself does not tell them from the many that change nothing. One that stops before this
 * step ends as one of failedExecutions.
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
 * What this project's functions put on the account's bus. Whoever may put events on a bus can forge them: they start no
 * message of this stack.
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
 * Whoever may put events on the bus can forge this one, since its source does not begin with `aws.`. Its text is fixed,
 * and EventBridge itself writes account and Region.
 */
export const failedEvaluations = {
  source: ['lambda'],
  'detail-type': [{ prefix: 'Lambda Function Invocation Result' }],
  resources: ['', ':$LATEST'].map((qualifier) => ({
    suffix: `:function:${functionNames.evaluate}${qualifier}`,
  })),
  detail: { requestContext: { condition: [{ 'anything-but': ['Success'] }] } },
};

/** Without what the function answered or was asked. */
export const failedEvaluationText = {
  inputPathsMap: { account: '$.account', region: '$.region', time: '$.time' },
  inputTemplate: [
    '"An evaluation of IAM users failed in account <account>, <region>. Lambda stopped retrying at <time>. The earlier results stay."',
    `"The function's log shows the reason and the users who were not evaluated. To find the log group: aws lambda get-function-configuration --region <region> --function-name ${functionNames.evaluate} --query LoggingConfig.LogGroup"`,
    '"docs/operations.md says what to do."',
  ].join('\n'),
} as const;

/**
 * The condition that EventBridge publishes for these rules of this account. AWS documents it for queues but no longer
 * says whether EventBridge names its rule to topics, and once said that it does not: IfExists holds in both cases.
 */
export function ifFromEventRules(rules: string) {
  return {
    StringEqualsIfExists: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLikeIfExists: { 'aws:SourceArn': rules },
  };
}
