import { expect, it } from 'vitest';
import { parseRuleParameters } from '../../../rule/core/rule-parameters.ts';
import { parseStackRuleParameters } from '../../../rule/formats/stack-rule-parameters.ts';

it('an empty value stands for the default', () => {
  const given = { maxCredentialUsageAge: '90', exemptPathPrefixes: '/a/,/b/' };
  const text = JSON.stringify({ ...given, exemptUntilTag: '', maxExemptionDays: '' });
  expect(parseStackRuleParameters(text)).toEqual(parseRuleParameters(given));
});

it('without the variable there are no parameters', () => {
  expect(parseStackRuleParameters(undefined)).toBeNull();
});

it.each([
  ['', 'RULE_PARAMETERS is not valid: '],
  ['45', 'RULE_PARAMETERS is not valid: '],
  ['{"maxExemptionDays":7}', 'RULE_PARAMETERS is not valid: '],
  ['{"maxExemptionDays":"x"}', 'RULE_PARAMETERS: maxExemptionDays is "x"; valid is '],
  ['{"maxAge":"45"}', 'RULE_PARAMETERS: unknown parameter "maxAge"'],
])('%j is an error that names the variable', (text, message) => {
  expect(() => parseStackRuleParameters(text)).toThrow(
    expect.objectContaining({
      name: 'RuleParameterError',
      message: expect.stringMatching(/Deploy the stack again$/u),
    }),
  );
  expect(() => parseStackRuleParameters(text)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(message),
    }),
  );
});
