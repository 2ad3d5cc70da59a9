import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { revokeDocument } from '../../../remediation-docs/documents.ts';
import { parseRevocationLimits } from '../../../rule/formats/revocation-limits.ts';

const written = {
  ...{ ConfigRuleName: 'my-rule', PasswordAction: 'Keep', AccessKeyAction: 'Delete' },
  ...{ NeverUsedAccessKeyAction: 'Keep', MinimumIdleDays: '60', MaxRevocationsPerDay: '5' },
  ...{ EnforceFrom: '2027-01-31', NotificationTopicArn: 'arn:aws:sns:us-east-1:123456789012:t' },
};

it("the limits are read by the names of the document's parameters", () => {
  expect(parseRevocationLimits(JSON.stringify(written))).toEqual({
    ruleName: 'my-rule',
    topicArn: 'arn:aws:sns:us-east-1:123456789012:t',
    options: {
      ...{ passwordAction: 'Keep', accessKeyAction: 'Delete', neverUsedAccessKeyAction: 'Keep' },
      ...{ minimumIdleDays: 60, maxRevocationsPerDay: 5, enforceFrom: Date.UTC(2027, 0, 31) },
    },
  });
  const quiet = { ...written, NotificationTopicArn: 'none' };
  expect(parseRevocationLimits(JSON.stringify(quiet)).topicArn).toBeNull();
});

it('without the variable, the limits are the defaults of the document, and any topic', () => {
  const { parameters } = parse(revokeDocument.load());
  const names = Object.keys(written);
  const defaults = Object.fromEntries(names.map((name) => [name, parameters[name].default]));
  const { topicArn, ...limits } = parseRevocationLimits(JSON.stringify(defaults));
  expect(topicArn).toBeNull();
  expect(parseRevocationLimits(undefined)).toEqual(limits);
});

it.each([
  ['the whole value', ''],
  ['the whole value', '30'],
  ['ConfigRuleName', JSON.stringify({ ...written, ConfigRuleName: '' })],
  ['MinimumIdleDays', JSON.stringify({ ...written, MinimumIdleDays: 30 })],
  ['AccessKeyAction', JSON.stringify({ ...written, AccessKeyAction: undefined })],
  ['NotificationTopicArn', JSON.stringify({ ...written, NotificationTopicArn: undefined })],
  ['More', JSON.stringify({ ...written, More: 'x' })],
])('a value that is not valid is an error that names %s: %s', (field, text) => {
  expect(() => parseRevocationLimits(text)).toThrow(
    expect.objectContaining({
      name: 'RequestError',
      message: expect.stringMatching(
        new RegExp(`REVOCATION_LIMITS is not valid: ${field}: .*\\. Deploy the stack again$`, 'u'),
      ),
    }),
  );
});
