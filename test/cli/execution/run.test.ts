import { describe, expect, it } from 'vitest';
import {
  type Automation,
  type ExecutionResult,
  runExecutions,
} from '../../../cli/execution/run.ts';
import { createRunLog } from '../../../cli/execution/run-log.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';

const ended = { AutomationExecutionStatus: 'Success' } as const;

describe('running executions', () => {
  const user = (userName: string) => ({
    ...{ userName, userId: `AIDA${userName}`, arn: `arn:${userName}`, path: '/' },
    ...{ createDate: 0, tags: [] },
  });
  const users = ['alice', 'bob\u001B[2J', 'carol'].map(user);

  async function run(
    automation: Partial<Automation>,
    finished: (result: ExecutionResult) => Promise<void> = async () => undefined,
    told: string[] = [],
    verbose = true,
  ) {
    const [started, results]: [unknown[], ExecutionResult[]] = [[], []];
    const all: Automation = {
      start: async (parameters) => `execution-${started.push(parameters)}`,
      read: async () => ended,
      listSteps: async () => [{ StepName: 'Plan', StepStatus: 'Success' }],
      ...automation,
    };
    const clock = { now: () => 0, sleep: async () => undefined };
    const tell = (line: string) => void told.push(line);
    const parametersOf = ({ userId }: { userId: string }) => ({ IAMResourceId: userId });
    const keep = (result: ExecutionResult) => {
      results.push(result);
      return finished(result);
    };
    const log = createRunLog('Document');
    await runExecutions(users, parametersOf, all, keep, { verbose, log }, { clock, tell });
    return { results, told, started, log };
  }

  it('starts one after the other, and names its ID before it polls, so that Ctrl-C does not lose it', async () => {
    const told: string[] = [];
    const read = async (id: string) => {
      expect(told.at(-1)).toContain(`started execution ${id};`);
      return ended;
    };
    const { results, started } = await run({ read }, undefined, told);
    expect(started).toEqual(users.map(({ userId }) => ({ IAMResourceId: userId })));
    expect(told.slice(0, 4)).toEqual([
      'alice: started execution execution-1; Ctrl-C does not stop it',
      'alice: Plan Success',
      'bob\\u{1b}[2J: started execution execution-2; Ctrl-C does not stop it',
      'bob\\u{1b}[2J: Plan Success',
    ]);
    expect(results.map(({ executionId }) => executionId)).toEqual(
      [1, 2, 3].map((number) => `execution-${number}`),
    );
  });

  it('starts no more after an error from AWS', async () => {
    const { results, told } = await run({
      listSteps: () => Promise.reject(new ExpectedError('AwsError', 'ssm:X failed')),
    });
    expect(results.map(({ executionId, failure }) => [executionId, failure])).toEqual([
      ['execution-1', 'ssm:X failed'],
      [null, 'not tried, because the execution for alice could not be followed'],
      [null, 'not tried, because the execution for alice could not be followed'],
    ]);
    expect(told).toContain('alice: ssm:X failed');
  });

  it('shows succeeded steps only with --verbose, and failed steps always', async () => {
    const steps = [
      { StepName: 'Plan', StepStatus: 'Success' },
      { StepName: 'Act', StepStatus: 'Failed', FailureMessage: 'denied' },
    ] as const;
    const listSteps = async () => [...steps];
    const { told } = await run({ listSteps }, undefined, undefined, false);
    expect(told.slice(0, 2)).toEqual([
      'alice: started execution execution-1; Ctrl-C does not stop it',
      'alice: Act Failed: denied',
    ]);
  });

  it('passes on each result before it starts the next', async () => {
    const events: string[] = [];
    await run(
      { start: async () => `execution-${events.push('start')}` },
      async ({ user: whose }) => {
        await Promise.resolve();
        events.push(whose.userId);
      },
    );
    const expected = users.flatMap(({ userId }) => ['start', userId]);
    expect(events).toEqual(expected);
  });

  it('starts no more if a result cannot be passed on', async () => {
    let count = 0;
    const start = async () => `execution-${++count}`;
    const full = () => Promise.reject(new ExpectedError('UsageError', 'the disk is full'));
    await expect(run({ start }, full)).rejects.toThrow('the disk is full');
    expect(count).toBe(1);
  });
});
