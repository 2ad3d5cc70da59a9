import { describe, expect, it } from 'vitest';
import { parseRuleParameters } from '../../../rule/core/rule-parameters.ts';
import { parseRuleEvent } from '../../../rule/formats/config-event.ts';
import {
  changeMessage,
  oversizedMessage,
  ruleEvent,
  scheduledMessage,
} from '../../builders/rule-event.ts';

const common = {
  ruleName: 'unused-iam-credentials',
  resultToken: 'myResultToken',
  inputParameters: {},
};
const item = {
  resourceType: 'AWS::IAM::User',
  resourceId: 'AIDASOMEONE',
  resourceName: 'someone',
  status: 'OK',
  captureTime: Date.parse('2026-11-21T06:29:00.500Z'),
};

describe('an event with every field that AWS documents', () => {
  it.each([
    [
      'scheduled',
      scheduledMessage,
      { kind: 'scheduled', notificationTime: Date.parse('2026-11-21T06:30:00.373Z') },
    ],
    ['change', changeMessage(), { kind: 'change', item, leftScope: false }],
    [
      'oversized, whose summary has no name',
      oversizedMessage(),
      { kind: 'oversized', item: { ...item, resourceName: null }, leftScope: false },
    ],
  ])('is read: %s', (_, message, expected) => {
    expect(parseRuleEvent(ruleEvent(message))).toMatchObject({ ...common, ...expected });
  });

  it.each([
    'OK',
    'ResourceDiscovered',
    'ResourceDeleted',
    'ResourceDeletedNotRecorded',
    'ResourceNotRecorded',
  ])('keeps the status %s as it is, for a change and for an oversized one', (status) => {
    const changed = { configurationItemStatus: status };
    for (const message of [changeMessage(changed), oversizedMessage(changed)]) {
      expect(parseRuleEvent(ruleEvent(message))).toMatchObject({ item: { status } });
    }
  });

  it('is read for a deleted user, whose item has no configuration', () => {
    const deleted = {
      configurationItemStatus: 'ResourceDeleted',
      configuration: null,
      relationships: [],
      tags: {},
      resourceCreationTime: null,
    };
    expect(parseRuleEvent(ruleEvent(changeMessage(deleted)))).toMatchObject({
      ...common,
      kind: 'change',
      item: { ...item, status: 'ResourceDeleted' },
      leftScope: false,
    });
  });

  it('gives the same whether it is delivered once or twice', () => {
    const event = ruleEvent(changeMessage());
    expect(parseRuleEvent(event)).toEqual(parseRuleEvent(event));
  });
});

describe('the parameters of an event', () => {
  it('are handed on with unknown names and values of any type, for the rule to refuse', () => {
    const text = '{"maxCredentialUsageAge":45,"typo":null,"":[]}';
    expect(parseRuleEvent(ruleEvent(scheduledMessage, text)).inputParameters).toEqual({
      maxCredentialUsageAge: 45,
      typo: null,
      '': [],
    });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'with the unknown name %s are an error, as any unknown name is',
    (name) => {
      const { inputParameters } = parseRuleEvent(ruleEvent(scheduledMessage, `{"${name}":"45"}`));
      expect(() => parseRuleParameters(inputParameters)).toThrow(`unknown parameter "${name}"`);
    },
  );
});
