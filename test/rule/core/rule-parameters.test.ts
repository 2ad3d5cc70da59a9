import { describe, expect, it } from 'vitest';
import {
  describeChange,
  parameterDefinitions,
  parameterNames,
  parseRuleParameters,
  presets,
  shortestLimit,
  showParameter,
  withPreset,
} from '../../../rule/core/rule-parameters.ts';

const all = (age: number) => ({
  ...{ maxCredentialUsageAge: age, maxPasswordUsageAge: age, maxAccessKeyUsageAge: age },
});
const defaults = {
  ...all(45),
  ...{ evaluationScope: 'credential', exemptPathPrefixes: [], maxExemptionDays: 365 },
  exemptUntilTag: 'unused-iam-credentials:exempt-until',
};
const ages = [
  ...['maxCredentialUsageAge', 'maxPasswordUsageAge', 'maxAccessKeyUsageAge', 'maxExemptionDays'],
];
const longestPath = `/${'p'.repeat(510)}/`;

describe('rule parameters', () => {
  it('have defaults', () => {
    expect(parseRuleParameters({})).toEqual(defaults);
  });

  it.each<readonly [Record<string, unknown>, object]>([
    [{ maxCredentialUsageAge: '90' }, all(90)],
    [{ maxPasswordUsageAge: '1' }, { maxPasswordUsageAge: 1 }],
    [{ maxAccessKeyUsageAge: '3650' }, { maxAccessKeyUsageAge: 3650 }],
    [
      { maxCredentialUsageAge: '90', maxPasswordUsageAge: '30' },
      { ...all(90), maxPasswordUsageAge: 30 },
    ],
    [{ maxExemptionDays: '999' }, { maxExemptionDays: 999 }],
    [{ maxCredentialUsageAge: 60 }, all(60)],
    [{ maxPasswordUsageAge: 1 }, { maxPasswordUsageAge: 1 }],
    [{ maxPasswordUsageAge: 1e2 }, { maxPasswordUsageAge: 100 }],
    [{ maxPasswordUsageAge: 3650 }, { maxPasswordUsageAge: 3650 }],
    [{ evaluationScope: 'user' }, { evaluationScope: 'user' }],
    [{ evaluationScope: 'console-password' }, { evaluationScope: 'console-password' }],
    [{ exemptPathPrefixes: '/a/' }, { exemptPathPrefixes: ['/a/'] }],
    [{ exemptPathPrefixes: ' /a/ ,/b/c/' }, { exemptPathPrefixes: ['/a/', '/b/c/'] }],
    [{ exemptPathPrefixes: longestPath }, { exemptPathPrefixes: [longestPath] }],
    ...['Keep: Until +1@x=y/z_é-.', 'k'.repeat(128)].map((exemptUntilTag) => {
      return [{ exemptUntilTag }, { exemptUntilTag }] as const;
    }),
  ])('%j are accepted', (input, expected) => {
    expect(parseRuleParameters(input)).toEqual({ ...defaults, ...expected });
  });

  const noDays = [
    ...['0', '3651', '10000', '-1', '+45', '4.5', '045', ' 45', '45 ', '1e2', '0x10', '', 'many'],
    ...['45\n', '４５', '٤٥', '45\u0000', '1_0', '00045', '45days', 'Infinity', 'NaN'],
    ...[true, null, [45], {}, 4.5, -1, 0, 3651, 45.5, -0.5, 1e21],
  ];
  it.each(ages.flatMap((name) => noDays.map((value) => ({ name, value }))))(
    'an age is whole days from 1 to 3650: $name is not $value',
    ({ name, value }) => {
      expect(() => parseRuleParameters({ [name]: value })).toThrow(
        `${name} is ${JSON.stringify(value)}; valid is a whole number of days from 1 to 3650`,
      );
    },
  );

  const [path, tagKey] = ['begin and end with /', 'a tag key of 1 to 128'];

  it.each<readonly [string, string, string]>([
    ['evaluationScope', 'users', 'one of credential, user, console-password'],
    ['evaluationScope', 'Credential', 'one of credential'],
    ['evaluationScope', '', 'one of credential'],
    ...[
      ...['/', '//', '', 'a/', '/a', '/a/,', '/a/,b/', '/a b/', 'x/a/', '/a/x', '/ä/', '/a/,/'],
      ...[',/a/', '/a/,,/b/', '/a\u007f/', ' ', ',', `/p${longestPath.slice(1)}`],
    ].map((value) => ['exemptPathPrefixes', value, path] as const),
    ...['', 'aws:keep', 'AWS:keep', 'a,b', 'a;b', 'k'.repeat(129)].map(
      (value) => ['exemptUntilTag', value, tagKey] as const,
    ),
  ])('%s is not %j', (name, value, valid) => {
    const shown = JSON.stringify(value);
    const message = new RegExp(
      `${name} is ${shown.slice(0, 20).replaceAll('/', '\\/')}.*${valid.replaceAll('/', '\\/')}`,
      'u',
    );
    expect(() => parseRuleParameters({ [name]: value })).toThrow(message);
  });

  it.each([
    ...[
      undefined,
      45n,
      Symbol('45'),
      () => '45',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      new Date(0),
    ],
  ])('of a type that JSON does not have are an error, and never a crash: %s', (value) => {
    expect(() => parseRuleParameters({ maxPasswordUsageAge: value })).toThrow(
      expect.objectContaining({
        name: 'RuleParameterError',
        message: expect.stringContaining('maxPasswordUsageAge is '),
      }),
    );
  });

  it.each(['maxAge', 'MaxCredentialUsageAge', '__proto__', 'constructor', 'toString', ''])(
    'of the unknown name %j are an error that lists the known ones',
    (name) => {
      expect(() => parseRuleParameters(JSON.parse(`{${JSON.stringify(name)}:"45"}`))).toThrow(
        `unknown parameter ${JSON.stringify(name)}; known are ${parameterNames.join(', ')}`,
      );
    },
  );

  it('are refused with one message that names every error and what to do', () => {
    const input = { maxCredentialUsageAge: 'x', typo: '1', evaluationScope: 'y'.repeat(80) };
    expect(() => parseRuleParameters(input)).toThrow(
      expect.objectContaining({
        name: 'RuleParameterError',
        message:
          'Rule parameters: maxCredentialUsageAge is "x"; valid is a whole number of days from 1 to 3650; ' +
          `unknown parameter "typo"; known are ${parameterNames.join(', ')}; ` +
          `evaluationScope is "${'y'.repeat(59)}…; valid is one of credential, user, console-password. ` +
          "Correct the rule's parameters and evaluate again.",
      }),
    );
  });

  it('show a value of up to 60 characters in full', () => {
    const value = 'y'.repeat(58);
    expect(() => parseRuleParameters({ evaluationScope: value })).toThrow(`is "${value}"; valid`);
  });

  it('have names in the order of the design, and defaults that are valid themselves', () => {
    expect(parameterNames).toEqual([
      ...ages.slice(0, 3),
      ...['evaluationScope', 'exemptPathPrefixes', 'exemptUntilTag', 'maxExemptionDays'],
    ]);
    const { maxCredentialUsageAge, evaluationScope, exemptUntilTag, maxExemptionDays } =
      parameterDefinitions;
    const own = [maxCredentialUsageAge, evaluationScope, exemptUntilTag, maxExemptionDays];
    for (const definition of own) {
      expect(definition.accepts(definition.default)).toBe(true);
      expect(definition.description).not.toBe('');
    }
  });
});

it.each([
  [{ maxPasswordUsageAge: '90', maxAccessKeyUsageAge: '30' }, 30],
  [{ maxPasswordUsageAge: '30', maxAccessKeyUsageAge: '90' }, 30],
])('the shortest limit of %j is %i days', (given, days) => {
  expect(shortestLimit(parseRuleParameters(given))).toBe(days);
});

it.each([
  [45, '45'],
  ['user', 'user'],
  [[], 'none'],
  [['/a/', '/b/'], '/a/,/b/'],
] as const)('the parameter %j is shown as %s', (value, text) => {
  expect(showParameter(value)).toBe(text);
});

describe('the description of a rule that was changed since its deployment', () => {
  const changed = (rule: object, stack: object) =>
    describeChange('org-rule', parseRuleParameters({ ...rule }), parseRuleParameters({ ...stack }));

  it('names each parameter that differs, with both values', () => {
    const rule = { maxPasswordUsageAge: '400', exemptPathPrefixes: '/ops/' };
    expect(changed(rule, { maxExemptionDays: 30 })).toBe(
      'AWS Config rule org-rule was changed since its deployment: maxPasswordUsageAge is 400, in the stack 45; ' +
        'exemptPathPrefixes is /ops/, in the stack none; maxExemptionDays is 365, in the stack 30',
    );
  });

  it('is none if all are equal, given or by default', () => {
    const prefixes = { exemptPathPrefixes: '/a/,/b/' };
    expect(changed({ ...prefixes, maxCredentialUsageAge: '45' }, prefixes)).toBeNull();
  });
});

describe('presets', () => {
  it.each([
    ['cis', all(45)],
    ['conformity', all(90)],
    ['30-days', all(30)],
    ['inactive-users', { ...all(90), evaluationScope: 'user' }],
    [
      'console-passwords',
      { maxPasswordUsageAge: 90, maxAccessKeyUsageAge: 45, evaluationScope: 'console-password' },
    ],
  ] as const)("%s are the guide's", (name, expected) => {
    expect(parseRuleParameters(presets[name].parameters)).toEqual({ ...defaults, ...expected });
    expect(presets[name].guidance).not.toBe('');
  });
});

describe('a preset with explicit parameters', () => {
  it.each([
    [null, {}, {}],
    [null, { maxPasswordUsageAge: '7' }, { maxPasswordUsageAge: '7' }],
    ['conformity', {}, { maxCredentialUsageAge: '90' }],
    [
      'conformity',
      { maxAccessKeyUsageAge: '30' },
      { maxCredentialUsageAge: '90', maxAccessKeyUsageAge: '30' },
    ],
    [
      'console-passwords',
      { maxCredentialUsageAge: '60' },
      { maxCredentialUsageAge: '60', evaluationScope: 'console-password' },
    ],
    [
      'console-passwords',
      { maxCredentialUsageAge: '60', maxPasswordUsageAge: '7' },
      {
        maxCredentialUsageAge: '60',
        maxPasswordUsageAge: '7',
        evaluationScope: 'console-password',
      },
    ],
    [
      'console-passwords',
      { maxPasswordUsageAge: '7', evaluationScope: 'user' },
      { maxPasswordUsageAge: '7', maxAccessKeyUsageAge: '45', evaluationScope: 'user' },
    ],
  ] as const)('%s and %j are %j', (preset, explicit, expected) => {
    expect(withPreset(preset, explicit)).toEqual(expected);
  });
});
