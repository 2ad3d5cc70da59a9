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
  const ran = execution.steps.map(({ name, status }) => `${name} ${status}`).join(', ');
  return { ...execution, ran };
}

const call = (name: string, ...more: string[]) => callStep(name, {}, more.join('\n    '));
const branch = (variable: string, fallback = '') => `
  - name: Choose
    action: aws:branch
    inputs:
      Choices:
        - { NextStep: Two, Variable: '${variable}', StringEquals: two }
        - { NextStep: Three, Variable: '${variable}', StringEquals: three }
      ${fallback}
`;
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
const give = giveStep('Give', ['x', 'y'], 'StringList');
const [two, three] = [call('Two'), call('Three')];
const uncritical = 'isCritical: false';

/** Documents whose step Fails fails, with the steps that ran and the status of the execution. */
test.each<[what: string, steps: string, ran: string, status: string]>([
  ['steps run in their order', two + three, 'Two Success, Three Success', 'Success'],
  [
    'nextStep skips the steps between, and isEnd those after',
    call('One', 'nextStep: Three') + two + call('Three', 'isEnd: true') + call('Four'),
    'One Success, Three Success',
    'Success',
  ],
  ['a failed step aborts', call('Fails', uncritical) + two, 'Fails Failed', 'Failed'],
  [
    'onFailure: Continue goes on',
    call('Fails', 'onFailure: Continue') + two + three,
    'Fails Failed, Two Success, Three Success',
    'Failed',
  ],
  [
    'onFailure: Continue of a step that is not critical succeeds',
    call('Fails', 'onFailure: Continue', uncritical) + two,
    'Fails Failed, Two Success',
    'Success',
  ],
  [
    'onFailure: step jumps',
    call('Fails', 'onFailure: step:Three') + two + three,
    'Fails Failed, Three Success',
    'Failed',
  ],
  [
    'onFailure: step of a step that is not critical succeeds',
    call('Fails', 'onFailure: step:Three', uncritical) + two + three,
    'Fails Failed, Three Success',
    'Success',
  ],
  [
    'onFailure does nothing if the step succeeds',
    call('One', 'onFailure: step:Three') + two + three,
    'One Success, Two Success, Three Success',
    'Success',
  ],
  [
    'a branch goes to the first choice that is equal',
    branch('three') + two + three,
    'Choose Success, Three Success',
    'Success',
  ],
  [
    'a branch without an equal choice goes to Default',
    branch('four', 'Default: Four') + two + three + call('Four'),
    'Choose Success, Four Success',
    'Success',
  ],
  [
    'a branch without an equal choice or Default goes on',
    branch('four') + two,
    'Choose Success, Two Success',
    'Success',
  ],
  [
    'a branch on a value that is not a text fails',
    giveStep('Give', true, 'Boolean') + branch('{{ Give.Out }}') + two,
    'Give Success, Choose Failed',
    'Failed',
  ],
  [
    'a loop runs its steps for each item',
    give + loop(call('In')) + two,
    'Give Success, Loop Success, In Success, In Success, Two Success',
    'Success',
  ],
  [
    'a failed step fails its loop',
    give + loop(call('Fails')) + two,
    'Give Success, Loop Failed, Fails Failed',
    'Failed',
  ],
  [
    'a failed loop follows its own onFailure',
    give + loop(call('Fails'), 'onFailure: Continue') + two,
    'Give Success, Loop Failed, Fails Failed, Two Success',
    'Failed',
  ],
  [
    'a step in a loop that is not critical fails nothing',
    give + loop(call('Fails', 'onFailure: Continue', uncritical) + call('In')),
    'Give Success, Loop Success, Fails Failed, In Success, Fails Failed, In Success',
    'Success',
  ],
])('%s', async (_, steps, ran, status) => {
  expect(await runSteps(failing('Fails'), steps)).toMatchObject({ ran, status });
});

test('the failure of an execution names the step and the reason, also within a loop', async () => {
  const reason = 'An error occurred (NoSuchEntity) when calling the One operation: No such user';
  const failed = await runSteps(failing('One'), call('One'));
  expect(failed.steps[0]?.failureMessage).toBe(reason);
  expect(failed.failureMessage).toBe(`Step One failed: ${reason}`);
  const inLoop = await runSteps(failing('One'), give + loop(call('One')));
  expect(inLoop.failureMessage).toBe(`Step Loop failed: Step One failed: ${reason}`);
});

test('a step is tried maxAttempts times, and one success is enough', async () => {
  let failures = 2;
  const fixture = createFixture({}, () => {
    failures -= 1;
    if (failures >= 0) throw awsError('Throttling', 'Rate exceeded');
    return {};
  });
  const hopeless = failing('One');
  const steps = call('One', 'maxAttempts: 3');
  const statuses = [await runSteps(fixture, steps), await runSteps(hopeless, steps)];
  expect(statuses.map(({ status }) => status)).toEqual(['Success', 'Failed']);
  expect([fixture.requests.length, hopeless.requests.length]).toEqual([3, 3]);
});

test('the steps of a loop see the current item, and nothing after the loop does', async () => {
  const fixture = failing();
  const inner = callStep('In', { Text: '{{ Loop.CurrentIteratorValue }} of {{ Name }}' });
  const more = 'outputs: [Loop.CurrentIteratorValue]';
  const { steps, outputs } = await runSteps(fixture, give + loop(inner), more);
  const inputs = fixture.requests.map(({ input }) => input);
  expect(inputs).toEqual([{ Text: 'x of anna' }, { Text: 'y of anna' }]);
  expect(steps[1]?.inputs).toEqual({ Iterators: '["x","y"]', IteratorDataType: 'String' });
  expect(outputs).toEqual({ 'Loop.CurrentIteratorValue': [NO_OUTPUT] });
});

test.each([
  ['no item', 'Loop Failed', []],
  ['100 items', 'Loop Success', Array(100).fill('x')],
  ['101 items', 'Loop Failed', Array(101).fill('x')],
  ['a text', 'Loop Failed', 'x'],
])('a loop over %s: %s', async (_, expected, items) => {
  const type = typeof items === 'string' ? 'String' : 'StringList';
  const { ran } = await runSteps(failing(), giveStep('Give', items, type) + loop(call('In')));
  expect(ran).toContain(expected);
});

test('a reference to a step that never ran fails the step and stays in its inputs', async () => {
  const use = callStep('Use', { Text: 'as {{ Skipped.Out }} is' }, 'onFailure: Continue');
  const steps = call('First', 'nextStep: Use') + giveStep('Skipped', 'x') + use;
  const more = 'outputs: [Skipped.Out, Late.Out]';
  const result = await runSteps(failing(), steps + giveStep('Late', 'late'), more);
  expect(result.steps[1]).toMatchObject({
    ...{ status: 'Failed', failureMessage: 'There is no value for {{ Skipped.Out }}' },
    inputs: { Text: 'as {{ Skipped.Out }} is' },
  });
  expect(result.outputs).toEqual({ 'Skipped.Out': [NO_OUTPUT], 'Late.Out': ['late'] });
});

test.each([
  ['Two', two + call('Fails'), 'Two Success'],
  ['Fails', two + call('Fails') + three, 'Two Success, Fails Failed'],
  ['Fails', call('Fails', 'onFailure: Continue') + two, 'Fails Failed'],
  [
    'In',
    give + loop(call('In'), 'onFailure: Continue\n    maxAttempts: 2') + two,
    'Give Success, Loop Cancelled, In Success',
  ],
])('an execution that is stopped after %s is cancelled', async (stopAfter, steps, ran) => {
  const fixture = failing('Fails');
  fixture.automation.stopAfter = stopAfter;
  const result = await runSteps(fixture, steps);
  expect(result).toMatchObject({ status: 'Cancelled', ran });
  expect(result.failureMessage).toBeUndefined();
});
