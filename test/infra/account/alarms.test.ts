import { beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../../rule/core/names.ts';
import { central, ofType, propertiesOf, resolveAccount } from '../resolved.ts';

let resources: Awaited<ReturnType<typeof resolveAccount>>;
let inOrganization: typeof resources;
beforeAll(async () => {
  resources = await resolveAccount();
  inOrganization = await resolveAccount(central);
});
const topic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:\S*Topic\S*$/u);

describe('the alarms', () => {
  const [atOnce, told] = [
    {
      ...{ Statistic: 'Sum', Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' },
      ...{ Period: 300, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
    },
    {
      AlarmActions: [topic],
      AlarmDescription: expect.stringMatching(/^unused-iam-credentials: /u),
    },
  ];
  const own = { Namespace: 'UnusedIamCredentials' };

  it('tell of every error of evaluate', () => {
    expect(propertiesOf(resources, 'RuleFailed')).toEqual({
      ...{ ...atOnce, ...told, Namespace: 'AWS/Lambda', MetricName: 'Errors' },
      Dimensions: [{ Name: 'FunctionName', Value: functionNames.evaluate }],
    });
  });

  it('tell of every refusal', () => {
    expect(propertiesOf(resources, 'RestorationRefused')).toEqual({
      ...{ ...atOnce, ...told, ...own, MetricName: 'Alerts' },
    });
  });

  it('tell when no run on the schedule has succeeded for 48 hours, counted in hours, and when one has again', () => {
    const alarm = propertiesOf(resources, 'NoSucceededRun');
    expect(alarm).toEqual({
      ...{ ...told, ...own, MetricName: 'SucceededRuns', OKActions: [topic] },
      ...{ Statistic: 'Sum', Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
      ...{ Period: 3600, EvaluationPeriods: 48, TreatMissingData: 'breaching' },
    });
    // CloudWatch looks back over 7 days at most.
    expect(3600 * 48).toBeLessThanOrEqual(604_800);
  });

  it('publish to no topic in an organization: their events go to the central bus', () => {
    for (const [id, alarm] of ofType(inOrganization, 'AWS::CloudWatch::Alarm')) {
      expect(Object.keys(alarm), id).not.toContain('AlarmActions');
      expect(Object.keys(alarm), id).not.toContain('OKActions');
    }
    const alarms = ofType(inOrganization, 'AWS::CloudWatch::Alarm').size;
    const { EventPattern } = propertiesOf(inOrganization, 'AlarmsToBus');
    expect(EventPattern).toMatchObject({ resources: { length: alarms } });
  });

  it('count what the metric filters count', () => {
    const filters = [...ofType(resources, 'AWS::Logs::MetricFilter')].map(
      ([id, { MetricTransformations }]) => [id, MetricTransformations],
    );
    const metric = (MetricName: string) => [
      { MetricNamespace: 'UnusedIamCredentials', MetricName, MetricValue: '1', Unit: 'Count' },
    ];
    expect(Object.fromEntries(filters)).toEqual({
      SucceededRuns: metric('SucceededRuns'),
      RestorationAlerts: metric('Alerts'),
      PasswordAlerts: metric('Alerts'),
    });
  });
});
