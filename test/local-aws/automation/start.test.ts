import { expect, test } from 'vitest';
import { startAutomation } from '../../../local-aws/services/ssm.ts';
import { callStep, createFixture, giveStep, makeDocument, run } from './fixture.ts';

const fine = makeDocument(callStep('GetUser'));

async function refusal(document: string, parameters = {}) {
  const fixture = createFixture();
  const error = await run(fixture, document, parameters).catch((thrown: unknown) => thrown);
  expect(fixture.automation.executions.size).toBe(0);
  return error;
}

const step = (action: string, inputs = '{}') => `
  - name: One
    action: aws:${action}
    inputs: ${inputs}`;
const branch = (inputs: string) => step('branch', inputs) + callStep('Two');

test.each([
  ['another schema version', fine.replace('0.3', '2.2'), /schemaVersion: .*"2.2"/],
  ['files', `${fine}\nfiles: {}`, /^files: .*never/],
  ['no role', fine.replace(/assumeRole: .*/, ''), /assumeRole/],
  ['another role', fine.replace("'{{ AutomationAssumeRole }}'", 'x'), /assumeRole/],
  [
    'a list parameter',
    fine.replace('type: String', 'type: StringList'),
    /Role\.type: .*StringList/,
  ],
  ['a variable', makeDocument(callStep('One'), 'variables: {}'), /variables/],
  ['an unknown action', makeDocument(step('approve')), /mainSteps\.0\.action: .*aws:approve/],
  ['onCancel', makeDocument(callStep('One', {}, 'onCancel: Abort')), /onCancel/],
  ['an unknown onFailure', makeDocument(callStep('One', {}, 'onFailure: Retry')), /onFailure/],
  [
    'a function by Payload',
    makeDocument(step('invokeLambdaFunction', '{FunctionName: x, Payload: x}')),
    /Payload/,
  ],
  ['another runtime', makeDocument(giveStep('One', 1).replace('3.11', '3.10')), /Runtime: .*3\.10/],
  ['an output type', makeDocument(giveStep('One', 1, 'MapList')), /outputs\.0\.Type: .*MapList/],
  [
    'a selector',
    makeDocument(giveStep('One', 1).replace('$.Payload.value', '$..value')),
    /Selector/,
  ],
  [
    'And',
    makeDocument(branch('{Choices: [{NextStep: Two, And: []}]}')),
    /Choices\.0\.(And|Variable)/,
  ],
  [
    'StartsWith',
    makeDocument(branch('{Choices: [{NextStep: Two, Variable: x, StartsWith: x}]}')),
    /Choices\.0/,
  ],
  [
    'a sleep of both kinds',
    makeDocument(step('sleep', '{Duration: PT1S, Timestamp: x}')),
    /inputs/,
  ],
  [
    'LoopCondition',
    makeDocument(step('loop', '{LoopCondition: {}, Steps: []}')),
    /mainSteps\.0\.inputs/,
  ],
  [
    'a literal list',
    makeDocument(step('loop', '{Iterators: [x], IteratorDataType: String, Steps: []}')),
    /Iterators/,
  ],
  [
    'a loop in a loop',
    makeDocument(
      step(
        'loop',
        `{Iterators: '{{ A.B }}', IteratorDataType: String, Steps: [{name: X, action: 'aws:loop', inputs: {}}]}`,
      ),
    ),
    /Steps\.0\.action/,
  ],
  ['broken YAML', `${fine}\n  - ]`, /YAML/],
])('a document with %s is refused by name', async (_, document, message) => {
  const error = await refusal(document);
  expect(error).toMatchObject({ code: 'InvalidDocumentContent', status: 400 });
  expect(error).toHaveProperty('message', expect.stringMatching(message));
});

const invalid = { code: 'InvalidAutomationExecutionParametersException', status: 400 };
const withParameter = (rule: string) => fine.replace('{ type: String, default: anna }', rule);

test.each([
  ['an unknown name', fine, { Else: ['x'] }, /Parameter Else/],
  ['a missing one', withParameter('{ type: String }'), {}, /Parameter Name is missing/],
  [
    'a value off the pattern',
    withParameter(`{ type: String, allowedPattern: '^A' }`),
    { Name: ['B'] },
    /Name/,
  ],
  [
    'a value off the list',
    withParameter('{ type: String, allowedValues: [A] }'),
    { Name: ['B'] },
    /Name/,
  ],
  [
    'a default off the pattern',
    withParameter(`{ type: String, default: B, allowedPattern: '^A' }`),
    {},
    /Name/,
  ],
  [
    'a default off the list',
    withParameter('{ type: String, default: B, allowedValues: [A] }'),
    {},
    /Name/,
  ],
  ['no role', fine, { AutomationAssumeRole: ['Revoker'] }, /role is unable to be assumed/],
])('parameters with %s start nothing', async (_, document, parameters, message) => {
  const error = await refusal(document, parameters);
  expect(error).toMatchObject({ ...invalid, message: expect.stringMatching(message) });
});

test('parameters that fit are taken, the others are their defaults', async () => {
  const document = withParameter(`{ type: String, allowedPattern: '^A', allowedValues: [A1, A2] }`);
  const { parameters } = await run(createFixture(), document, { Name: ['A2'] });
  expect(parameters).toEqual({
    AutomationAssumeRole: expect.stringMatching(/Revoker$/),
    Name: 'A2',
  });
});

test('an unknown document, and a request that AWS would refuse, start nothing', async () => {
  const { call } = createFixture();
  const start = (input: Record<string, unknown>) => () => {
    startAutomation(call(input));
  };
  const code = 'AutomationDefinitionNotFoundException';
  expect(start({ DocumentName: 'Else' })).toThrow(expect.objectContaining({ code, status: 400 }));
  const validation = expect.objectContaining({ code: 'ValidationException' });
  expect(start({ DocumentName: 'Else', Parameters: { Name: ['x', 'y'] } })).toThrow(validation);
  expect(start({})).toThrow(validation);
});
