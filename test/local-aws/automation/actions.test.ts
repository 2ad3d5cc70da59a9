import { expect, test } from 'vitest';
import { createAutomation, type Readings } from '../../../local-aws/account.ts';
import { awsError } from '../../../local-aws/protocol.ts';
import { callStep, createFixture, giveStep, makeDocument, ROLE, run, START } from './fixture.ts';

const { readings: usual } = createAutomation();

function invokeStep(more = ''): string {
  return `
  - name: Plan
    action: aws:invokeLambdaFunction
    inputs:
      FunctionName: plan
      InputPayload: { mode: plan, user: '{{ Name }}', id: '{{ automation:EXECUTION_ID }}' }
  ${more}`;
}

function withFunction(invoke: () => Promise<unknown>, readings: Partial<Readings>) {
  const invoked: unknown[] = [];
  const fixture = createFixture({
    readings: { ...usual, ...readings },
    invoke: (name, payload) => {
      invoked.push([name, payload]);
      return invoke();
    },
  });
  return { ...fixture, invoked };
}

const use = callStep('Use', { Given: '{{ Plan.Payload }}', Text: 'is {{ Plan.Payload }}' });

test.each([
  ['map', { outcome: 'revoke' }],
  ['text', '{"outcome":"revoke"}'],
] as const)('a Payload as a %s keeps that type as a whole value', async (payload, given) => {
  const fixture = withFunction(async () => ({ outcome: 'revoke' }), { payload });
  const { id, steps } = await run(fixture, makeDocument(invokeStep(use)));
  expect(fixture.invoked).toEqual([['plan', { mode: 'plan', user: 'anna', id }]]);
  const Text = 'is {"outcome":"revoke"}';
  expect(fixture.requests[0]?.input).toEqual({ Given: given, Text });
  expect(steps[0]?.outputs).toEqual({ StatusCode: ['200'], Payload: ['{"outcome":"revoke"}'] });
  expect(steps[0]?.inputs).toEqual({
    FunctionName: 'plan',
    InputPayload: `{"mode":"plan","user":"anna","id":"${id}"}`,
  });
});

test('a function error fails the step, in one reading', async () => {
  const fixture = withFunction(() => Promise.reject(new TypeError('broken')), {});
  const { steps } = await run(fixture, makeDocument(invokeStep(use)));
  expect(steps).toMatchObject([{ name: 'Plan', status: 'Failed', failureMessage: 'broken' }]);
});

test.each([
  ['map', { errorType: 'TypeError', errorMessage: 'broken' }],
  ['text', '{"errorType":"TypeError","errorMessage":"broken"}'],
] as const)('a function error is a Payload (%s), in the other', async (payload, given) => {
  const readings = { payload, functionErrorFailsStep: false };
  const fixture = withFunction(() => Promise.reject(new TypeError('broken')), readings);
  const more = use + callStep('After', { Error: '{{ Plan.FunctionError }}' });
  expect((await run(fixture, makeDocument(invokeStep(more)))).status).toBe('Success');
  expect(fixture.requests[0]?.input).toMatchObject({ Given: given });
  expect(fixture.requests[1]?.input).toEqual({ Error: 'Unhandled' });
});

test('if no function ran, the step fails in every reading; without an error, there is no FunctionError', async () => {
  const readings = { ...usual, functionErrorFailsStep: false };
  const execution = await run(createFixture({ readings }), makeDocument(invokeStep()));
  expect(execution.failureMessage).toBe('Step Plan failed: Function not found: plan');
  const fixture = withFunction(async () => undefined, {});
  const more = callStep('After', { Error: '{{ Plan.FunctionError }}' });
  const { steps } = await run(fixture, makeDocument(invokeStep(more)));
  expect(steps.map(({ status }) => status)).toEqual(['Success', 'Failed']);
});

test.each([
  ['String', 'x', ['x']],
  ['StringList', ['x', 'y'], ['x', 'y']],
  ['StringList', [], []],
  ['Boolean', false, ['false']],
  ['Integer', 7, ['7']],
  ['StringMap', { a: 1 }, ['{"a":1}']],
])('an output of type %s keeps its type: %j', async (type, value, kept) => {
  const fixture = createFixture();
  const steps = giveStep('Give', value, type) + callStep('Use', { Value: '{{ Give.Out }}' });
  const execution = await run(fixture, makeDocument(steps, 'outputs: [Give.Out]'));
  expect(fixture.requests[0]?.input).toEqual({ Value: value });
  expect(execution.outputs).toEqual({ 'Give.Out': kept });
  const OutputPayload = [JSON.stringify({ Payload: { value } })];
  expect(execution.steps[0]?.outputs).toEqual({ Out: kept, OutputPayload });
});

test.each([
  ['String', 7],
  ['String', null],
  ['StringList', ['x', 7]],
  ['Boolean', 'true'],
  ['Integer', 1.5],
  ['StringMap', ['x']],
  ['String', undefined],
])('an output of type %s that is %j fails the step', async (type, value) => {
  const { failureMessage } = await run(
    createFixture(),
    makeDocument(giveStep('Give', value, type)),
  );
  expect(failureMessage).toMatch(/Step Give failed: Output Out is not of type \w+ at \$\.Payload/);
});

test('an API is called by the role, and selectors read its answer', async () => {
  const date = new Date(START);
  const User = { UserId: 'AIDA', CreateDate: date, Path: undefined };
  const fixture = createFixture({}, () => ({ User }));
  const selectors = `
    outputs:
      - { Name: Id, Selector: $.User.UserId, Type: String }
      - { Name: Date, Selector: $.User.CreateDate, Type: String }
      - { Name: All, Selector: $, Type: StringMap }`;
  const call = callStep('GetUser', { UserName: '{{ Name }}' }, selectors);
  const { id, steps } = await run(fixture, makeDocument(call));
  const session = `assumed-role/Revoker/Automation-${id}`;
  const caller = `arn:aws:sts::123456789012:${session}`;
  const input = { UserName: 'anna' };
  expect(fixture.requests).toEqual([{ service: 'iam', operation: 'GetUser', input, caller }]);
  const text = `{"User":{"UserId":"AIDA","CreateDate":"${date.toISOString()}"}}`;
  const outputs = { Id: ['AIDA'], Date: [date.toISOString()], All: [text], OutputPayload: [text] };
  expect(steps[0]?.outputs).toEqual(outputs);
  expect(ROLE).toContain('role/security/Revoker');
});

const record = { Value: '{"a":1}', Tags: [{ Key: '[x', Value: '[1]' }], Name: '{{ Name }}' };

test.each([
  ['unchanged', { ...record, Name: '{"b":2}' }],
  ['parsed', { Value: { a: 1 }, Tags: [{ Key: '[x', Value: [1] }], Name: { b: 2 } }],
] as const)('texts that look like JSON reach an API %s', async (jsonText, input) => {
  const fixture = createFixture({ readings: { ...usual, jsonText } });
  await run(fixture, makeDocument(callStep('PutParameter', record)), { Name: ['{"b":2}'] });
  expect(fixture.requests[0]?.input).toEqual(input);
});

test('the value of a parameter is not resolved again', async () => {
  const fixture = createFixture();
  const Name = ['{{ automation:EXECUTION_ID }}'];
  await run(fixture, makeDocument(callStep('Use', { Value: '{{ Name }}' })), { Name });
  expect(fixture.requests[0]?.input).toEqual({ Value: Name[0] });
});

test.each([
  ['AIDA', 'Success', undefined],
  ['AIDB', 'Failed', '$.User.UserId is AIDB, desired: ["AIDA","true"]'],
  [true, 'Success', undefined],
  [undefined, 'Failed', '$.User.UserId is undefined, desired: ["AIDA","true"]'],
])('an assertion on %s is a %s', async (UserId, status, failureMessage) => {
  const assertion = `
  - name: Same
    action: aws:assertAwsResourceProperty
    inputs:
      { Service: iam, Api: GetUser, UserName: '{{ Name }}', PropertySelector: $.User.UserId,
        DesiredValues: [AIDA, 'true'] }`;
  const fixture = createFixture({}, () => ({ User: { UserId } }));
  const { steps } = await run(fixture, makeDocument(assertion));
  expect(steps[0]).toMatchObject({ status, outputs: {} });
  expect(steps[0]?.failureMessage).toBe(failureMessage);
  expect(fixture.requests[0]?.input).toEqual({ UserName: 'anna' });
});

test('a denied or unanswered API fails the step', async () => {
  const denied = createFixture({}, () => {
    throw awsError('AccessDenied', 'not authorized', 403);
  });
  const { failureMessage } = await run(denied, makeDocument(callStep('GetUser')));
  expect(failureMessage).toContain('(AccessDenied) when calling the GetUser operation: not auth');
  const silent = createFixture({}, () => {
    throw Symbol('never answers');
  });
  expect((await run(silent, makeDocument(callStep('GetUser')))).failureMessage).toContain('never');
});

const HOUR = 3_600_000;

test.each([
  ['Duration: PT30S', [30_000]],
  ['Duration: P6DT23H', [167 * HOUR]],
  [`Timestamp: '2026-11-01T13:00:00Z'`, [HOUR]],
  [`Timestamp: '2026-11-01T13:00:00+02:00'`, []],
  [`Timestamp: '2026-11-08T11:59:59Z'`, [168 * HOUR - 1000]],
])('a sleep for %s takes virtual time', async (input, slept) => {
  const fixture = createFixture();
  const sleep = `
  - name: Wait
    action: aws:sleep
    inputs: { ${input} }`;
  const { status, end, steps } = await run(fixture, makeDocument(sleep));
  expect({ status, slept: fixture.slept }).toEqual({ status: 'Success', slept });
  const over = START + (slept[0] ?? 0);
  expect([end, steps[0]?.start, steps[0]?.end]).toEqual([over, START, over]);
});

test.each(['Duration: P7D', `Timestamp: '2026-11-08T12:00:00Z'`, 'Duration: soon', 'Timestamp: x'])(
  'a sleep for %s fails the step, as more than 7 days or no time at all',
  async (input) => {
    const sleep = `
  - name: Wait
    action: aws:sleep
    inputs: { ${input} }`;
    const { failureMessage } = await run(createFixture(), makeDocument(sleep));
    expect(failureMessage).toMatch(/Expected a time within 7 days/);
  },
);

test('an input of another type than the action takes fails the step', async () => {
  const fixture = withFunction(async () => ({}), {});
  const steps = giveStep('Give', ['x'], 'StringList');
  const document = makeDocument(steps + invokeStep().replace('plan\n', "'{{ Give.Out }}'\n"));
  expect((await run(fixture, document)).failureMessage).toMatch(/^Step Plan failed: Invalid type/);
  expect(fixture.invoked).toEqual([]);
});
