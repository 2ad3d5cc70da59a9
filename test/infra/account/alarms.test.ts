import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { pair, user } from '../../builders/account.ts';
import { type LocalRule, startLocalRule } from '../../builders/local-rule.ts';
import { type LocalRemediation, startRemediation } from '../../builders/remediation.ts';
import { changeMessage } from '../../builders/rule-event.ts';
import { inOrganization, ofType, propertiesOf, resources } from '../resolved.ts';
import { matchesFilter } from './matches-filter.ts';

const topic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:\S*Topic\S*$/u);

describe('the alarms', () => {
  const [atOnce, notifying] = [
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

  it('notify of every error of evaluate', () => {
    expect(propertiesOf(resources, 'RuleFailed')).toEqual({
      ...{ ...atOnce, ...notifying, Namespace: 'AWS/Lambda', MetricName: 'Errors' },
      Dimensions: [{ Name: 'FunctionName', Value: functionNames.evaluate }],
    });
  });

  it('notify of every refusal', () => {
    expect(propertiesOf(resources, 'RestorationRefused')).toEqual({
      ...{ ...atOnce, ...notifying, ...own, MetricName: 'Alerts' },
    });
  });

  it('notify when no scheduled run succeeded for 48 hours, and when one succeeds again', () => {
    const alarm = propertiesOf(resources, 'NoSucceededRun');
    expect(alarm).toEqual({
      ...{ ...notifying, ...own, MetricName: 'SucceededRuns', OKActions: [topic] },
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

describe('the metric filters', () => {
  let rule: LocalRule;
  let remediation: LocalRemediation;
  beforeAll(async () => {
    rule = await startLocalRule(pair());
    remediation = await startRemediation(createAccount());
  });
  afterAll(async () => {
    await rule.close();
    await remediation.close();
  });
  // As jsonLog writes them.
  const lines = (log: readonly Record<string, unknown>[]) =>
    log.map((line) => JSON.stringify(line));
  const counted = (id: string, line: string) =>
    matchesFilter(String(propertiesOf(resources, id)['FilterPattern']), line);
  const logOf = (id: string) => propertiesOf(resources, id)['LogGroupName'];

  it('count the summary of a run of the deployed rule on the schedule that succeeded, and of no other', async () => {
    await rule.schedule();
    await rule.send(
      changeMessage({ resourceId: rule.account.users[0]?.userId, resourceName: 'idle' }),
    );
    await rule.schedule({ ruleParameters: { typo: '1' } }).catch(() => undefined);
    rule.account.config.rules.add('another-rule');
    await rule.schedule({ event: { configRuleName: 'another-rule' } });
    const summaries = lines(rule.log).filter((line) => line.includes('"summary"'));
    expect(summaries.map((line) => counted('SucceededRuns', line))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(logOf('SucceededRuns')).toContain('EvaluateLog');
  });

  it('count the refusal of a restoration, and no summary', async () => {
    const frank = user(remediation.account, 'frank', {
      attachedPolicies: ['AWSCompromisedKeyQuarantineV2'],
    });
    remediation.log.length = 0;
    await remediation.invoke(functionNames.planRestoration, {
      ...{ mode: 'plan', userId: frank.userId, ruleName: 'unused-iam-credentials' },
      ...{ executionId: '11111111-2222-4333-8444-555555555555', revocationId: 'All' },
      ...{ accessKeyId: 'Any', includeUnconfirmed: 'false', graceDays: '14' },
      ...{ restorePassword: 'false', maxRecordAgeDays: '90' },
    });
    const found = lines(remediation.log);
    expect(found.map((line) => counted('RestorationAlerts', line))).toEqual([true, false]);
    expect(logOf('RestorationAlerts')).toContain('PlanRestorationLog');
  });

  it('count the refusal of a password, and no summary', async () => {
    const executionId = '11111111-2222-4333-8444-555555555555';
    const request = { userId: 'AIDAFRANK0000000', executionId, passwordResetRequired: 'true' };
    const recordName = `/unused-iam-credentials/records/${request.userId}/${executionId}`;
    remediation.log.length = 0;
    await expect(
      remediation.invoke(functionNames.issuePassword, { ...request, recordName }),
    ).rejects.toThrow('No password was issued');
    const found = lines(remediation.log);
    expect(found.map((line) => counted('PasswordAlerts', line))).toEqual([true, false]);
    expect(logOf('PasswordAlerts')).toContain('IssuePasswordLog');
  });

  it('count no line with anything before the JSON, and are understood as a whole', () => {
    const line = '{"alert":true}';
    expect(counted('RestorationAlerts', line)).toBe(true);
    expect(counted('RestorationAlerts', `2026-11-21T06:30:00Z INFO ${line}`)).toBe(false);
    expect(counted('RestorationAlerts', '{"alert":"true"}')).toBe(false);
    expect(() => matchesFilter('{ $.alert NOT EXISTS }', line)).toThrow('NOT EXISTS');
  });
});
