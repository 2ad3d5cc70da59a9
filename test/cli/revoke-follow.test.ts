import { describe, expect, it } from 'vitest';
import {
  followExecution,
  type ObservedExecution,
  type ObservedStep,
} from '../../rule/cli/follow-execution.ts';
import { type Automation, runExecutions } from '../../rule/cli/run-executions.ts';
import { ExpectedError } from '../../rule/core/errors.ts';

/** What one look at an execution sees; null for nothing. */
type Look = { execution: ObservedExecution; steps?: readonly ObservedStep[] } | null;

const running = (...steps: readonly ObservedStep[]): Look => ({
  execution: { AutomationExecutionStatus: 'InProgress' },
  steps,
});
const ended = (status: string, ...steps: readonly ObservedStep[]): Look => ({
  execution: { AutomationExecutionStatus: status as 'Success', Outputs: { 'A.B': ['c'] } },
  steps,
});
const step = (StepName: string, StepStatus: ObservedStep['StepStatus']): ObservedStep => ({
  StepName,
  StepStatus,
});

/** Follows an execution that shows these looks one after the other; the last stays. */
async function follow(...looks: readonly [Look, ...Look[]]) {
  const [told, reported, slept]: [string[], string[], number[]] = [[], [], []];
  const last = looks.length - 1;
  const look = () => looks[Math.min(slept.length, last)] ?? null;
  const reader = {
    read: async () => look()?.execution ?? null,
    listSteps: async () => look()?.steps ?? [],
  };
  const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const listener = {
    tell: (what: string) => void told.push(what),
    report: (what: string) => void reported.push(what),
  };
  const result = await followExecution('id', reader, clock, listener);
  return { result, told, reported, slept };
}

describe('following an execution', () => {
  it('tells of each step once, when it has ended, and looks every two seconds', async () => {
    const { told, reported, slept, result } = await follow(
      running(step('Plan', 'InProgress')),
      running(step('Plan', 'Success'), step('Act', 'Pending')),
      running(step('Plan', 'Success'), step('Act', 'InProgress')),
      ended('Success', step('Plan', 'Success'), step('Act', 'Success'), step('End', 'Success')),
    );
    expect(told).toEqual(['Plan Success', 'Act Success', 'End Success']);
    expect(reported).toEqual(['Plan', 'Act']);
    expect(slept).toEqual([2_000, 2_000, 2_000]);
    expect(result).toMatchObject({ status: 'Success', outputs: { 'A.B': ['c'] } });
  });

  it('tells of steps of one name in a loop each', async () => {
    const { told } = await follow(
      ended('Success', step('Mark', 'Success'), step('Mark', 'Success')),
    );
    expect(told).toEqual(['Mark Success', 'Mark Success']);
  });

  it('tells once until when a step waits', async () => {
    const wait = (Timestamp: string): ObservedStep => ({
      ...step('WaitForReport', 'InProgress'),
      ...{ Action: 'aws:sleep', Inputs: { Timestamp } },
    });
    const { told } = await follow(
      running(wait('"2026-11-21T08:00:00Z"')),
      running(wait('"2026-11-21T08:00:00Z"')),
      ended('Success', step('WaitForReport', 'Success')),
    );
    expect(told).toEqual([
      'WaitForReport waits until 2026-11-21T08:00:00Z',
      'WaitForReport Success',
    ]);
  });

  it.each(['Success', 'Failed', 'Cancelled', 'TimedOut', 'CompletedWithFailure', 'Brandnew'])(
    'ends with the status %s',
    async (status) => {
      expect((await follow(running(), ended(status))).result.status).toBe(status);
    },
  );

  it('tells why a step failed', async () => {
    const failed: ObservedStep = { ...step('Act', 'Failed'), FailureMessage: 'denied' };
    expect((await follow(ended('Failed', failed))).told).toEqual(['Act Failed: denied']);
  });

  it('has patience with an execution that AWS does not show yet, but not for ever', async () => {
    expect((await follow(null, null, ended('Success'))).result.status).toBe('Success');
    await expect(follow(null)).rejects.toThrow('AWS knows no execution id');
  });
});

describe('running executions', () => {
  const user = (userName: string) => ({
    ...{ userName, userId: `AIDA${userName}`, arn: `arn:${userName}`, path: '/' },
    ...{ createDate: 0, tags: [] },
  });
  const users = ['alice', 'bob\u001B[2J', 'carol'].map(user);

  async function run(automation: Partial<Automation>) {
    const [told, started]: [string[], unknown[]] = [[], []];
    const all: Automation = {
      start: async (parameters) => `execution-${started.push(parameters)}`,
      read: async () => ended('Success')?.execution ?? null,
      listSteps: async () => [step('Plan', 'Success')],
      ...automation,
    };
    const clock = { now: () => 0, sleep: async () => undefined };
    const tell = (line: string) => void told.push(line);
    const parametersOf = ({ userId }: { userId: string }) => ({ IAMResourceId: userId });
    const results = await runExecutions(users, parametersOf, all, { clock, tell });
    return { results, told, started };
  }

  it('starts one after the other, and says how to leave it', async () => {
    const { results, told, started } = await run({});
    expect(started).toEqual(users.map(({ userId }) => ({ IAMResourceId: userId })));
    expect(told.slice(0, 4)).toEqual([
      'alice: started execution execution-1; Ctrl-C leaves it running',
      'alice: Plan Success',
      'bob\\u{1b}[2J: started execution execution-2; Ctrl-C leaves it running',
      'bob\\u{1b}[2J: Plan Success',
    ]);
    expect(results.map(({ executionId }) => executionId)).toEqual(
      [1, 2, 3].map((number) => `execution-${number}`),
    );
  });

  it('starts nobody else once AWS has failed', async () => {
    const { results, told } = await run({
      listSteps: () => Promise.reject(new ExpectedError('AwsError', 'ssm:X failed')),
    });
    expect(results.map(({ executionId, failure }) => [executionId, failure])).toEqual([
      ['execution-1', 'ssm:X failed'],
      [null, 'not tried, since that of alice failed'],
      [null, 'not tried, since that of alice failed'],
    ]);
    expect(told).toContain('alice: ssm:X failed');
  });

  it('goes on after an execution that failed', async () => {
    const { results } = await run({ read: async () => ended('Failed')?.execution ?? null });
    expect(results.map((result) => result.ended?.status)).toEqual(['Failed', 'Failed', 'Failed']);
  });
});
