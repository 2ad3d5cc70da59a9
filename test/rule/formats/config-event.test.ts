import { describe, expect, it } from 'vitest';
import { parseRuleParameters } from '../../../rule/core/rule-parameters.ts';
import { parseRuleEvent } from '../../../rule/formats/config-event.ts';
import { goneVerdict, resourceType, toEvaluation } from '../../../rule/formats/evaluation.ts';
import { now } from '../../builders/account.ts';
import {
  changeMessage,
  oversizedMessage,
  ruleEvent,
  scheduledMessage,
} from '../../builders/rule-event.ts';

const common = {
  ...{ ruleName: 'unused-iam-credentials', accountId: '123456789012' },
  ...{ resultToken: 'myResultToken', inputParameters: {} },
};
const readItem = {
  ...{ resourceType: 'AWS::IAM::User', resourceId: 'AIDASOMEONE', resourceName: 'someone' },
  ...{ arn: 'arn:aws:iam::123456789012:user/team/someone', status: 'OK' },
  captureTime: Date.parse('2026-11-21T06:29:00.500Z'),
};
const unnamed = { ...readItem, resourceName: null };
const scheduled = {
  ...{ kind: 'scheduled', notificationTime: Date.parse('2026-11-21T06:30:00.373Z') },
};
const change = { kind: 'change', item: readItem, leftScope: false, isRepeated: false };
const oversized = { kind: 'oversized', item: unnamed, leftScope: false, isRepeated: false };
const left = { eventLeftScope: true };
const deletedItem = {
  ...{ configurationItemStatus: 'ResourceDeleted', configuration: null, relationships: [] },
  ...{ tags: {}, resourceCreationTime: null },
};

describe('an event of AWS Config', () => {
  it.each([
    ['a scheduled notification', scheduledMessage, {}, scheduled],
    ['a change', changeMessage(), {}, change],
    [
      'a change of a user who left the scope',
      changeMessage(),
      left,
      { ...change, leftScope: true },
    ],
    ['a change without eventLeftScope', changeMessage(), { eventLeftScope: undefined }, change],
    [
      'a change of half an hour before its notification',
      ...([
        changeMessage({ configurationItemCaptureTime: '2026-11-21T05:59:02.000Z' }),
        {},
      ] as const),
      { item: { ...readItem, captureTime: Date.parse('2026-11-21T05:59:02Z') } },
    ],
    [
      'a change with a diff, however late its notification',
      {
        ...changeMessage({ configurationItemCaptureTime: '2026-11-21T05:59:01.999Z' }),
        configurationItemDiff: { changedProperties: {}, changeType: 'UPDATE' },
      },
      {},
      { item: { ...readItem, captureTime: Date.parse('2026-11-21T05:59:01.999Z') } },
    ],
    [
      'an item that is repeated, without a diff and from more than half an hour before',
      ...([
        changeMessage({ configurationItemCaptureTime: '2026-11-21T05:59:01.999Z' }),
        {},
      ] as const),
      {
        item: { ...readItem, captureTime: Date.parse('2026-11-21T05:59:01.999Z') },
        isRepeated: true,
      },
    ],
    [
      'an oversized change, however late its notification',
      ...([
        oversizedMessage({ configurationItemCaptureTime: '2026-11-20T05:59:01.999Z' }),
        {},
      ] as const),
      {
        ...oversized,
        item: { ...unnamed, captureTime: Date.parse('2026-11-20T05:59:01.999Z') },
        isRepeated: false,
      },
    ],
    ['an oversized change, whose summary has no name', oversizedMessage(), {}, oversized],
    [
      'an oversized change of a user who left the scope',
      ...([oversizedMessage(), left, { ...oversized, leftScope: true }] as const),
    ],
    ['a change without a name', changeMessage({ resourceName: null }), {}, { item: unnamed }],
    [
      'a change with the name left out',
      ...([changeMessage({ resourceName: undefined }), {}, { item: unnamed }] as const),
    ],
    [
      'a deletion, whose item has no configuration',
      ...([changeMessage(deletedItem), {}] as const),
      { item: { ...readItem, status: 'ResourceDeleted' } },
    ],
  ])('that is %s is read', (_, message, rest, expected) => {
    const kind = 'item' in expected ? change : {};
    const read = parseRuleEvent(ruleEvent(message, '{}', rest));
    expect(read).toEqual({ ...common, ...kind, ...expected });
  });

  it.each([
    ...[undefined, null, 123456789012, '', '12345678901', '1234567890123', '12345678901x', 'x\n'],
  ])('has the account "unknown" if it names %j, and is still read', (accountId) => {
    const unnamed = { ...scheduledMessage, awsAccountId: accountId };
    const read = parseRuleEvent(ruleEvent(unnamed, '{}', { accountId }));
    expect(read).toEqual({ ...common, accountId: 'unknown', ...scheduled });
    const named = parseRuleEvent(ruleEvent(scheduledMessage, '{}', { accountId }));
    expect(named).toEqual({ ...common, ...scheduled });
  });

  it('passes on parameters with unknown names and values of any type, so that the rule can refuse them', () => {
    const text = '{"maxCredentialUsageAge":45,"typo":null,"":[]}';
    expect(parseRuleEvent(ruleEvent(scheduledMessage, text)).inputParameters).toEqual({
      ...{ maxCredentialUsageAge: 45, typo: null, '': [] },
    });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'keeps the unknown parameter name %s, which the rule refuses',
    (name) => {
      const { inputParameters } = parseRuleEvent(ruleEvent(scheduledMessage, `{"${name}":"45"}`));
      expect(() => parseRuleParameters(inputParameters)).toThrow(`unknown parameter "${name}"`);
    },
  );

  const item = (rest: object) => JSON.stringify(changeMessage(rest));
  const timed = (notificationCreationTime: unknown) =>
    JSON.stringify({ ...scheduledMessage, notificationCreationTime });

  it.each([
    [{ invokingEvent: undefined }, 'event.invokingEvent: '],
    [{ invokingEvent: {} }, 'event.invokingEvent: '],
    [{ invokingEvent: '' }, 'event.invokingEvent: '],
    [{ invokingEvent: '{' }, 'invokingEvent: is not JSON \\('],
    [{ invokingEvent: 'null' }, 'invokingEvent: is not an object'],
    [{ invokingEvent: '[]' }, 'invokingEvent: is not an object'],
    [{ ruleParameters: undefined }, 'event.ruleParameters: '],
    [{ ruleParameters: 'x' }, 'ruleParameters: is not JSON \\('],
    [{ ruleParameters: '[]' }, 'ruleParameters: is not an object'],
    [{ ruleParameters: 'null' }, 'ruleParameters: is not an object'],
    [{ resultToken: undefined }, 'event.resultToken: '],
    [{ resultToken: '' }, 'event.resultToken: '],
    [{ configRuleName: undefined }, 'event.configRuleName: '],
    [{ eventLeftScope: 'true' }, 'event.eventLeftScope: '],
    [{ invokingEvent: '{}' }, 'invokingEvent.messageType: '],
    [{ invokingEvent: '{"messageType":"Snapshot"}' }, 'invokingEvent.messageType: .*Snapshot'],
    [{ invokingEvent: timed(undefined) }, 'invokingEvent.notificationCreationTime: '],
    [
      { invokingEvent: timed('now') },
      'invokingEvent.notificationCreationTime: Expected an ISO 8601 instant with offset',
    ],
    [
      { invokingEvent: '{"messageType":"ConfigurationItemChangeNotification"}' },
      'invokingEvent.configurationItem',
    ],
    [
      { invokingEvent: '{"messageType":"OversizedConfigurationItemChangeNotification"}' },
      'invokingEvent.configurationItemSummary',
    ],
    [
      { invokingEvent: item({ resourceId: undefined }) },
      'invokingEvent.configurationItem.resourceId: ',
    ],
    [
      { invokingEvent: item({ resourceType: '' }) },
      'invokingEvent.configurationItem.resourceType: ',
    ],
    [
      { invokingEvent: item({ configurationItemStatus: undefined }) },
      'invokingEvent.configurationItem.configurationItemStatus: ',
    ],
  ])('with %o is refused, and the error names the place', (rest, place) => {
    expect(() => parseRuleEvent(ruleEvent(scheduledMessage, '{}', rest))).toThrow(refused(place));
  });

  it.each([[null], [[]], ['x']])('must be an object, not %j', (event) => {
    expect(() => parseRuleEvent(event)).toThrow(refused('event: is not an object'));
  });

  it('keeps the cause of invalid JSON', () => {
    expect(() => parseRuleEvent(ruleEvent(scheduledMessage, 'x'))).toThrow(
      expect.objectContaining({ cause: expect.any(SyntaxError) }),
    );
  });
});

function refused(place: string) {
  const expected =
    "Expected a scheduled notification or a configuration item change of AWS::IAM::User; check the rule's triggers\\.";
  const message = new RegExp(`^Not an AWS Config rule event: ${place}.*${expected}$`, 'u');
  return expect.objectContaining({
    name: 'EventError',
    message: expect.stringMatching(message),
  });
}

it("an evaluation has AWS's field names", () => {
  expect(toEvaluation(resourceType, 'AIDASOMEONE', goneVerdict(now), now)).toEqual({
    ...{ ComplianceResourceType: 'AWS::IAM::User', ComplianceResourceId: 'AIDASOMEONE' },
    ...{ ComplianceType: 'NOT_APPLICABLE', Annotation: 'user no longer exists (2026-11-21)' },
    OrderingTimestamp: new Date(now),
  });
});
