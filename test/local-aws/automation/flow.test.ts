import { expect, test } from 'vitest';
import { awsError } from '../../../local-aws/protocol.ts';
import { callStep, createFixture, giveStep, makeDocument, run } from './fixture.ts';

const NO_OUTPUT = 'No output available yet because the step is not successfully executed';

function failing(...operations: string[]) {
  return createFixture({}, ({ operation }) => {
    if (operations.includes(operation)) throw awsError('NoSuchEntity', 'No such user', 404);
    return {};
  });
}

async function runSteps(fixture: ReturnType<typeof failing>, steps: string, more = '') {
  const execution = await run(fixture, makeDocument(steps, more));
  return { ...execution, ran: execution.steps.map(({ name, status }) => `${name} ${status}`) };
}

test('steps run in their order, and the execution succeeds', async () => {
  const { ran, status, failureMessage, currentStepName } = await runSteps(
    failing(),
    callStep('One') + callStep('Two'),
  );
  expect({ ran, status, failureMessage, currentStepName }).toEqual({
    ran: ['One Success', 'Two Success'],
    status: 'Success',
    failureMessage: undefined,
    currentStepName: 'Two',
  });
});

test('nextStep leaves out the steps between, and isEnd those after', async () => {
  const steps = callStep('One', {}, 'nextStep: Three') + callStep('Two');
  const ended = steps + callStep('Three', {}, 'isEnd: true') + callStep('Four');
  expect((await runSteps(failing(), ended)).ran).toEqual(['One Success', 'Three Success']);
});

test('a failed step aborts the execution, whose failure names step and reason', async () => {
  const steps = callStep('One', {}, 'isCritical: false') + callStep('Two');
  const { ran, status, failureMessage, steps: records } = await runSteps(failing('One'), steps);
  const reason = 'An error occurred (NoSuchEntity) when calling the One operation: No such user';
  expect({ ran, status }).toEqual({ ran: ['One Failed'], status: 'Failed' });
  expect(records[0]?.failureMessage).toBe(reason);
  expect(failureMessage).toBe(`Step One failed: ${reason}`);
});

test.each([
  ['Continue', '', 'Failed', ['One Failed', 'Two Success', 'Three Success']],
  ['Continue', 'isCritical: false', 'Success', ['One Failed', 'Two Success', 'Three Success']],
  ['step:Three', '', 'Failed', ['One Failed', 'Three Success']],
  ['step:Three', 'isCritical: false', 'Success', ['One Failed', 'Three Success']],
])('after a failure, onFailure: %s %s goes on and ends as %s', async (where, more, status, ran) => {
  const first = callStep('One', {}, `onFailure: ${where}\n    ${more}`);
  const result = await runSteps(failing('One'), first + callStep('Two') + callStep('Three'));
  expect(result).toMatchObject({ status, ran });
});

test('onFailure goes nowhere when the step succeeds', async () => {
  const steps = callStep('One', {}, 'onFailure: step:Three') + callStep('Two') + callStep('Three');
  expect((await runSteps(failing(), steps)).ran).toHaveLength(3);
});

test('a step is tried maxAttempts times, each time for real, and one success is enough', async () => {
  let failures = 2;
  const fixture = createFixture({}, () => {
    failures -= 1;
    if (failures >= 0) throw awsError('Throttling', 'Rate exceeded');
    return {};
  });
  const document = makeDocument(callStep('One', {}, 'maxAttempts: 3'));
  expect((await run(fixture, document)).status).toBe('Success');
  expect(fixture.requests).toHaveLength(3);
  const hopeless = failing('One');
  expect((await run(hopeless, document)).status).toBe('Failed');
  expect(hopeless.requests).toHaveLength(3);
});

test.each([
  ['anna', ['Choose Success', 'Anna Success', 'End Success']],
  ['bert', ['Choose Success', 'Bert Success', 'End Success']],
  ['carl', ['Choose Success', 'End Success']],
])('a branch on %s goes to the first choice that is equal, or to Default', async (name, ran) => {
  const steps = `
  - name: Choose
    action: aws:branch
    inputs:
      Choices:
        - { NextStep: Anna, Variable: '{{ Name }}', StringEquals: anna }
        - { NextStep: Bert, Variable: '{{ Name }}', StringEquals: bert }
      Default: End
  ${callStep('Anna', {}, 'nextStep: End')}${callStep('Bert')}${callStep('End')}`;
  const { steps: records } = await run(failing(), makeDocument(steps), { Name: [name] });
  expect(records.map((record) => `${record.name} ${record.status}`)).toEqual(ran);
});

test('a branch without Default goes on with the next step, and fails on what is no text', async () => {
  const branch = (name: string) => `
  - name: Choose
    action: aws:branch
    inputs: { Choices: [{ NextStep: End, Variable: '{{ ${name} }}', StringEquals: x }] }
  ${callStep('Next')}${callStep('End')}`;
  const { ran } = await runSteps(failing(), branch('Name'));
  expect(ran).toEqual(['Choose Success', 'Next Success', 'End Success']);
  const typed = await runSteps(failing(), giveStep('Give', true, 'Boolean') + branch('Give.Out'));
  expect(typed.ran).toEqual(['Give Success', 'Choose Failed']);
});

const loop = (steps: string, more = '') => `
  - name: Loop
    action: aws:loop
    ${more}
    inputs:
      Iterators: '{{ Give.Out }}'
      IteratorDataType: String
      Steps:
      ${steps.replaceAll('\n', '\n      ')}
`;
const current = { Text: '{{ Loop.CurrentIteratorValue }} of {{ Name }}' };

test('a loop runs its steps for each text of a list', async () => {
  const fixture = failing();
  const steps = giveStep('Give', ['x', 'y'], 'StringList') + loop(callStep('In', current));
  const result = await runSteps(
    fixture,
    steps + callStep('After'),
    'outputs: [Loop.CurrentIteratorValue]',
  );
  const ran = ['Give Success', 'Loop Success', 'In Success', 'In Success', 'After Success'];
  expect(result.ran).toEqual(ran);
  expect(fixture.requests.map(({ input }) => input)).toEqual([
    { Text: 'x of anna' },
    { Text: 'y of anna' },
    {},
  ]);
  expect(result.steps[1]?.inputs).toEqual({ Iterators: '["x","y"]', IteratorDataType: 'String' });
  expect(result.outputs).toEqual({ 'Loop.CurrentIteratorValue': [NO_OUTPUT] });
});

test('a failing step fails its loop, which its own onFailure follows', async () => {
  const steps = giveStep('Give', ['x', 'y'], 'StringList');
  const aborted = await runSteps(failing('In'), steps + loop(callStep('In')) + callStep('After'));
  expect(aborted.ran).toEqual(['Give Success', 'Loop Failed', 'In Failed']);
  expect(aborted.failureMessage).toMatch(/^Step Loop failed: Step In failed: An error/);
  const goesOn = steps + loop(callStep('In'), 'onFailure: Continue') + callStep('After');
  const went = await runSteps(failing('In'), goesOn);
  expect(went).toMatchObject({ status: 'Failed', ran: [...aborted.ran, 'After Success'] });
});

test('a step in a loop that is not critical fails nothing', async () => {
  const inner = callStep('In', {}, 'onFailure: Continue\n    isCritical: false') + callStep('Then');
  const steps = giveStep('Give', ['x', 'y'], 'StringList') + loop(inner);
  const { ran, status } = await runSteps(failing('In'), steps);
  const pass = ['In Failed', 'Then Success'];
  expect(ran).toEqual(['Give Success', 'Loop Success', ...pass, ...pass]);
  expect(status).toBe('Success');
});

test.each([
  ['no item', 'Loop Failed', []],
  ['100 items', 'Loop Success', Array(100).fill('x')],
  ['101 items', 'Loop Failed', Array(101).fill('x')],
  ['a text', 'Loop Failed', 'x'],
])('over %s, the outcome is: %s', async (_, ends, items) => {
  const type = typeof items === 'string' ? 'String' : 'StringList';
  const { ran } = await runSteps(failing(), giveStep('Give', items, type) + loop(callStep('In')));
  expect(ran[1]).toBe(ends);
});

test('a reference to a step that never ran stays in the inputs and fails the step', async () => {
  const steps = callStep('First', {}, 'nextStep: Use') + giveStep('Skipped', 'x');
  const use = callStep('Use', { Text: 'as {{ Skipped.Out }} is' }, 'onFailure: Continue');
  const more = 'outputs: [Skipped.Out, Late.Out]';
  const result = await runSteps(failing(), steps + use + giveStep('Late', 'late'), more);
  expect(result.steps[1]).toMatchObject({
    status: 'Failed',
    failureMessage: 'There is no value for {{ Skipped.Out }}',
    inputs: { Text: 'as {{ Skipped.Out }} is' },
  });
  expect(result.outputs).toEqual({ 'Skipped.Out': [NO_OUTPUT], 'Late.Out': ['late'] });
});

test.each([
  ['Two', '', ['One Success', 'Two Success']],
  ['Fails', '', ['One Success', 'Two Success', 'Fails Failed']],
  ['Fails', 'onFailure: Continue', ['One Success', 'Two Success', 'Fails Failed']],
])('an execution stopped after %s %s is cancelled', async (stopAfter, more, expected) => {
  const fixture = failing('Fails');
  fixture.automation.stopAfter = stopAfter;
  const steps = callStep('One') + callStep('Two') + callStep('Fails', {}, more) + callStep('Last');
  const { ran, status, failureMessage } = await runSteps(fixture, steps);
  expect({ ran, status }).toEqual({ ran: expected, status: 'Cancelled' });
  expect(failureMessage).toBeUndefined();
});

test('an execution can be stopped inside a loop', async () => {
  const fixture = failing();
  fixture.automation.stopAfter = 'In';
  const steps = giveStep('Give', ['x', 'y'], 'StringList');
  const more = 'onFailure: Continue\n    maxAttempts: 2';
  const result = await runSteps(fixture, steps + loop(callStep('In'), more) + callStep('After'));
  const ran = ['Give Success', 'Loop Cancelled', 'In Success'];
  expect(result).toMatchObject({ status: 'Cancelled', ran });
});
