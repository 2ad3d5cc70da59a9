import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documents } from '../../remediation-docs/documents.ts';
import { callsOf, problemsOf } from './document-calls.ts';
import { readFormat } from './document-format.ts';

function read(content: unknown) {
  const document = readFormat(content);
  if (Array.isArray(document)) throw new Error(document.join('; '));
  return document;
}

it.each(documents)('every call of $name is in the models of the services', ({ load }) => {
  const document = read(parse(load()));
  expect(callsOf(document).length).toBeGreaterThan(4);
  expect(problemsOf(document)).toEqual([]);
});

describe('the models of the services', () => {
  const problems = (inputs: object, outputs: object[] = [], action = 'aws:executeAwsApi') => {
    const step = { name: 'Call', action, inputs, ...(outputs.length > 0 && { outputs }) };
    const parameters = { UserName: { type: 'String' }, Names: { type: 'StringList' } };
    return problemsOf(read({ schemaVersion: '0.3', parameters, mainSteps: [step] }));
  };
  const getUser = { Service: 'iam', Api: 'GetUser', UserName: '{{ UserName }}' };
  const untag = { Service: 'iam', Api: 'UntagUser', UserName: 'alice' };
  const update = { Service: 'iam', Api: 'UpdateAccessKey', UserName: 'alice', AccessKeyId: 'AKIA' };
  const output = (Selector: string, Type: string) => [{ Name: 'Output', Selector, Type }];

  it('accept a valid call', () => {
    expect(problems(getUser, output('$.User.Tags', 'MapList'))).toEqual([]);
    expect(problems({ ...untag, TagKeys: '{{ Names }}' })).toEqual([]);
    expect(problems({ ...update, Status: 'Inactive' })).toEqual([]);
  });

  it.each([
    ['an unknown operation', { ...getUser, Api: 'ReadUser' }, 'no operation iam:ReadUser'],
    ['an unknown service', { ...getUser, Service: 'IAM' }, 'no operation IAM:GetUser'],
    ['an unknown parameter', { ...getUser, Name: 'alice' }, 'no $.Name'],
    ['a missing parameter', untag, '$.TagKeys is required'],
    ['text for a list', { ...untag, TagKeys: 'key' }, '$.TagKeys is of kind list, not String'],
    ['a list for text', { ...getUser, UserName: ['alice'] }, '$.UserName is of kind text'],
    [
      'a reference to a list for text',
      { ...getUser, UserName: '{{ Names }}' },
      '$.UserName is of kind text, not StringList',
    ],
    [
      'an unknown reference',
      { ...getUser, UserName: '{{ Name }}' },
      '$.UserName refers to the unknown {{ Name }}',
    ],
    ['an unknown value', { ...update, Status: 'Disabled' }, '$.Status is never Disabled'],
    [
      'a missing member of a list',
      { ...untag, Api: 'TagUser', Tags: [{ Key: 'key' }] },
      '$.Tags.0.Value is required',
    ],
  ])('refuse %s', (_, inputs, problem) => {
    expect(problems(inputs)).toEqual([`Call: ${problem}`]);
  });

  it.each([
    ['$.UserId', 'String', 'no $.UserId in the answer'],
    ['$.User.Tags', 'StringList', '$.User.Tags is of kind list, not StringList'],
    ['$.User', 'String', '$.User is of kind structure, not String'],
  ])('refuse the output %s of type %s', (selector, type, problem) => {
    expect(problems(getUser, output(selector, type))).toEqual([`Call: ${problem}`]);
  });

  it('reject a property that the answer does not have', () => {
    const inputs = { ...getUser, PropertySelector: '$.User.Id', DesiredValues: ['AIDA'] };
    expect(problems(inputs, [], 'aws:assertAwsResourceProperty')).toEqual([
      'Call: no $.User.Id in the answer',
    ]);
  });
});
