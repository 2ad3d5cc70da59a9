import { describe, expect, it, onTestFinished } from 'vitest';
import { pair } from '../../builders/account.ts';
import { startLocalRule } from '../../builders/local-rule.ts';
import { changeMessage } from '../../builders/rule-event.ts';
import { inOrganization, ofType, propertiesOf, resources } from '../resolved.ts';
import { matchesFilter } from './matches-filter.ts';

const topic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:\S*Topic\S*$/u);

describe('the alarm', () => {
  const metric = { Namespace: 'UnusedIamCredentials', MetricName: 'SucceededRuns' };

  it('is the only one, since each costs money in each account', () => {
    for (const each of [resources, inOrganization]) {
      expect([...ofType(each, 'AWS::CloudWatch::Alarm').keys()]).toEqual(['NoSucceededRun']);
    }
  });

  it('notifies when no scheduled run succeeded for 48 hours, and when one succeeds again', () => {
    const alarm = propertiesOf(resources, 'NoSucceededRun');
    expect(alarm).toEqual({
      AlarmName: 'unused-iam-credentials-NoSucceededRun',
      AlarmDescription: expect.stringMatching(/^unused-iam-credentials: /u),
      ...{ ...metric, AlarmActions: [topic], OKActions: [topic] },
      ...{ Statistic: 'Sum', Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
      ...{ Period: 3600, EvaluationPeriods: 48, TreatMissingData: 'breaching' },
    });
    // CloudWatch looks back over 7 days at most.
    expect(3600 * 48).toBeLessThanOrEqual(604_800);
  });

  it('publishes to no topic in an organization: its events go to the central bus', () => {
    const alarm = propertiesOf(inOrganization, 'NoSucceededRun');
    expect(Object.keys(alarm)).not.toContain('AlarmActions');
    expect(Object.keys(alarm)).not.toContain('OKActions');
    const { EventPattern } = propertiesOf(inOrganization, 'AlarmsToBus');
    expect(EventPattern).toMatchObject({ resources: { length: 1 } });
  });

  it('counts what the only metric filter counts', () => {
    const filters = [...ofType(resources, 'AWS::Logs::MetricFilter')].map(
      ([id, { MetricTransformations }]) => [id, MetricTransformations],
    );
    const { Namespace: MetricNamespace, MetricName } = metric;
    expect(filters).toEqual([
      ['SucceededRuns', [{ MetricNamespace, MetricName, MetricValue: '1', Unit: 'Count' }]],
    ]);
  });
});

describe('the metric filter', () => {
  const counted = (line: string) =>
    matchesFilter(String(propertiesOf(resources, 'SucceededRuns')['FilterPattern']), line);

  it('counts the summary of a run of the deployed rule on the schedule that succeeded, and of no other', async () => {
    const rule = await startLocalRule(pair());
    onTestFinished(rule.close);
    await rule.schedule();
    await rule.send(
      changeMessage({ resourceId: rule.account.users[0]?.userId, resourceName: 'idle' }),
    );
    await rule.schedule({ ruleParameters: { typo: '1' } }).catch(() => undefined);
    rule.account.config.rules.add('another-rule');
    await rule.schedule({ event: { configRuleName: 'another-rule' } });
    // As jsonLog writes them.
    const lines = rule.log.map((line) => JSON.stringify(line));
    const summaries = lines.filter((line) => line.includes('"summary"'));
    expect(summaries.map(counted)).toEqual([true, false, false, false]);
    expect(propertiesOf(resources, 'SucceededRuns')['LogGroupName']).toContain('EvaluateLog');
  });

  it('counts no line with anything before the JSON, and is understood as a whole', () => {
    const line = '{"message":"summary","trigger":"schedule","outcome":"succeeded"}';
    expect(counted(line)).toBe(true);
    expect(counted(`2026-11-21T06:30:00Z INFO ${line}`)).toBe(false);
    expect(() => matchesFilter('{ $.alert NOT EXISTS }', line)).toThrow('NOT EXISTS');
  });
});
