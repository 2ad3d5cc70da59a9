import { expect, it } from 'vitest';
import {
  isAwsManaged,
  parseArn,
  parseFunctionArn,
  parseUserArn,
  secretId,
  splitArn,
} from '../../../rule/core/arns.ts';

const name = 'unused-iam-credentials-plan-revocation';
const arn = `arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:${name}`;

it.each([arn, `${arn}:$LATEST`])(
  'a function finds its partition, Region and account in its ARN: %s',
  (text) => {
    expect(parseFunctionArn(text)).toEqual({
      ...{ partition: 'aws-us-gov', region: 'us-gov-west-1', accountId: '123456789012' },
      functionName: name,
    });
  },
);

it.each([
  ...['x', 'plan-revocation', ` ${arn}`, `${arn}:a b`, `${arn}:`, arn.replace(':lambda:', ':iam:')],
  arn.replace(':function:', ':a-function:'),
  ...[arn.replace('123456789012', '12345678901'), arn.replace('123456789012', '1234567890123')],
])('any other text is refused as the ARN of a function: %s', (text) => {
  expect(() => parseFunctionArn(text)).toThrow(
    expect.objectContaining({
      name: 'RequestError',
      message: expect.stringContaining('arn:<partition>:lambda:<Region>'),
    }),
  );
});

it('a secret is found by its ARN without the six random characters, in any partition', () => {
  const location = { partition: 'aws-cn', region: 'cn-north-1', accountId: '123456789012' };
  expect(secretId(location, 'unused-iam-credentials/AIDA1/e')).toBe(
    'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:unused-iam-credentials/AIDA1/e',
  );
});

it.each([
  ['arn:aws:iam::123456789012:user/team/alice', 'aws iam  123456789012 user/team/alice'],
  ['arn:aws-cn:sns:cn-north-1:123456789012:a:b', 'aws-cn sns cn-north-1 123456789012 a:b'],
  ['topic', '    '],
])('splits %s into its parts', (arn, expected) => {
  const { partition, service, region, accountId, resource } = splitArn(arn);
  expect([partition, service, region, accountId, resource].join(' ')).toBe(expected);
});

it.each([
  ['arn:aws-cn:iam::123456789012:', true],
  ['arn:aws-cn:sns::123456789012:role/x', false],
  ['xarn:aws:iam::123456789012:role/x', false],
  ['arn:a/b:iam::123456789012:role/x', false],
  ['arn::iam::123456789012:role/x', false],
  ['arn:aws:iam::12345678901:role/x', false],
  ['arn:aws:iam::x12345678901:role/x', false],
  ['arn:aws:iam::123456789012', false],
  ['arn:aws:iam:x y:123456789012:role/x', false],
])('%s is an ARN of IAM in an account: %s', (arn, expected) => {
  expect(parseArn(arn, 'iam')).toEqual(expected ? splitArn(arn) : null);
});

it.each<[string, ReturnType<typeof parseUserArn>]>([
  ['arn:aws:iam::123456789012:user/alice', { path: '/', userName: 'alice' }],
  ['arn:aws-cn:iam::123456789012:user/a/b/alice', { path: '/a/b/', userName: 'alice' }],
  ['arn:aws:iam::123456789012:user/a\nb/al\nice', { path: '/a\nb/', userName: 'al\nice' }],
  ...[
    ...['alice', 'arn:aws:iam::123456789012:user/', 'arn:aws:iam::123456789012:user/a/'],
    ...['arn:aws:iam::12345678901:user/alice', 'arn:aws:iam::1234567890123:user/alice'],
    ...['arn:aws:iam::123456789012:role/alice', 'xarn:aws:iam::123456789012:user/alice'],
    ...['arn::iam::123456789012:user/alice', 'arn:aws:iam::123456789012:users/alice'],
    'arn:aws:iam::123456789012:xuser/alice',
  ].map((text): [string, null] => [text, null]),
])('reads the path and name of a user from the ARN, or nothing: %j', (text, parts) => {
  expect(parseUserArn(text)).toEqual(parts);
});

it.each([
  ['arn:aws:iam::aws:policy/ReadOnlyAccess', true],
  ['arn:aws-us-gov:iam::aws:policy/job-function/Billing', true],
  ['arn:aws:iam::123456789012:policy/Deploy', false],
  ['arn:aws:iam:us-east-1:aws:policy/Deploy', false],
  ['arn:aws:sts::aws:policy/Deploy', false],
  ['Deploy', false],
  ['arn:aws:iam::123456789012:policy/arn:aws:iam::aws:policy/X', false],
])("policy %s is one of AWS's own: %s", (arn, isAws) => {
  expect(isAwsManaged(arn)).toBe(isAws);
});
