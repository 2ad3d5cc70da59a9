import { aws_cloudwatch as cloudwatch, aws_logs as logs } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { choose } from '../shared/conditions.ts';
import type { Functions, LambdaFunction } from './functions.ts';
import type { NotificationTopic } from './messages.ts';

const namespace = 'UnusedIamCredentials';

/** Takes a stack, its functions and its topic. Makes the alarms, which tell the account's own topic if there is one. */
export function createAlarms(
  scope: Construct,
  { evaluate, planRestoration, issuePassword }: Functions,
  { own, isOwn }: NotificationTopic,
): readonly cloudwatch.CfnAlarm[] {
  const actions = choose(isOwn, [own]) as unknown as string[];
  const alarm = (id: string, props: cloudwatch.CfnAlarmProps) =>
    new cloudwatch.CfnAlarm(scope, id, { statistic: 'Sum', alarmActions: actions, ...props });
  const count = (id: string, { logGroup }: LambdaFunction, metricName: string, pattern: string) =>
    new logs.CfnMetricFilter(scope, id, {
      logGroupName: logGroup.ref,
      filterPattern: pattern,
      metricTransformations: [
        { metricNamespace: namespace, metricName, metricValue: '1', unit: 'Count' },
      ],
    });

  count(
    'SucceededRuns',
    evaluate,
    'SucceededRuns',
    '{ $.message = "summary" && $.trigger = "schedule" && $.outcome = "succeeded" }',
  );
  count('RestorationAlerts', planRestoration, 'Alerts', '{ $.alert IS TRUE }');
  count('PasswordAlerts', issuePassword, 'Alerts', '{ $.alert IS TRUE }');

  const atOnce = {
    ...{ threshold: 1, comparisonOperator: 'GreaterThanOrEqualToThreshold' },
    ...{ period: 300, evaluationPeriods: 1, treatMissingData: 'notBreaching' },
  };
  return [
    alarm('RuleFailed', {
      alarmDescription:
        'unused-iam-credentials: an evaluation failed. The log of unused-iam-credentials-evaluate names what could not be judged; the earlier results of those users stand.',
      ...{ namespace: 'AWS/Lambda', metricName: 'Errors' },
      dimensions: [{ name: 'FunctionName', value: evaluate.fn.ref }],
      ...atOnce,
    }),
    alarm('RestorationRefused', {
      alarmDescription:
        'unused-iam-credentials: a restoration or a new password was refused: a record that this project did not write, a quarantined user, or a request that no restoration made. The lines with alert true in the logs of plan-restoration and issue-password say which.',
      ...{ namespace, metricName: 'Alerts' },
      ...atOnce,
    }),
    alarm('NoSucceededRun', {
      alarmDescription:
        'unused-iam-credentials: no scheduled evaluation has succeeded for 48 hours, so that results may be out of date. Run: unused-iam-credentials doctor. After a new installation the first run ends this.',
      ...{ namespace, metricName: 'SucceededRuns' },
      ...{ threshold: 1, comparisonOperator: 'LessThanThreshold' },
      ...{ period: 3600, evaluationPeriods: 48, treatMissingData: 'breaching' },
      okActions: actions,
    }),
  ];
}
