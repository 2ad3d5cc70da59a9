import { beforeAll, describe, expect, it } from 'vitest';
import { documentNames } from '../../../rule/core/names.ts';
import { matchesEvent } from '../matches-event.ts';
import { accountId, central, ofType, propertiesOf, resolveAccount } from '../resolved.ts';

let resources: Awaited<ReturnType<typeof resolveAccount>>;
let inOrganization: typeof resources;
beforeAll(async () => {
  resources = await resolveAccount();
  inOrganization = await resolveAccount(central);
});
const topic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:\S*Topic\S*$/u);
const idsOf = (found: typeof resources, type: string) => [...ofType(found, type).keys()];

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
