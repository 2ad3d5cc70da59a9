import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../local-aws/automation/document.ts';
import { evaluatePolicies, type Statement } from '../../../local-aws/policy/policy.ts';
import { documents } from '../../../remediation-docs/documents.ts';
import { documentNames, functionNames } from '../../../rule/core/names.ts';
import {
  alarmEvent,
  executionEvent,
  failureEvent,
  type InputTransformer,
  matchesEvent,
  stepEvent,
  transformInput,
} from '../event-bridge.ts';
import {
  accountId,
  central,
  inOrganization,
  ofType,
  propertiesOf,
  resolveAccount,
  resources,
} from '../resolved.ts';

const topic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:\S*Topic\S*$/u);
const rulePrefix = `arn:aws:events:us-east-1:${accountId}:rule/`;
const eventRules = `${rulePrefix}unused-iam-credentials-*`;
const ours = {
  'aws:SourceArn': `${rulePrefix}unused-iam-credentials-ChangesToTopic`,
  'aws:SourceAccount': accountId,
};
const idsOf = (found: typeof inOrganization, type: string) => [...ofType(found, type).keys()];

describe('the topic of a single account', () => {
  it('has no fixed name, accepts messages of EventBridge and of alarms of this account, and denies unencrypted ones', () => {
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
          {
            ...{ Sid: 'Events', Effect: 'Allow', ...from('events'), ...publish },
            Condition: {
              StringEqualsIfExists: { 'aws:SourceAccount': accountId },
              ArnLikeIfExists: { 'aws:SourceArn': eventRules },
            },
          },
          {
            ...{ Sid: 'OnlyEncrypted', Effect: 'Deny', Principal: '*', ...publish },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it.each([
    ['names its rule and account', ours, true],
    ['names neither, as AWS once documented', {}, true],
    ['names its rule only', { 'aws:SourceArn': ours['aws:SourceArn'] }, true],
    ['comes from another rule', { ...ours, 'aws:SourceArn': `${rulePrefix}payroll` }, false],
    ['comes from another account', { ...ours, 'aws:SourceAccount': '210987654321' }, false],
  ])('where EventBridge %s, accepts the message: %s', (_, context, isAccepted) => {
    const { PolicyDocument } = propertiesOf(resources, 'TopicPolicy') as {
      PolicyDocument: { Statement: (Statement & { readonly Principal: unknown })[] };
    };
    // Principals are not supported there.
    const Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid === 'Events').map(
      ({ Principal, ...rest }) => rest,
    );
    const request = { action: 'sns:Publish', resource: String(Statement[0]?.Resource), context };
    expect(evaluatePolicies([{ Version: '2012-10-17', Statement }], request).allowed).toBe(
      isAccepted,
    );
  });

  it('has the address subscribed that is given, and none otherwise', () => {
    const NotificationEmail = 'security@example.com';
    expect(idsOf(resources, 'AWS::SNS::Subscription')).toEqual([]);
    const subscribed = propertiesOf(resolveAccount({ NotificationEmail }), 'Subscription');
    expect(subscribed).toEqual({ TopicArn: topic, Protocol: 'email', Endpoint: NotificationEmail });
  });

  it('is not created in an organization, nor its policy and subscription', () => {
    const all = resolveAccount({ ...central, NotificationEmail: 'security@example.com' });
    expect(all.filter(({ type }) => type.startsWith('AWS::SNS::'))).toEqual([]);
    expect(JSON.stringify(all.map(({ properties }) => properties))).not.toContain(
      `arn:aws:sns:us-east-1:${accountId}:`,
    );
  });
});

describe('the events', () => {
  const toBus = [
    {
      ...{ Id: 'CentralEventBus', Arn: central.CentralEventBusArn },
      RoleArn: `arn:aws:iam::${accountId}:role/UnusedIamCredentials-Forward-us-east-1`,
    },
  ];

  it('of changes, failed executions, failed evaluations and the alarm go to the topic, or in an organization to the central bus', () => {
    const toTopic = ['ChangesToTopic', 'FailedExecutionsToTopic', 'FailedEvaluationsToTopic'];
    expect(idsOf(resources, 'AWS::Events::Rule')).toEqual(toTopic);
    expect(idsOf(inOrganization, 'AWS::Events::Rule')).toEqual([
      ...['ChangesToBus', 'FailedExecutionsToBus', 'FailedEvaluationsToBus', 'EventsToBus'],
      'AlarmsToBus',
    ]);
    for (const id of toTopic) {
      const { Name, Targets } = propertiesOf(resources, id);
      expect(Targets).toMatchObject([{ Arn: topic }]);
      expect(Name).toBe(`unused-iam-credentials-${id}`);
    }
    for (const [id, { Targets: targets }] of ofType(inOrganization, 'AWS::Events::Rule')) {
      expect(targets, id).toEqual(toBus);
    }
  });

  it.each(['FailedExecutionsToTopic', 'FailedExecutionsToBus'])(
    'match a documented event of our documents that did not end well: %s',
    (id) => {
      const { EventPattern } = propertiesOf([...resources, ...inOrganization], id);
      const matches = (definition: string, status: string) =>
        matchesEvent(EventPattern, executionEvent(definition, status));
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
        matchesEvent(EventPattern, {
          ...executionEvent(documentNames.revoke, 'Failed'),
          source: 'x',
        }),
      ).toBe(false);
    },
  );

  it.each(['ChangesToTopic', 'ChangesToBus'])(
    'match a documented event of the last step of an execution that changed credentials, and of no other step: %s',
    (id) => {
      const { EventPattern } = propertiesOf([...resources, ...inOrganization], id);
      const matched = documents.map(({ name, load }) => {
        const names = readDocument(load()).mainSteps.map((step) => step.name);
        return names.filter((step) => matchesEvent(EventPattern, stepEvent(name, step)));
      });
      expect(matched).toEqual([['EndRevoked'], ['EndRetired'], ['EndRestored'], ['EndPurged']]);
      const matches = (event: unknown) => matchesEvent(EventPattern, event);
      expect(matches(stepEvent(documentNames.revoke, 'EndRevoked', 'InProgress'))).toBe(false);
      expect(matches(stepEvent('Other', 'EndRevoked'))).toBe(false);
      expect(matches(executionEvent(documentNames.revoke, 'Success'))).toBe(false);
    },
  );

  it('of a change become a message that names account and execution', () => {
    const { Targets } = propertiesOf(resources, 'ChangesToTopic');
    const [{ InputTransformer }] = Targets as [{ InputTransformer: InputTransformer }];
    const lines = transformInput(InputTransformer, stepEvent(documentNames.revoke, 'EndRevoked'));
    expect(lines[0]).toMatch(
      /^UnusedIamCredentials-Revoke changed credentials in account 123456789012, us-east-2, .* 333ba70b-/u,
    );
  });

  it.each(['FailedEvaluationsToTopic', 'FailedEvaluationsToBus'])(
    'match the record of a failed invocation of evaluate, however AWS writes it, and of no other function: %s',
    (id) => {
      const { EventPattern } = propertiesOf([...resources, ...inOrganization], id);
      const matches = (event: unknown) => matchesEvent(EventPattern, event);
      const record = failureEvent(functionNames.evaluate);
      expect(matches(record)).toBe(true);
      // The Lambda Developer Guide has this dash.
      const documented = 'Lambda Function Invocation Result \u2013 Failure';
      expect(matches({ ...record, 'detail-type': documented })).toBe(true);
      const resource = `arn:aws:lambda:us-east-2:${accountId}:function:${functionNames.evaluate}`;
      expect(matches({ ...record, resources: [resource] })).toBe(true);
      for (const condition of ['EventAgeExceeded', 'ZeroReservedConcurrency']) {
        const detail = { requestContext: { condition } };
        expect(matches(failureEvent(functionNames.evaluate, detail)), condition).toBe(true);
      }
      const success = { requestContext: { condition: 'Success' } };
      expect(matches(failureEvent(functionNames.evaluate, success))).toBe(false);
      const others = ['payroll', `my-${functionNames.evaluate}`, `${functionNames.evaluate}-2`];
      for (const name of [...others, functionNames.issuePassword]) {
        expect(matches(failureEvent(name)), name).toBe(false);
      }
      expect(matches({ ...record, source: 'payroll' })).toBe(false);
      expect(matches({ ...record, 'detail-type': 'Invoice' })).toBe(false);
    },
  );

  it('of a failed evaluation become a message with account, Region, time and how to find the log, and no text that others wrote', () => {
    const { Targets } = propertiesOf(resources, 'FailedEvaluationsToTopic');
    const [{ InputTransformer }] = Targets as [{ InputTransformer: InputTransformer }];
    expect(transformInput(InputTransformer, failureEvent(functionNames.evaluate))).toEqual([
      'An evaluation of IAM users failed in account 123456789012, us-east-2. Lambda stopped retrying at 2026-11-21T03:08:12Z. The earlier results stay.',
      `The function's log shows the reason and the users who were not evaluated. To find the log group: aws lambda get-function-configuration --region us-east-2 --function-name unused-iam-credentials-evaluate --query LoggingConfig.LogGroup`,
      'docs/operations.md says what to do.',
    ]);
  });

  it("of failed evaluations come from Lambda's own failure destination, with all its retries", () => {
    for (const each of [resources, inOrganization]) {
      expect([...ofType(each, 'AWS::Lambda::EventInvokeConfig').values()]).toEqual([
        {
          ...{ FunctionName: functionNames.evaluate, Qualifier: '$LATEST' },
          DestinationConfig: {
            OnFailure: { Destination: `arn:aws:events:us-east-1:${accountId}:event-bus/default` },
          },
        },
      ]);
    }
  });

  it("match the documented event of this project's alarm when it changes to ALARM, and of no other alarm", () => {
    const { EventPattern } = propertiesOf(inOrganization, 'AlarmsToBus');
    const prefix = `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:`;
    const { resources: alarms = [] } = EventPattern as { resources?: string[] };
    expect(alarms).toEqual([`${prefix}unused-iam-credentials-NoSucceededRun`]);
    for (const alarm of alarms) {
      expect(matchesEvent(EventPattern, alarmEvent(alarm, 'ALARM'))).toBe(true);
      expect(matchesEvent(EventPattern, alarmEvent(alarm, 'OK'))).toBe(false);
    }
    expect(matchesEvent(EventPattern, alarmEvent(`${prefix}ServerCpuTooHigh`, 'ALARM'))).toBe(
      false,
    );
  });

  it('become a message that says what failed, where, and what to do', () => {
    const { Targets } = propertiesOf(resources, 'FailedExecutionsToTopic');
    const [{ InputTransformer }] = Targets as [{ InputTransformer: InputTransformer }];
    const lines = transformInput(InputTransformer, executionEvent(documentNames.restore, 'Failed'));
    expect(lines[0]).toContain(
      'UnusedIamCredentials-Restore ended with status Failed in account 123456789012, us-east-2, at 2024-11-29T19:43:35Z',
    );
    expect(lines[1]).toMatch(
      /: aws ssm get-automation-execution --region us-east-2 --automation-execution-id 333ba70b-\S+$/u,
    );
  });

  it('are matched here as EventBridge does, by the filters that the stacks use', () => {
    const matches = (filter: object) => matchesEvent({ source: [filter] }, { source: 'aws.ssm' });
    expect([matches({ prefix: 'aws' }), matches({ prefix: 'ssm' })]).toEqual([true, false]);
    expect([matches({ suffix: 'ssm' }), matches({ suffix: 'aws' })]).toEqual([true, false]);
    const [but, other] = [{ 'anything-but': ['aws.ssm'] }, { 'anything-but': ['x'] }];
    expect([matches(but), matches(other)]).toEqual([false, true]);
    expect(matchesEvent({ source: [other] }, {})).toBe(false);
    expect(() => matches({ wildcard: 'aws*' })).toThrow('wildcard');
    expect(matchesEvent({ a: { b: ['x'] } }, { a: 'x' })).toBe(false);
  });
});
