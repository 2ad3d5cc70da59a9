import { aws_cloudwatch as cloudwatch, aws_logs as logs } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { choose } from '../shared/conditions.ts';
import { alarmName } from '../shared/events.ts';
import type { LambdaFunction } from './functions.ts';
import type { NotificationTopic } from './messages.ts';

const namespace = 'UnusedIamCredentials';

/**
 * The only alarm, because CloudWatch charges for each. Every event sends its own message, and only an alarm can detect
 * that evaluations no longer succeed. It notifies the account's own topic. In an organization, its events go to the central
 * bus instead.
 */
export function createAlarm(
  scope: Construct,
  { logGroup }: LambdaFunction,
  { own, isOwn }: NotificationTopic,
): cloudwatch.CfnAlarm {
  const metricName = 'SucceededRuns';
  new logs.CfnMetricFilter(scope, 'SucceededRuns', {
    logGroupName: logGroup.ref,
    filterPattern: '{ $.message = "summary" && $.trigger = "schedule" && $.outcome = "succeeded" }',
    metricTransformations: [
      { metricNamespace: namespace, metricName, metricValue: '1', unit: 'Count' },
    ],
  });
  const actions = choose(isOwn, [own]) as unknown as string[];
  const id = 'NoSucceededRun';
  return new cloudwatch.CfnAlarm(scope, id, {
    alarmName: alarmName(id),
    alarmDescription:
      'unused-iam-credentials: no scheduled evaluation has succeeded for 48 hours. Results can be out of date. To see the last error: aws configservice describe-config-rule-evaluation-status --config-rule-names unused-iam-credentials. After a new deployment, the first evaluation that succeeds ends this alarm.',
    ...{ namespace, metricName, statistic: 'Sum' },
    ...{ threshold: 1, comparisonOperator: 'LessThanThreshold' },
    ...{ period: 3600, evaluationPeriods: 48, treatMissingData: 'breaching' },
    ...{ alarmActions: actions, okActions: actions },
  });
}
