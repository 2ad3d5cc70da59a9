import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentNames, functionNames } from '../../rule/core/names.ts';
import { pair, user } from '../builders/account.ts';
import { type LocalRule, startLocalRule } from '../builders/local-rule.ts';
import { type LocalRemediation, startRemediation } from '../builders/remediation.ts';
import { changeMessage } from '../builders/rule-event.ts';
import { createAccount } from '../local-aws/index.ts';
import { matchesEvent } from './matches-event.ts';
import { matchesFilter } from './matches-filter.ts';
import { accountId, central, ofType, propertiesOf, resolveAccount } from './resolved.ts';

let resources: Awaited<ReturnType<typeof resolveAccount>>;
let inOrganization: typeof resources;
beforeAll(async () => {
  resources = await resolveAccount();
  inOrganization = await resolveAccount(central);
});
const topic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:\S*Topic\S*$/u);
const idsOf = (found: typeof resources, type: string) => [...ofType(found, type).keys()];

describe('the topic of a single account', () => {
  it('has no fixed name, and takes messages of alarms of this account, of EventBridge, and of nobody unencrypted', () => {
    expect(propertiesOf(resources, 'Topic')).toEqual({ DisplayName: 'Unused IAM credentials' });
    const publish = { Action: 'sns:Publish', Resource: topic };
    const from = (service: string) => ({ Principal: { Service: `${service}.amazonaws.com` } });
    expect(propertiesOf(resources, 'TopicPolicy')).toEqual({
      Topics: [topic],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Sid: 'Alarms', Effect: 'Allow', ...from('cloudwatch'), ...publish },
            Condition: {
              StringEquals: { 'aws:SourceAccount': accountId },
              ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:*` },
            },
          },
          // EventBridge documents that it understands no conditions in the policy of a topic.
          { Sid: 'Events', Effect: 'Allow', ...from('events'), ...publish },
          {
            ...{ Sid: 'OnlyEncrypted', Effect: 'Deny', Principal: '*', ...publish },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('has the address subscribed that is given, and none otherwise', async () => {
    const NotificationEmail = 'security@example.com';
    expect(idsOf(resources, 'AWS::SNS::Subscription')).toEqual([]);
    const subscribed = propertiesOf(await resolveAccount({ NotificationEmail }), 'Subscription');
    expect(subscribed).toEqual({ TopicArn: topic, Protocol: 'email', Endpoint: NotificationEmail });
  });

  it('is not made in an organization, nor anything that belongs to it', async () => {
    const all = await resolveAccount({ ...central, NotificationEmail: 'security@example.com' });
    expect(all.filter(({ type }) => type.startsWith('AWS::SNS::'))).toEqual([]);
    expect(JSON.stringify(all.map(({ properties }) => properties))).not.toContain(
      `arn:aws:sns:us-east-1:${accountId}:`,
    );
  });
});

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

  it('count the summary of a run on the schedule that succeeded, and of no other', async () => {
    await rule.schedule();
    await rule.send(
      changeMessage({ resourceId: rule.account.users[0]?.userId, resourceName: 'idle' }),
    );
    await rule.schedule({ ruleParameters: { typo: '1' } }).catch(() => undefined);
    const summaries = lines(rule.log).filter((line) => line.includes('"summary"'));
    expect(summaries.map((line) => counted('SucceededRuns', line))).toEqual([true, false, false]);
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

describe('the events', () => {
  /** As documented, but for the document and how it ended. */
  const ended = (Definition: string, Status: string) => ({
    ...{ version: '0', id: 'd290ece9-1088-4383-9df6-cd5b4ac42b99', source: 'aws.ssm' },
    'detail-type': 'EC2 Automation Execution Status-change Notification',
    ...{ account: accountId, time: '2024-11-29T19:43:35Z', region: 'us-east-2' },
    resources: [
      `arn:aws:ssm:us-east-2:${accountId}:automation-execution/333ba70b-2333-48db-b17e-a5e69c6f4d1c`,
      `arn:aws:ssm:us-east-2:${accountId}:automation-definition/${Definition}:1`,
    ],
    detail: {
      ...{
        ExecutionId: '333ba70b-2333-48db-b17e-a5e69c6f4d1c',
        Definition,
        DefinitionVersion: 1.0,
      },
      ...{ Status, StartTime: 'Nov 29, 2024 7:43:20 PM', EndTime: 'Nov 29, 2024 7:43:26 PM' },
      ...{ Time: 5753.0, ExecutedBy: `arn:aws:iam::${accountId}:user/userName` },
    },
  });
  const alarmed = (alarm: string, value: string) => ({
    ...{ version: '0', id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92', source: 'aws.cloudwatch' },
    ...{ 'detail-type': 'CloudWatch Alarm State Change', account: accountId, region: 'us-east-1' },
    resources: [alarm],
    detail: {
      alarmName: alarm.split(':').at(-1),
      previousState: { value: 'OK' },
      state: { value },
    },
  });
  const toBus = [
    {
      ...{ Id: 'CentralEventBus', Arn: central.CentralEventBusArn },
      RoleArn: `arn:aws:iam::${accountId}:role/UnusedIamCredentials-Forward-us-east-1`,
    },
  ];

  it('of failed executions go to the topic, or in an organization to the central bus, as those of alarms do', () => {
    expect(idsOf(resources, 'AWS::Events::Rule')).toEqual(['FailedExecutionsToTopic']);
    expect(idsOf(inOrganization, 'AWS::Events::Rule')).toEqual([
      'FailedExecutionsToBus',
      'AlarmsToBus',
    ]);
    const { Targets } = propertiesOf(resources, 'FailedExecutionsToTopic');
    expect(Targets).toMatchObject([{ Arn: topic }]);
    for (const [id, { Targets: targets }] of ofType(inOrganization, 'AWS::Events::Rule')) {
      expect(targets, id).toEqual(toBus);
    }
  });

  it.each(['FailedExecutionsToTopic', 'FailedExecutionsToBus'])(
    'match a documented event of our documents that did not end well: %s',
    (id) => {
      const { EventPattern } = propertiesOf([...resources, ...inOrganization], id);
      const matches = (definition: string, status: string) =>
        matchesEvent(EventPattern, ended(definition, status));
      for (const name of Object.values(documentNames)) {
        for (const status of ['Failed', 'TimedOut', 'Cancelled', 'CompletedWithFailure']) {
          expect(matches(name, status), status).toBe(true);
        }
        for (const status of ['Success', 'InProgress', 'Pending', 'Cancelling']) {
          expect(matches(name, status), status).toBe(false);
        }
      }
      expect(matches('runcommand1', 'Failed')).toBe(false);
      expect(
        matchesEvent(EventPattern, { ...ended(documentNames.revoke, 'Failed'), source: 'x' }),
      ).toBe(false);
    },
  );

  it('match a documented event of each of our alarms that goes off, and of no other', () => {
    const { EventPattern } = propertiesOf(inOrganization, 'AlarmsToBus');
    const prefix = `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:`;
    const { resources: alarms = [] } = EventPattern as { resources?: string[] };
    expect(alarms.map((alarm) => alarm.startsWith(prefix))).toEqual([true, true, true]);
    for (const alarm of alarms) {
      expect(matchesEvent(EventPattern, alarmed(alarm, 'ALARM'))).toBe(true);
      expect(matchesEvent(EventPattern, alarmed(alarm, 'OK'))).toBe(false);
    }
    expect(matchesEvent(EventPattern, alarmed(`${prefix}ServerCpuTooHigh`, 'ALARM'))).toBe(false);
  });

  it('become a message that names what failed, where, and what to do, by what is in the event', () => {
    const [{ InputTransformer }] = propertiesOf(resources, 'FailedExecutionsToTopic')[
      'Targets'
    ] as [{ InputTransformer: { InputPathsMap: Record<string, string>; InputTemplate: string } }];
    const event = ended(documentNames.restore, 'Failed');
    const values = Object.entries(InputTransformer.InputPathsMap).map(([name, path]) => {
      const [, ...steps] = path.split('.');
      const value = steps.reduce<unknown>((from, step) => Object(from)[step], event);
      return [`<${name}>`, String(value)] as const;
    });
    const message = values.reduce(
      (text, [name, value]) => text.replaceAll(name, value),
      InputTransformer.InputTemplate,
    );
    expect(message).not.toMatch(/<|>|undefined/u);
    expect(message.split('\n').filter((line) => !/^"[^"]+"$/u.test(line))).toEqual([]);
    expect(message).toContain(
      'UnusedIamCredentials-Restore ended Failed in account 123456789012, us-east-2, at 2024-11-29T19:43:35Z',
    );
  });

  it('are matched here by exact values only', () => {
    expect(() => matchesEvent({ source: [{ prefix: 'aws' }] }, { source: 'aws.ssm' })).toThrow(
      'prefix',
    );
    expect(matchesEvent({ a: { b: ['x'] } }, { a: 'x' })).toBe(false);
  });
});
