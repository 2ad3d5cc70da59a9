import { expect, it } from 'vitest';
import { readDocument } from '../../local-aws/automation/document.ts';
import { callStep, makeDocument } from '../local-aws/automation/fixture.ts';
import { checkDocument } from './check-document.ts';

const branch = `
  - name: One
    action: aws:branch
    inputs: { Choices: [], Default: Three }
`;
const withOutputs = `
  - name: One
    action: aws:invokeLambdaFunction
    inputs: { FunctionName: x }
    outputs: [{ Name: X, Selector: $.x, Type: String }]
`;

it.each([
  ['a reference without a source', callStep('One', { A: '{{ global:DATE }}' }), '', /global:DATE/],
  ['an output without a source', callStep('One'), 'outputs: [One.Out]', /Nothing gives One\.Out/],
  ['a missing target', branch, '', /No step Three after step One/],
  ['a way back', callStep('One') + callStep('Two', {}, 'nextStep: One'), '', /No step One after/],
  [
    'an end with a target',
    callStep('One', {}, 'isEnd: true\n    onFailure: step:Two') + callStep('Two'),
    '',
    /isEnd/,
  ],
  ['outputs of a function, which AWS does not document', withOutputs, '', /outputs of step One/],
  ['two steps of one name', callStep('One') + callStep('One'), '', /Second One/],
])('the check of a document finds %s', (_, steps, more, message) => {
  expect(() => checkDocument(readDocument(makeDocument(steps, more)))).toThrow(message);
});

it('the check of a document accepts a valid one', () => {
  const sound = makeDocument(callStep('One', {}, 'nextStep: Two') + callStep('Two'));
  expect(() => checkDocument(readDocument(sound))).not.toThrow();
});
