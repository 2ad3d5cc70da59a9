import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documents } from '../../remediation-docs/documents.ts';
import { readFormat } from './document-format.ts';

it.each(documents)('$name has the format that Systems Manager documents', ({ load }) => {
  expect(readFormat(parse(load()))).toHaveProperty('mainSteps');
});

describe('the format refuses', () => {
  const valid = {
    schemaVersion: '0.3',
    parameters: { UserName: { type: 'String' } },
    mainSteps: [
      { name: 'Wait', action: 'aws:sleep', inputs: { Duration: 'PT15S' } },
      {
        name: 'Read',
        action: 'aws:executeAwsApi',
        inputs: { Service: 'iam', Api: 'GetUser' },
        outputs: [{ Name: 'UserId', Selector: '$.User.UserId', Type: 'String' }],
      },
    ],
  };
  const [wait, read] = valid.mainSteps;
  const withSteps = (...mainSteps: object[]) => ({ ...valid, mainSteps });
  const branch = (inputs: object) => withSteps({ name: 'Choose', action: 'aws:branch', inputs });
  const sleep = (inputs: object) => withSteps({ ...wait, inputs });

  it('nothing of a valid document', () => {
    expect(readFormat(valid)).toHaveProperty('mainSteps');
    expect(readFormat(sleep({ Duration: 'PT{{ Read.UserId }}S' }))).toHaveProperty('mainSteps');
  });

  it.each([
    ['another schema version', { ...valid, schemaVersion: '2.2' }],
    ['an unknown key of the document', { ...valid, steps: [] }],
    ['an unknown type of a parameter', { ...valid, parameters: { UserName: { type: 'Text' } } }],
    ['an unknown key of a step', withSteps({ ...wait, maxAttemps: 3 })],
    ['an unknown action', withSteps({ ...wait, action: 'aws:wait' })],
    ['a step without inputs', withSteps({ name: 'Wait', action: 'aws:sleep' })],
    ['a short name of a step', withSteps({ ...wait, name: 'No' })],
    ['an unknown reaction to a failure', withSteps({ ...wait, onFailure: 'Skip' })],
    ['a step to go on with that does not exist', withSteps({ ...wait, nextStep: 'Missing' })],
    [
      'a step after a failure that does not exist',
      withSteps({ ...wait, onFailure: 'step:Missing' }),
    ],
    ['outputs of a step that has none', withSteps({ ...wait, outputs: [] })],
    [
      'an unknown type of an output',
      withSteps({ ...read, outputs: [{ Name: 'A', Selector: '$', Type: 'List' }] }),
    ],
    ['a call without an operation', withSteps({ ...read, inputs: { Service: 'iam' } })],
    ['a duration that is none', sleep({ Duration: '15' })],
    ['a duration of nothing', sleep({ Duration: 'PT' })],
    ['more than 7 days', sleep({ Duration: 'P8D' })],
    [
      'a duration and a time at once',
      sleep({ Duration: 'PT1S', Timestamp: '2030-01-01T00:00:00Z' }),
    ],
    ['a branch without choices', branch({ Choices: [], Default: 'Choose' })],
    [
      'an unknown operator',
      branch({ Choices: [{ NextStep: 'Choose', Variable: 'a', Equals: 'b' }] }),
    ],
    ['a choice without an operator', branch({ Choices: [{ NextStep: 'Choose', Variable: 'a' }] })],
    [
      'a choice that leads nowhere',
      branch({ Choices: [{ NextStep: 'Missing', Variable: 'a', StringEquals: 'b' }] }),
    ],
  ])('%s', (_, content) => {
    expect(readFormat(content)).toEqual(expect.arrayContaining([expect.any(String)]));
  });
});
