import { describe, expect, it } from 'vitest';
import { parseRuleParameters, presets } from '../../../rule/core/rule-parameters.ts';

const refused = (name: string) =>
  expect.objectContaining({
    name: 'RuleParameterError',
    message: expect.stringContaining(`${name} is `),
  });

describe('rule parameters of a type that JSON does not have', () => {
  it.each([
    ['undefined', undefined],
    ['a bigint', 45n],
    ['a symbol', Symbol('45')],
    ['a function', () => '45'],
    ['not a number', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['a date', new Date(0)],
  ])('are an error that names the parameter, and never a crash: %s', (_, value) => {
    expect(() => parseRuleParameters({ maxPasswordUsageAge: value })).toThrow(
      refused('maxPasswordUsageAge'),
    );
  });
});

describe('rule parameters that are numbers, not text', () => {
  it.each([
    [1, 1],
    [1e2, 100],
    [3650, 3650],
  ])('are taken where they are whole and in range: %d', (given, days) => {
    expect(parseRuleParameters({ maxPasswordUsageAge: given }).maxPasswordUsageAge).toBe(days);
  });

  it.each([3651, 45.5, -0.5, 1e21])('are refused where they are not: %d', (given) => {
    expect(() => parseRuleParameters({ maxPasswordUsageAge: given })).toThrow(
      refused('maxPasswordUsageAge'),
    );
  });
});

describe('text that looks like a number', () => {
  it.each(['45\n', '４５', '٤٥', '45\u0000', '1_0', '00045', '45days', 'Infinity', 'NaN'])(
    'is no number of days: %j',
    (value) => {
      expect(() => parseRuleParameters({ maxCredentialUsageAge: value })).toThrow(
        refused('maxCredentialUsageAge'),
      );
    },
  );
});

describe('an exempt path', () => {
  const path = (length: number) => `/${'p'.repeat(length - 2)}/`;

  it('may have the 512 characters that IAM allows', () => {
    const prefix = path(512);
    expect(parseRuleParameters({ exemptPathPrefixes: prefix }).exemptPathPrefixes).toEqual([
      prefix,
    ]);
  });

  it.each([path(513), '/a/,/', ',/a/', '/a/,,/b/', '/a\u007f/', ' ', ','])(
    'is an error, however many others are right: %j',
    (value) => {
      expect(() => parseRuleParameters({ exemptPathPrefixes: value })).toThrow(
        refused('exemptPathPrefixes'),
      );
    },
  );
});

describe('every preset', () => {
  it.each(Object.entries(presets))('%s is made of parameters that the rule takes', (_, preset) => {
    const parameters = parseRuleParameters(preset.parameters);
    for (const [name, text] of Object.entries(preset.parameters)) {
      expect(String(parameters[name as keyof typeof parameters])).toBe(text);
    }
  });
});
