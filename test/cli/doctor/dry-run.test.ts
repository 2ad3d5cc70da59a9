import { describe, expect, it } from 'vitest';
import { dryRunPatience, judgeDryRun, runDry } from '../../../cli/doctor/checks/dry-run.ts';
import type { ObservedStep } from '../../../cli/execution/follow.ts';
import type { Automation } from '../../../cli/execution/run.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { revocationOutcomes } from '../../../rule/core/revocation-plan.ts';

const user = {
  ...{ userName: 'alice', userId: 'AIDAALICE', arn: 'arn:aws:iam::123456789012:user/alice' },
  ...{ path: '/', createDate: 0, tags: [] },
};

/** Starts a dry run of what an automation does; time passes only in its sleeps. */
async function start(automation: Partial<Automation>) {
  let now = 0;
  const started: Record<string, string>[] = [];
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const all: Automation = {
    start: async (parameters) => {
      started.push({ ...parameters });
      return 'execution-1';
    },
    read: async () => ({ AutomationExecutionStatus: 'InProgress' }),
    listSteps: async () => [],
    ...automation,
  };
  const dryRun = await runDry(user, 'mine', all, 'eu-west-1', clock, () => undefined);
  return { ...judgeDryRun(dryRun), started, now };
}

const ending = (status: 'Success' | 'Failed' | 'Cancelled', outcome?: string) => ({
  read: async () => ({
    AutomationExecutionStatus: status,
    Outputs: outcome === undefined ? {} : { 'Decision.Outcome': [outcome] },
    FailureMessage: status === 'Success' ? undefined : 'it failed',
  }),
});

const step: ObservedStep = {
  ...{ StepName: 'WaitForReport', StepStatus: 'InProgress', Action: 'aws:sleep' },
  Inputs: { Timestamp: '"2026-11-21T10:31:00Z"' },
};

describe('a dry run', () => {
  it('asks the document for nothing but a plan, under the role of the Region', async () => {
    const { started } = await start(ending('Success', 'NothingDue'));
    expect(started).toEqual([
      {
        ...{ IAMResourceId: 'AIDAALICE', ConfigRuleName: 'mine', DryRun: 'true' },
        AutomationAssumeRole:
          'arn:aws:iam::123456789012:role/UnusedIamCredentials-Revoke-eu-west-1',
      },
    ]);
  });

  it.each(revocationOutcomes.filter((outcome) => outcome !== 'Revoke'))(
    'that comes to %s is well',
    async (outcome) => {
      const { state, finding } = await start(ending('Success', outcome));
      expect([state, finding]).toEqual(['ok', `for alice (AIDAALICE): ${outcome}`]);
    },
  );

  it('that revoked is wrong, and says how to restore', async () => {
    const { state, finding, remedy } = await start(ending('Success', 'Revoke'));
    expect([state, finding]).toEqual(['wrong', expect.stringContaining('it was no dry run')]);
    expect(remedy).toMatch(/^unused-iam-credentials restore AIDAALICE; /u);
  });

  it.each([
    ['an unknown outcome', ending('Success', 'Perhaps'), /Perhaps: an outcome that this version/u],
    ['no outcome', ending('Success'), /^for alice \(AIDAALICE\): Success$/u],
    ['a failure', ending('Failed'), /^for alice \(AIDAALICE\): Failed: it failed$/u],
    ['a cancellation', ending('Cancelled'), /^for alice \(AIDAALICE\): Cancelled: it failed$/u],
  ])('that ends with %s is wrong', async (_, automation, message) => {
    const { state, finding } = await start(automation);
    expect([state, finding]).toEqual(['wrong', expect.stringMatching(message)]);
  });

  it('is not followed for hours, also where it sleeps', async () => {
    const { state, finding, remedy, now } = await start({ listSteps: async () => [step] });
    expect([state, finding]).toEqual([
      'unchecked',
      'not ended after 90 seconds (WaitForReport waits until 2026-11-21T10:31:00Z)',
    ]);
    expect(remedy).toContain('--automation-execution-id execution-1');
    expect(now).toBeLessThanOrEqual(dryRunPatience);
  });

  it.each([
    ['AutomationDefinitionNotFoundException', 'there is none'],
    ['InvalidAutomationExecutionParametersException', 'role cannot be assumed'],
  ])('that AWS does not start is wrong: %s', async (name, message) => {
    const cause = Object.assign(new Error(message), { name });
    const error = new ExpectedError('AwsError', message, { cause });
    const { state, finding } = await start({ start: () => Promise.reject(error) });
    expect([state, finding]).toEqual(['wrong', expect.stringContaining(message)]);
  });
});
