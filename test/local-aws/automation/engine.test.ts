import { expect, test } from 'vitest';
import { createAutomation } from '../../../local-aws/account.ts';
import { awsError } from '../../../local-aws/protocol.ts';
import { callStep, createFixture, giveStep, makeDocument, run } from './fixture.ts';

const { readings: usual } = createAutomation();
const NO_OUTPUT = 'No output available yet because the step is not successfully executed';

/** Runs steps of which those named Fails fail. */
async function runSteps(steps: string, more = '', options = {}, parameters = {}) {
  const fixture = createFixture(options, ({ operation }) => {
    if (operation === 'Fails') throw awsError('NoSuchEntity', 'No such user', 404);
    return {};
  });
  const execution = await run(fixture, makeDocument(steps, more), parameters);
  const ran = execution.steps.map(({ name, status }) => `${name} ${status}`).join(', ');
  return { ...fixture, ...execution, ran };
}

const call = (name: string, ...more: string[]) => callStep(name, {}, more.join('\n    '));
const step = (name: string, action: string, inputs: string, more = '') => `
  - name: ${name}
    action: aws:${action}
    ${more}
    inputs: ${inputs}
`;
const branch = (variable: string, fallback = '') => {
  const [two, three] = ['Two', 'Three'].map(
    (to) => `{ NextStep: ${to}, Variable: ${variable}, StringEquals: ${to} }`,
  );
  return step('Choose', 'branch', `{ Choices: [${two}, ${three}]${fallback} }`);
};
const loop = (steps: string, more = '') =>
  step(
    'Loop',
    'loop',
    `
      Iterators: '{{ Give.Out }}'
      IteratorDataType: String
      Steps:
      ${steps.replaceAll('\n', '\n      ')}`,
    more,
  );
const give = giveStep('Give', ['x', 'y'], 'StringList');
const giveTrue = giveStep('Give', true, 'Boolean');
const [two, three] = [call('Two'), call('Three')];
const goOn = 'onFailure: Continue';

test.each<[what: string, steps: string, ran: string]>([
  ['nextStep skips', call('One', 'nextStep: Three') + two + three, 'One, Three: Success'],
  ['isEnd ends', call('One', 'isEnd: true') + two, 'One: Success'],
  ['a failed step aborts', call('Fails', 'isCritical: false') + two, 'Fails: Failed'],
  ['Continue goes on and fails', call('Fails', goOn) + two, 'Fails, Two: Failed'],
  ['isCritical: false', call('Fails', goOn, 'isCritical: false') + two, 'Fails, Two: Success'],
  ['a jump', call('Fails', 'onFailure: step:Three') + two + three, 'Fails, Three: Failed'],
  ['no jump', call('One', 'onFailure: step:Three') + two + three, 'One, Two, Three: Success'],
  ['the equal choice', branch('Three') + two + three, 'Choose, Three: Success'],
  ['Default', branch('x', ', Default: Three') + two + three, 'Choose, Three: Success'],
  ['no choice goes on', branch('x') + two, 'Choose, Two: Success'],
  ['a choice by another type', giveTrue + branch("'{{ Give.Out }}'"), 'Give, Choose: Failed'],
  ['a loop', give + loop(call('In')) + two, 'Give, Loop, In, In, Two: Success'],
  ['a failed loop', give + loop(call('Fails')) + two, 'Give, Loop, Fails: Failed'],
  ['its onFailure', give + loop(call('Fails'), goOn) + two, 'Give, Loop, Fails, Two: Failed'],
])('runs the expected steps and ends with the expected status: %s', async (_, steps, expected) => {
  const { steps: ran, status } = await runSteps(steps);
  expect(`${ran.map(({ name }) => name).join(', ')}: ${status}`).toBe(expected);
});

test('the failure of an execution names the steps and the reason', async () => {
  const reason = 'An error occurred (NoSuchEntity) when calling the Fails operation: No such user';
  const { failureMessage, steps } = await runSteps(give + loop(call('Fails')));
  expect(failureMessage).toBe(`Step Loop failed: Step Fails failed: ${reason}`);
  expect(steps.at(-1)?.failureMessage).toBe(reason);
});

test('a step is tried maxAttempts times', async () => {
  const { requests } = await runSteps(call('Fails', 'maxAttempts: 3'));
  expect(requests).toHaveLength(3);
});

test('the steps of a loop see the current item, and nothing after the loop does', async () => {
  const inner = callStep('In', { Text: '{{ Loop.CurrentIteratorValue }} of {{ Name }}' });
  const more = 'outputs: [Loop.CurrentIteratorValue]';
  const { requests, outputs } = await runSteps(give + loop(inner), more);
  expect(requests.map(({ input }) => input['Text'])).toEqual(['x of anna', 'y of anna']);
  expect(outputs).toEqual({ 'Loop.CurrentIteratorValue': [NO_OUTPUT] });
});

test.each([
  ['Failed', []],
  ['Success', Array(100).fill('x')],
  ['Failed', Array(101).fill('x')],
])('a loop ends with %s over the items %j', async (expected, items) => {
  const { ran } = await runSteps(giveStep('Give', items, 'StringList') + loop(call('In')));
  expect(ran).toContain(`Loop ${expected}`);
});

test.each([
  ['Two', two + call('Fails'), 'Two Success'],
  ['Fails', call('Fails', goOn) + two, 'Fails Failed'],
  ['In', give + loop(call('In'), goOn) + two, 'Give Success, Loop Cancelled, In Success'],
])('an execution that is stopped after %s is cancelled', async (stopAfter, steps, ran) => {
  expect(await runSteps(steps, '', { stopAfter })).toMatchObject({ status: 'Cancelled', ran });
});

test('a reference to a step that never ran fails the step and stays in its inputs', async () => {
  const use = callStep('Use', { Text: 'as {{ Skipped.Out }} is' });
  const skipped = call('First', 'nextStep: Use') + giveStep('Skipped', 'x');
  const { steps } = await runSteps(skipped + use);
  expect(steps[1]).toMatchObject({
    ...{ status: 'Failed', failureMessage: 'There is no value for {{ Skipped.Out }}' },
    inputs: { Text: 'as {{ Skipped.Out }} is' },
  });
});

test('the value of a parameter is not resolved again', async () => {
  const Name = ['{{ automation:EXECUTION_ID }}'];
  const { requests } = await runSteps(callStep('Use', { Value: '{{ Name }}' }), '', {}, { Name });
  expect(requests[0]?.input).toEqual({ Value: Name[0] });
});

const plan = step('Plan', 'invokeLambdaFunction', `{ FunctionName: plan, InputPayload: {} }`);
const use = callStep('Use', { Given: '{{ Plan.Payload }}', Text: 'is {{ Plan.Payload }}' });
const broken = { errorType: 'TypeError', errorMessage: 'broken' };
const fails = () => Promise.reject(new TypeError('broken'));

test.each([
  ['a map', { payload: 'map' }, async () => ({ a: 1 }), { a: 1 }],
  ['a text', { payload: 'text' }, async () => ({ a: 1 }), '{"a":1}'],
  ['an error', { payload: 'map', functionErrorFailsStep: false }, fails, broken],
] as const)('in one reading, a Payload is %s', async (_, reading, invoke, Given) => {
  const { requests } = await runSteps(plan + use, '', {
    readings: { ...usual, ...reading },
    invoke,
  });
  const Text = `is ${typeof Given === 'string' ? Given : JSON.stringify(Given)}`;
  expect(requests[0]?.input).toEqual({ Given, Text });
});

test('in one reading, an item of a MapList is a text', async () => {
  const steps =
    giveStep('Give', [{ a: 1 }], 'MapList') + callStep('Use', { Given: '{{ Give.Out }}' });
  const { requests } = await runSteps(steps, '', { readings: { ...usual, payload: 'text' } });
  expect(requests[0]?.input).toEqual({ Given: ['{"a":1}'] });
});

test('in the other reading, a function error fails the step, and a missing function in both', async () => {
  expect((await runSteps(plan, '', { invoke: fails })).failureMessage).toBe(
    'Step Plan failed: broken',
  );
  const readings = { ...usual, functionErrorFailsStep: false };
  const { failureMessage } = await runSteps(plan, '', { readings });
  expect(failureMessage).toBe('Step Plan failed: Function not found: plan');
});

test.each([
  ['unchanged', { Value: '{"a":1}', Tag: '[x', Name: '{"b":2}' }],
  ['parsed', { Value: { a: 1 }, Tag: '[x', Name: { b: 2 } }],
] as const)(
  'in one reading, texts that look like JSON reach an API %s',
  async (jsonText, input) => {
    const record = callStep('PutParameter', { Value: '{"a":1}', Tag: '[x', Name: '{{ Name }}' });
    const options = { readings: { ...usual, jsonText } };
    const { requests } = await runSteps(record, '', options, { Name: ['{"b":2}'] });
    expect(requests[0]?.input).toEqual(input);
  },
);

test.each([
  ...[
    ['String', 'x', ['x']],
    ['StringList', ['x', 'y'], ['x', 'y']],
    ['Boolean', false, ['false']],
  ],
  ...[
    ['Integer', 7, ['7']],
    ['StringMap', { a: 1 }, ['{"a":1}']],
    ['MapList', [{ a: 1 }, { b: 2 }], ['{"a":1}', '{"b":2}']],
  ],
] as const)('an output of type %s keeps its type: %j', async (type, value, kept) => {
  const steps = giveStep('Give', value, type) + callStep('Use', { Value: '{{ Give.Out }}' });
  const { requests, outputs } = await runSteps(steps, 'outputs: [Give.Out]');
  expect(requests[0]?.input).toEqual({ Value: value });
  expect(outputs).toEqual({ 'Give.Out': kept });
});

test.each<[type: string, value: unknown]>([
  ['String', 7],
  ['String', undefined],
  ['StringList', ['x', 7]],
  ['Boolean', 'true'],
  ['Integer', 1.5],
  ['StringMap', ['x']],
  ['MapList', ['x']],
  ['MapList', undefined],
])('an output of type %s that is %j fails the step', async (type, value) => {
  const { failureMessage } = await runSteps(giveStep('Give', value, type));
  expect(failureMessage).toMatch(/Step Give failed: Output Out is not of type \w+ at \$\.Payload/);
});

test.each([
  ['Duration: P6DT23H', [601_200_000]],
  [`Duration: 'PT{{ Name }}S'`, [90_000]],
  ['Duration: P7D', 'Expected a duration of at most 7 days'],
  ['Duration: x', 'Expected a duration of at most 7 days'],
])('a sleep for %s: %j', async (input, expected) => {
  const wait = step('Wait', 'sleep', `{ ${input} }`);
  const { slept, failureMessage } = await runSteps(wait, '', {}, { Name: ['90'] });
  if (typeof expected === 'string') expect(failureMessage).toContain(expected);
  else expect({ slept, failureMessage }).toEqual({ slept: expected, failureMessage: undefined });
});

test('an input of another type than the action takes fails the step', async () => {
  const wrong =
    giveStep('Give', ['x'], 'StringList') + plan.replace(': plan', `: '{{ Give.Out }}'`);
  expect((await runSteps(wrong)).failureMessage).toMatch(/^Step Plan failed: Invalid type/);
});
