import { describe, expect, it } from 'vitest';
import {
  evaluatePolicies,
  type PolicyRequest,
  type Statement,
} from '../../../local-aws/policy/policy.ts';

type Conditions = NonNullable<Statement['Condition']>;

const tag = 'aws:ResourceTag/team';
const topicKey = 'kms:EncryptionContext:aws:sns:topicArn';
const topic = 'arn:aws:sns:us-east-1:123456789012:alerts';

function holds(Condition: Conditions, context: PolicyRequest['context']): boolean {
  const all = { Effect: 'Allow', Action: '*', Resource: '*', Condition } as const;
  const policy = { Version: '2012-10-17', Statement: all } as const;
  return evaluatePolicies([policy], { action: 'iam:TagUser', resource: '*', context }).allowed;
}

const ofTeam = (operator: string, wanted: string | string[], team?: string) =>
  holds({ [operator]: { [tag]: wanted } }, team === undefined ? {} : { [tag]: team });

const ofKeys = (operator: string, wanted: string | string[], keys?: string[]) =>
  holds(
    { [operator]: { 'aws:TagKeys': wanted } },
    keys === undefined ? {} : { 'aws:TagKeys': keys },
  );

describe('a condition on one value', () => {
  it.each([
    ['StringEquals', 'blue', 'blue', 'Blue'],
    ['StringEqualsIgnoreCase', 'blue', 'BLUE', 'blues'],
    ['StringLike', 'bl?e*', 'blue-1', 'Blue-1'],
  ])(
    '%s %s holds for %s and not for %s, and its negation the other way',
    (operator, wanted, is, isNot) => {
      const negated = operator.replace('String', 'StringNot');
      expect([ofTeam(operator, wanted, is), ofTeam(operator, wanted, isNot)]).toEqual([
        true,
        false,
      ]);
      expect([ofTeam(negated, wanted, is), ofTeam(negated, wanted, isNot)]).toEqual([false, true]);
    },
  );

  it('without wildcards takes * for itself', () => {
    expect(ofTeam('StringEquals', 'b*', 'blue')).toBe(false);
    expect(ofTeam('StringEquals', 'b*', 'b*')).toBe(true);
  });

  it.each(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike'])(
    'does not hold without the key; %s negated does',
    (operator) => {
      expect(ofTeam(operator, '*')).toBe(false);
      expect(ofTeam(operator.replace('String', 'StringNot'), '*')).toBe(true);
    },
  );

  it('holds for any of several values; negated, for none of them', () => {
    expect(ofTeam('StringEquals', ['red', 'blue'], 'blue')).toBe(true);
    expect(ofTeam('StringNotEquals', ['red', 'blue'], 'blue')).toBe(false);
    expect(ofTeam('StringNotEquals', ['red', 'blue'], 'green')).toBe(true);
  });

  it('finds its key in any case, and the tag key in it', () => {
    const context = { 'aws:ResourceTag/Team': 'blue' };
    expect(holds({ StringEquals: { 'AWS:resourcetag/TEAM': 'blue' } }, context)).toBe(true);
    expect(holds({ StringNotEquals: { [tag]: 'blue' } }, context)).toBe(false);
    expect(holds({ Null: { [tag]: 'true' } }, context)).toBe(false);
  });
});

it.each(['ArnEquals', 'ArnLike'])('%s compares the six parts of an ARN one by one', (operator) => {
  const isOne = (wanted: string, context: PolicyRequest['context'] = { [topicKey]: topic }) => [
    holds({ [operator]: { [topicKey]: wanted } }, context),
    holds({ [operator.replace('Arn', 'ArnNot')]: { [topicKey]: wanted } }, context),
  ];
  expect(isOne(topic)).toEqual([true, false]);
  expect(isOne('arn:aws:sns:*:123456789012:al*')).toEqual([true, false]);
  expect(isOne('arn:aws:sns:us-east-?:*:alerts')).toEqual([true, false]);
  expect(isOne('arn:aws:*:*:*:Alerts')).toEqual([false, true]);
  // A * would have to reach over a colon.
  expect(isOne('arn:aws:sns:us*:alerts:x')).toEqual([false, true]);
  expect(isOne(topic, {})).toEqual([false, true]);
});

it('Null asks whether the key is missing, and an empty list is', () => {
  expect([ofTeam('Null', 'true'), ofTeam('Null', 'false')]).toEqual([true, false]);
  expect([ofTeam('Null', 'true', ''), ofTeam('Null', 'false', '')]).toEqual([false, true]);
  expect([ofKeys('Null', 'true', []), ofKeys('Null', 'false', [])]).toEqual([true, false]);
  expect([ofKeys('Null', 'true', ['a']), ofKeys('Null', 'false', ['a'])]).toEqual([false, true]);
});

describe('a condition on a set', () => {
  it('with ForAllValues holds when every value of the request is one of those wanted', () => {
    const all = (keys?: string[]) => ofKeys('ForAllValues:StringEquals', ['a', 'b'], keys);
    expect([all(['a']), all(['a', 'b'])]).toEqual([true, true]);
    expect([all(['a', 'c']), all(['A'])]).toEqual([false, false]);
  });

  it('with ForAllValues holds when the key is missing or empty', () => {
    const all = (keys?: string[]) => ofKeys('ForAllValues:StringEquals', 'a', keys);
    expect([all(), all([])]).toEqual([true, true]);
  });

  it('with ForAllValues and a negated operator holds when no value is one of those', () => {
    const none = (keys?: string[]) => ofKeys('ForAllValues:StringNotLike', ['a*', 'b'], keys);
    expect([none(['c']), none(), none(['c', 'ab'])]).toEqual([true, true, false]);
  });

  it('with ForAnyValue holds when some value is one of those, and never without a value', () => {
    const any = (keys?: string[]) => ofKeys('ForAnyValue:StringEqualsIgnoreCase', ['a', 'b'], keys);
    expect([any(['c', 'B']), any(['c']), any(), any([])]).toEqual([true, false, false, false]);
  });

  it('with ForAnyValue and a negated operator holds when some value is none of those', () => {
    const some = (keys?: string[]) => ofKeys('ForAnyValue:StringNotEquals', ['a', 'b'], keys);
    expect([some(['a', 'c']), some(['a']), some(), some([])]).toEqual([true, false, false, false]);
  });
});

it('several keys and several operators must all hold', () => {
  const context = { [tag]: 'blue', 'ssm:Overwrite': 'true', 'aws:TagKeys': ['a'] };
  const both = { [tag]: 'blue', 'ssm:Overwrite': 'true' };
  const keys = { 'ForAllValues:StringLike': { 'aws:TagKeys': 'a*' } };
  expect(holds({ StringEquals: both, ...keys }, context)).toBe(true);
  expect(holds({ StringEquals: both, ...keys }, { ...context, [tag]: 'red' })).toBe(false);
  expect(holds({ StringEquals: both, ...keys }, { ...context, 'ssm:Overwrite': 'false' })).toBe(
    false,
  );
  expect(holds({ StringEquals: both, ...keys }, { ...context, 'aws:TagKeys': ['b'] })).toBe(false);
});
