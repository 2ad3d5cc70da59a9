import { aws_cloudwatch as cloudwatch, aws_logs as logs } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { choose } from '../shared/conditions.ts';
import { alarmName } from '../shared/events.ts';
import type { Functions, LambdaFunction } from './functions.ts';
import type { NotificationTopic } from './messages.ts';

const namespace = 'UnusedIamCredentials';

/** The alarms notify the account's own topic. In an organization, their events go to the central bus instead. */
export function createAlarms(
  scope: Construct,
  { evaluate, planRevocation, planRestoration, issuePassword }: Functions,
  { own, isOwn }: NotificationTopic,
): readonly cloudwatch.CfnAlarm[] {
  const actions = choose(isOwn, [own]) as unknown as string[];
  const alarm = (id: string, props: cloudwatch.CfnAlarmProps) =>
    new cloudwatch.CfnAlarm(scope, id, {
      ...{ alarmName: alarmName(id), statistic: 'Sum', alarmActions: actions },
      ...props,
    });
  const count = (id: string, { logGroup }: LambdaFunction, metricName: string, pattern: string) => {
    const filter = new logs.CfnMetricFilter(scope, id, {
      logGroupName: logGroup.ref,
      filterPattern: pattern,
      metricTransformations: [
        { metricNamespace: namespace, metricName, metricValue: '1', unit: 'Count' },
      ],
    });
    const { condition } = logGroup.cfnOptions;
    if (condition !== undefined) filter.cfnOptions.condition = condition;
  };

  count(
    'SucceededRuns',
    evaluate,
    'SucceededRuns',
    '{ $.message = "summary" && $.trigger = "schedule" && $.outcome = "succeeded" }',
  );
  count('RevocationAlerts', planRevocation, 'Alerts', '{ $.alert IS TRUE }');
  count('RestorationAlerts', planRestoration, 'Alerts', '{ $.alert IS TRUE }');
  count('PasswordAlerts', issuePassword, 'Alerts', '{ $.alert IS TRUE }');

  const atOnce = {
    ...{ threshold: 1, comparisonOperator: 'GreaterThanOrEqualToThreshold' },
    ...{ period: 300, evaluationPeriods: 1, treatMissingData: 'notBreaching' },
  };
  return [
    alarm('RuleFailed', {
      alarmDescription:
        'unused-iam-credentials: an evaluation failed. Its log names the users that it could not evaluate; their earlier results still apply. To find the log group: aws lambda get-function-configuration --function-name unused-iam-credentials-evaluate --query LoggingConfig.LogGroup',
      ...{ namespace: 'AWS/Lambda', metricName: 'Errors' },
      dimensions: [{ name: 'FunctionName', value: evaluate.fn.ref }],
      ...atOnce,
    }),
    alarm('RestorationRefused', {
      alarmDescription:
        'unused-iam-credentials: a restoration or a new password was refused, somebody wrote records that are not ours, or the revocations of a user keep failing. Search for alert true in the logs of unused-iam-credentials-plan-revocation, -plan-restoration and -issue-password. To find a log group: aws lambda get-function-configuration --function-name unused-iam-credentials-plan-restoration --query LoggingConfig.LogGroup',
      ...{ namespace, metricName: 'Alerts' },
      ...atOnce,
    }),
    alarm('NoSucceededRun', {
      alarmDescription:
        'unused-iam-credentials: no scheduled evaluation has succeeded for 48 hours. Results can be out of date. To see the last error: aws configservice describe-config-rule-evaluation-status --config-rule-names unused-iam-credentials. After a new deployment, the first evaluation that succeeds ends this alarm.',
      ...{ namespace, metricName: 'SucceededRuns' },
      ...{ threshold: 1, comparisonOperator: 'LessThanThreshold' },
      ...{ period: 3600, evaluationPeriods: 48, treatMissingData: 'breaching' },
      okActions: actions,
    }),
  ];
}
