import { describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { deployTemplate } from '../../../local-aws/template/deploy.ts';
import { resolveTemplate, type Template } from '../../../local-aws/template/resolve.ts';

const place = {
  ...{ stackName: 'Stack', accountId: '123456789012', region: 'us-east-1', partition: 'aws' },
};
const template: Template = {
  Parameters: {
    Mode: { Type: 'String', Default: 'own', AllowedValues: ['own', 'shared'] },
    Days: {
      Type: 'String',
      Default: '',
      AllowedPattern: '|\\d+',
      ConstraintDescription: 'must be days',
    },
    Keys: { Type: 'String', Default: 'a,b', MaxLength: 5 },
  },
  Conditions: {
    IsOwn: { 'Fn::Equals': [{ Ref: 'Mode' }, 'own'] },
  },
  Rules: {
    NotBoth: {
      Assertions: [
        {
          Assert: { 'Fn::Contains': [['us-east-1'], { Ref: 'AWS::Region' }] },
          AssertDescription: 'Not here.',
        },
      ],
    },
  },
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Condition: 'IsOwn' },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: { 'Fn::Join': ['-', ['R', { Ref: 'AWS::Region' }]] } },
    },
  },
};
const withProperty = (value: unknown): Template => ({
  ...template,
  Resources: {
    ...template.Resources,
    Probe: { Type: 'AWS::SNS::TopicPolicy', Properties: { value } },
  },
});
const resolved = (value: unknown, parameters: Record<string, string> = {}) =>
  resolveTemplate(withProperty(value), { ...place, parameters }).find(({ id }) => id === 'Probe')
    ?.properties['value'];

describe('a template is refused: ', () => {
  it.each<[string, unknown, RegExp]>([
    ['a function that is not supported', { 'Fn::Sub': 'a' }, /Fn::Sub is not supported/u],
    ['a function beside something else', { Ref: 'Keys', x: 1 }, /Ref is not supported/u],
    ['a missing name', { Ref: 'Nobody' }, /no resource Nobody/u],
    ['an attribute that is not supported', { 'Fn::GetAtt': ['Role', 'RoleId'] }, /RoleId of Role/u],
    ['a missing condition', { 'Fn::If': ['Never', 1, 2] }, /no condition Never/u],
    ['a list where a text belongs', { 'Fn::Join': ['', [['a']]] }, /Expected a text/u],
    ['a text where a list belongs', { 'Fn::Join': ['', 'a'] }, /Expected a list/u],
  ])('%s', (_, value, expected) => {
    expect(() => resolved(value)).toThrow(expected);
  });

  it('a reference to what its condition leaves out', () => {
    expect(() => resolved({ Ref: 'Topic' }, { Mode: 'shared' })).toThrow(/no resource Topic/u);
  });

  it.each([
    ['of a value that is not listed', { Mode: 'other' }, /'Mode' .*"other" must be valid/u],
    [
      'of a value of which only a part matches',
      { Days: '1 day' },
      /'Days' .*"1 day" must be days/u,
    ],
    ['of a value that is too long', { Keys: 'a,b,c,d' }, /'Keys'/u],
    ['of an unknown parameter', { Color: 'red' }, /\[Color\] do not exist/u],
  ])('because %s', (_, parameters, expected) => {
    expect(() => resolveTemplate(template, { ...place, parameters: { ...parameters } })).toThrow(
      expected,
    );
  });

  it('by its own assertion, in its own words', () => {
    expect(() => resolveTemplate(template, { ...place, region: 'eu-west-1' })).toThrow(
      /^Not here\.$/u,
    );
  });

  it('for a type of resources that is not supported, when it is deployed', () => {
    const strange = { ...template, Resources: { X: { Type: 'AWS::S3::Bucket' } } };
    expect(() => resolveTemplate(strange, place)).not.toThrow();
    expect(() => deployTemplate(createAccount(), strange, place)).toThrow(/AWS::S3::Bucket/u);
  });
});
