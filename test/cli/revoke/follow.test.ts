import { describe, expect, it } from 'vitest';
import {
  followExecution,
  type ObservedExecution,
  type ObservedStep,
} from '../../../cli/execution/follow.ts';

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
    const { told, slept } = await follow(
      running(wait('"2026-11-21T08:00:00Z"')),
      running(wait('"2026-11-21T08:00:00Z"')),
      ended('Success', step('WaitForReport', 'Success')),
    );
    expect(told).toEqual([
      'WaitForReport waits until 2026-11-21T08:00:00Z',
      'WaitForReport Success',
    ]);
    // The step takes up to hours.
    expect(slept).toEqual([30_000, 30_000]);
  });

  it('looks every two seconds again once the long wait is over, and before it begins', async () => {
    const { slept } = await follow(
      running(step('Foresee', 'InProgress'), step('WaitForReport', 'Pending')),
      running(step('Foresee', 'Success'), step('WaitForReport', 'InProgress')),
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

  it('tells why a step failed', async () => {
    const failed: ObservedStep = { ...step('Act', 'Failed'), FailureMessage: 'denied' };
    expect((await follow(ended('Failed', failed))).told).toEqual(['Act Failed: denied']);
  });

  it('has patience with an execution that AWS does not show yet, but not for ever', async () => {
    expect((await follow(null, null, ended('Success'))).result.status).toBe('Success');
    await expect(follow(null)).rejects.toThrow('AWS knows no execution id');
  });
});
