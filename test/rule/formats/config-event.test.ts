import { describe, expect, it } from 'vitest';
import { parseRuleEvent } from '../../../rule/formats/config-event.ts';
import { goneVerdict, resourceType, toEvaluation } from '../../../rule/formats/evaluation.ts';
import { now } from '../../builders/account.ts';

const time = '2026-11-21T06:30:00.000Z';
const scheduled = {
  awsAccountId: '123456789012',
  notificationCreationTime: time,
  messageType: 'ScheduledNotification',
  recordVersion: '1.0',
};
const item = {
  configurationItemCaptureTime: '2026-11-21T06:29:00.5Z',
  configurationItemStatus: 'OK',
  resourceType: 'AWS::IAM::User',
  resourceId: 'AIDASOMEONE',
  resourceName: 'someone',
  ARN: 'arn:aws:iam::123456789012:user/someone',
  awsRegion: 'global',
  awsAccountId: '123456789012',
  configuration: { tags: [] },
};
const readItem = {
  resourceType: 'AWS::IAM::User',
  resourceId: 'AIDASOMEONE',
  resourceName: 'someone',
  arn: 'arn:aws:iam::123456789012:user/someone',
  status: 'OK',
  captureTime: Date.parse('2026-11-21T06:29:00.500Z'),
};
const change = {
  configurationItem: item,
  configurationItemDiff: null,
  messageType: 'ConfigurationItemChangeNotification',
};
const oversized = {
  configurationItemSummary: item,
  messageType: 'OversizedConfigurationItemChangeNotification',
};

function event(invokingEvent: unknown, rest: object = {}) {
  return {
    version: '1.0',
    invokingEvent: JSON.stringify(invokingEvent),
    ruleParameters: '{"maxCredentialUsageAge":"90"}',
    resultToken: 'token',
    eventLeftScope: false,
    executionRoleArn: 'arn:aws:iam::123456789012:role/config',
    configRuleArn: 'arn:aws:config:eu-central-1:123456789012:config-rule/config-rule-abc',
    configRuleName: 'unused-iam-credentials',
    configRuleId: 'config-rule-abc',
    accountId: '123456789012',
    ...rest,
  };
}
const common = {
  ruleName: 'unused-iam-credentials',
  accountId: '123456789012',
  resultToken: 'token',
  inputParameters: { maxCredentialUsageAge: '90' },
};

describe('an event of AWS Config', () => {
  it.each([
    ['a scheduled notification', scheduled, {}, { kind: 'scheduled', notificationTime: now }],
    ['a change', change, {}, { kind: 'change', item: readItem, leftScope: false }],
    [
      'a change of a user who left the scope',
      change,
      { eventLeftScope: true },
      { kind: 'change', item: readItem, leftScope: true },
    ],
    [
      'a change without eventLeftScope',
      change,
      { eventLeftScope: undefined },
      { kind: 'change', item: readItem, leftScope: false },
    ],
    ['an oversized change', oversized, {}, { kind: 'oversized', item: readItem, leftScope: false }],
    [
      'an oversized change that left the scope',
      oversized,
      { eventLeftScope: true },
      { kind: 'oversized', item: readItem, leftScope: true },
    ],
    [
      'a change without a name',
      { ...change, configurationItem: { ...item, resourceName: null } },
      {},
      { kind: 'change', item: { ...readItem, resourceName: null }, leftScope: false },
    ],
    [
      'a change with the name left out',
      { ...change, configurationItem: { ...item, resourceName: undefined } },
      {},
      { kind: 'change', item: { ...readItem, resourceName: null }, leftScope: false },
    ],
  ])('that is %s is read', (_, invokingEvent, rest, expected) => {
    expect(parseRuleEvent(event(invokingEvent, rest))).toEqual({ ...common, ...expected });
  });

  it.each([
    undefined,
    null,
    123456789012,
    '',
    '12345678901',
    '1234567890123',
    '12345678901x',
    'x\n',
  ])('is of account "unknown" where it names %j, and none the worse', (accountId) => {
    expect(parseRuleEvent(event(scheduled, { accountId }))).toEqual({
      ...{ ...common, accountId: 'unknown' },
      ...{ kind: 'scheduled', notificationTime: now },
    });
  });

  it('may have no parameters, but not no ruleParameters', () => {
    expect(parseRuleEvent(event(scheduled, { ruleParameters: '{}' })).inputParameters).toEqual({});
    expect(() => parseRuleEvent(event(scheduled, { ruleParameters: undefined }))).toThrow(
      'event.ruleParameters',
    );
  });

  it.each([
    ['null', null, 'event: is not an object'],
    ['a list', [], 'event: is not an object'],
    ['text', 'x', 'event: is not an object'],
    [
      'without invokingEvent',
      event(scheduled, { invokingEvent: undefined }),
      'event.invokingEvent: ',
    ],
    [
      'with an invokingEvent that is no text',
      event(scheduled, { invokingEvent: {} }),
      'event.invokingEvent: ',
    ],
    [
      'with an empty invokingEvent',
      event(scheduled, { invokingEvent: '' }),
      'event.invokingEvent: ',
    ],
    [
      'with an invokingEvent that is not JSON',
      event(scheduled, { invokingEvent: '{' }),
      'invokingEvent: is not JSON (',
    ],
    ['with an invokingEvent that is null', event(null), 'invokingEvent: is not an object'],
    ['with an invokingEvent that is a list', event([]), 'invokingEvent: is not an object'],
    [
      'with ruleParameters that are no JSON',
      event(scheduled, { ruleParameters: 'x' }),
      'ruleParameters: is not JSON (',
    ],
    [
      'with ruleParameters that are a list',
      event(scheduled, { ruleParameters: '[]' }),
      'ruleParameters: is not an object',
    ],
    [
      'with ruleParameters that are null',
      event(scheduled, { ruleParameters: 'null' }),
      'ruleParameters: is not an object',
    ],
    ['without a token', event(scheduled, { resultToken: undefined }), 'event.resultToken: '],
    ['with an empty token', event(scheduled, { resultToken: '' }), 'event.resultToken: '],
    ['without a rule', event(scheduled, { configRuleName: undefined }), 'event.configRuleName: '],
    [
      'with an eventLeftScope that is text',
      event(scheduled, { eventLeftScope: 'true' }),
      'event.eventLeftScope: ',
    ],
    [
      'without a messageType',
      event({ ...scheduled, messageType: undefined }),
      'invokingEvent.messageType: ',
    ],
    [
      'of an unknown messageType',
      event({ ...scheduled, messageType: 'Snapshot' }),
      'invokingEvent.messageType: .*Snapshot',
    ],
    [
      'without its time',
      event({ ...scheduled, notificationCreationTime: undefined }),
      'invokingEvent.notificationCreationTime: ',
    ],
    [
      'with a time that is none',
      event({ ...scheduled, notificationCreationTime: 'now' }),
      'invokingEvent.notificationCreationTime: Expected an ISO 8601 instant with offset',
    ],
    [
      'without an item',
      event({ ...change, configurationItem: undefined }),
      'invokingEvent.configurationItem',
    ],
    [
      'without a resource ID',
      event({ ...change, configurationItem: { ...item, resourceId: undefined } }),
      'invokingEvent.configurationItem.resourceId: ',
    ],
    [
      'with an empty resource type',
      event({ ...change, configurationItem: { ...item, resourceType: '' } }),
      'invokingEvent.configurationItem.resourceType: ',
    ],
    [
      'without a status',
      event({ ...change, configurationItem: { ...item, configurationItemStatus: undefined } }),
      'invokingEvent.configurationItem.configurationItemStatus: ',
    ],
    [
      'without a summary',
      event({ ...oversized, configurationItemSummary: undefined }),
      'invokingEvent.configurationItemSummary',
    ],
  ])('that is %s is refused, and the error names the place', (_, broken, place) => {
    expect(() => parseRuleEvent(broken)).toThrow(
      expect.objectContaining({
        name: 'EventError',
        message: expect.stringMatching(
          new RegExp(
            `^Not an AWS Config rule event: ${place.replace('(', '\\(')}.*Expected a scheduled notification or a configuration item change of AWS::IAM::User; check the rule’s triggers\\.$`,
            'u',
          ),
        ),
      }),
    );
  });

  it('keeps the cause of invalid JSON', () => {
    expect(() => parseRuleEvent(event(scheduled, { ruleParameters: 'x' }))).toThrow(
      expect.objectContaining({ cause: expect.any(SyntaxError) }),
    );
  });
});

describe('an evaluation', () => {
  it('carries AWS’s field names', () => {
    expect(toEvaluation(resourceType, 'AIDASOMEONE', goneVerdict(now), now)).toEqual({
      ComplianceResourceType: 'AWS::IAM::User',
      ComplianceResourceId: 'AIDASOMEONE',
      ComplianceType: 'NOT_APPLICABLE',
      Annotation: 'user no longer exists (2026-11-21)',
      OrderingTimestamp: new Date(now),
    });
  });
});
