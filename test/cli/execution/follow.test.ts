import { describe, expect, it } from 'vitest';
import {
  followExecution,
  type ObservedExecution,
  type ObservedStep,
} from '../../../cli/execution/follow.ts';

/** What one poll returns; null for no execution. */
type Poll = { execution: ObservedExecution; steps?: readonly ObservedStep[] } | null;

const running = (...steps: readonly ObservedStep[]): Poll => ({
  execution: { AutomationExecutionStatus: 'InProgress' },
  steps,
});
const ended = (status: string, ...steps: readonly ObservedStep[]): Poll => ({
  execution: { AutomationExecutionStatus: status as 'Success', Outputs: { 'A.B': ['c'] } },
  steps,
});
const step = (StepName: string, StepStatus: ObservedStep['StepStatus']): ObservedStep => ({
  StepName,
  StepStatus,
});

/** Follows an execution with these answers to one poll after the other; the last one stays. */
async function follow(...polls: readonly [Poll, ...Poll[]]) {
  const [told, reported, slept]: [string[], string[], number[]] = [[], [], []];
  const succeeded: string[] = [];
  const last = polls.length - 1;
  const poll = () => polls[Math.min(slept.length, last)] ?? null;
  const reader = {
    read: async () => poll()?.execution ?? null,
    listSteps: async () => poll()?.steps ?? [],
  };
  const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const listener = {
    tell: (what: string) => void told.push(what),
    step: (what: string) => void succeeded.push(what),
    report: (what: string) => void reported.push(what),
  };
  const result = await followExecution('id', reader, clock, listener);
  return { result, told, succeeded, reported, slept };
}

describe('following an execution', () => {
  it('notifies of each step once, after it ended, and polls every two seconds', async () => {
    const { told, succeeded, reported, slept, result } = await follow(
      running(step('Plan', 'InProgress')),
      running(step('Plan', 'Success'), step('Act', 'Pending')),
      running(step('Plan', 'Success'), step('Act', 'InProgress')),
      ended('Success', step('Plan', 'Success'), step('Act', 'Success'), step('End', 'Success')),
    );
    expect(succeeded).toEqual(['Plan Success', 'Act Success', 'End Success']);
    expect(told).toEqual([]);
    expect(reported).toEqual(['Plan', 'Act']);
    expect(slept).toEqual([2_000, 2_000, 2_000]);
    expect(result).toMatchObject({ status: 'Success', outputs: { 'A.B': ['c'] } });
  });

  it('notifies of each step in a loop', async () => {
    const { succeeded } = await follow(
      ended('Success', step('Mark', 'Success'), step('Mark', 'Success')),
    );
    expect(succeeded).toEqual(['Mark Success', 'Mark Success']);
  });

  it('notifies once of a wait and its end', async () => {
    const preview = {
      ...step('Preview', 'Success'),
      Outputs: { WaitUntil: ['2026-11-21T08:00:00Z'] },
    };
    const wait = step('WaitForReport', 'InProgress');
    const { told, succeeded, slept } = await follow(
      running(preview, wait),
      running(preview, wait),
      ended('Success', preview, step('WaitForReport', 'Success')),
    );
    expect(told).toEqual(['WaitForReport waits until 2026-11-21T08:00:00Z']);
    expect(succeeded).toEqual(['Preview Success', 'WaitForReport Success']);
    // The step takes up to hours.
    expect(slept).toEqual([30_000, 30_000]);
  });

  it('polls every two seconds before and after a long wait', async () => {
    const { slept } = await follow(
      running(step('Preview', 'InProgress'), step('WaitForReport', 'Pending')),
      running(step('Preview', 'Success'), step('WaitForReport', 'InProgress')),
      running(step('WaitForReport', 'Success'), step('Plan', 'InProgress')),
      ended('Success'),
    );
    expect(slept).toEqual([2_000, 30_000, 2_000]);
  });

  it.each(['Success', 'Failed', 'Cancelled', 'TimedOut', 'CompletedWithFailure', 'Brandnew'])(
    'ends with the status %s',
    async (status) => {
      expect((await follow(running(), ended(status))).result.status).toBe(status);
    },
  );

  it('notifies why a step failed', async () => {
    const failed: ObservedStep = { ...step('Act', 'Failed'), FailureMessage: 'denied' };
    expect((await follow(ended('Failed', failed))).told).toEqual(['Act Failed: denied']);
  });

  it('waits for an execution that AWS does not show yet, but not forever', async () => {
    expect((await follow(null, null, ended('Success'))).result.status).toBe('Success');
    await expect(follow(null)).rejects.toThrow(
      'does not show execution id 28 seconds after its start; it may still be running',
    );
  });
});
