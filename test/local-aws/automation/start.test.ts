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

const steps = (action: string, inputs: string) => makeDocument(step(action, inputs));
const nested = '{ name: X, action: aws:loop, inputs: {} }';
const loop = `{ Iterators: '{{ A.B }}', IteratorDataType: String, Steps: [${nested}] }`;
const given = makeDocument(giveStep('One', 1));

test.each<[what: string, document: string, message: RegExp]>([
  ['another schema version', fine.replace('0.3', '2.2'), /schemaVersion: .*"2.2"/],
  ['files', `${fine}\nfiles: {}`, /^files: .*never/],
  ['no role', fine.replace(/assumeRole: .*/, ''), /assumeRole/],
  ['another role', fine.replace("'{{ AutomationAssumeRole }}'", 'x'), /assumeRole/],
  ['a list parameter', fine.replace('type: String', 'type: StringList'), /type: .*StringList/],
  ['a variable', makeDocument(callStep('One'), 'variables: {}'), /variables/],
  ['an unknown action', steps('approve', '{}'), /mainSteps\.0\.action: .*aws:approve/],
  ['onCancel', makeDocument(callStep('One', {}, 'onCancel: Abort')), /onCancel/],
  ['an unknown onFailure', makeDocument(callStep('One', {}, 'onFailure: Retry')), /onFailure/],
  ['Payload', steps('invokeLambdaFunction', '{ FunctionName: x, Payload: x }'), /Payload/],
  ['another runtime', given.replace('3.11', '3.10'), /Runtime: .*3\.10/],
  ['an unknown output type', given.replace('String }', 'Number }'), /Type: .*Number/],
  ['an unknown selector', given.replace('$.Payload.value', '$..value'), /Selector/],
  ['And', steps('branch', '{ Choices: [{ NextStep: One, And: [] }] }'), /Choices\.0/],
  [
    'StartsWith',
    steps('branch', '{ Choices: [{ NextStep: One, Variable: x, StartsWith: x }] }'),
    /Choices\.0/,
  ],
  ['a sleep until a time', steps('sleep', '{ Timestamp: x }'), /inputs/],
  ['LoopCondition', steps('loop', '{ LoopCondition: {}, Steps: [] }'), /mainSteps\.0\.inputs/],
  ['a literal list', steps('loop', loop.replace("'{{ A.B }}'", '[x]')), /Iterators/],
  ['a loop in a loop', steps('loop', loop), /Steps\.0\.action/],
  ['broken YAML', `${fine}\n  - ]`, /YAML/],
])('a document with %s is refused by name', async (_, document, message) => {
  const error = await refusal(document);
  expect(error).toMatchObject({ code: 'InvalidDocumentContent', status: 400 });
  expect(error).toHaveProperty('message', expect.stringMatching(message));
});

const invalid = { code: 'InvalidAutomationExecutionParametersException', status: 400 };
const withParameter = (rule: string) => fine.replace('{ type: String, default: anna }', rule);

const pattern = `{ type: String, allowedPattern: '^A' }`;
const list = '{ type: String, allowedValues: [A] }';
const withDefault = (rule: string) => withParameter(rule.replace('{', '{ default: B,'));

test.each<[what: string, document: string, parameters: object, message: RegExp]>([
  ['an unknown name', fine, { Else: ['x'] }, /Parameter Else/],
  ['no value', withParameter('{ type: String }'), {}, /Parameter Name is missing/],
  ['a value off the pattern', withParameter(pattern), { Name: ['B'] }, /Name/],
  ['a value off the list', withParameter(list), { Name: ['B'] }, /Name/],
  ['a default off the pattern', withDefault(pattern), {}, /Name/],
  ['a default off the list', withDefault(list), {}, /Name/],
  ['no role', fine, { AutomationAssumeRole: ['Revoker'] }, /role is unable to be assumed/],
])('parameters with %s start nothing', async (_, document, parameters, message) => {
  const error = await refusal(document, parameters);
  expect(error).toMatchObject({ ...invalid, message: expect.stringMatching(message) });
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
