import { describe, expect, it } from 'vitest';
import { confirm, requireAsk } from '../../rule/cli/confirm.ts';
import { renderOutcomes } from '../../rule/cli/outcome-table.ts';
import { restoreExitCode, toRestoreOutcome } from '../../rule/cli/restore-outcome.ts';
import { revokeExitCode, revokeLines, toRevokeOutcome } from '../../rule/cli/revoke-outcome.ts';
import type { ExecutionResult } from '../../rule/cli/run-executions.ts';
import { styleFor } from '../../rule/cli/terminal.ts';
import { revocationOutcomes } from '../../rule/core/revocation-plan.ts';

const noOutput = 'No output available yet because the step is not successfully executed';
const user = {
  ...{ userName: 'alice', userId: 'AIDAALICE', arn: 'arn:aws:iam::123456789012:user/alice' },
  ...{ path: '/', createDate: 0, tags: [] },
};

function result(
  outputs: Record<string, string[]>,
  rest: Partial<NonNullable<ExecutionResult['ended']>> = {},
): ExecutionResult {
  const ended = { status: 'Success', outputs, failureMessage: null, steps: [], ...rest };
  return { user, executionId: 'id-1', ended, failure: null };
}
const planned = (outcome: string, status = 'Success') =>
  result({ 'Decision.Outcome': [outcome] }, { status });
const style = styleFor({ isTTY: false });
const table = (...results: readonly ExecutionResult[]) =>
  renderOutcomes(results.map(toRevokeOutcome), revokeLines, style);

describe('an outcome', () => {
  it('leaves out what no step gave', () => {
    const outcome = toRevokeOutcome(
      result({
        ...{ 'Decision.Outcome': ['NothingDue'], 'Decision.Reason': ['nothing is unused'] },
        ...{ 'Decision.UserName': ['None'], 'Decision.RecordName': ['None'] },
        ...{ 'Decision.ToRevoke': [], 'Result.Revoked': [noOutput] },
      }),
    );
    expect(outcome).toEqual({
      ...{ userName: 'alice', userId: 'AIDAALICE', executionId: 'id-1', status: 'Success' },
      ...{ outcome: 'NothingDue', reason: 'nothing is unused', failure: null, failedSteps: [] },
      ...{ revoked: [], toRevoke: [], notRevoked: [], recordName: null },
    });
  });

  it('shows a name and texts of AWS plainly, each on its line', () => {
    const evil = result({
      'Decision.Outcome': ['Revoke'],
      'Decision.UserName': ['al\u001B[31mice'],
      'Decision.Reason': ['one\ntwo \u202Etxt'],
    });
    expect(table(evil)).toBe(
      'al\\u{1b}[31mice (AIDAALICE): Revoke\n  reason: one two \\u{202e}txt\n  execution: id-1\n',
    );
  });

  it('says of a failure which step it was, why, what was planned and where to look', () => {
    const FailureMessage = 'Step Result failed: AKIA1\n can still be used';
    const steps = [{ StepName: 'Result', StepStatus: 'Failed', FailureMessage }] as const;
    const outputs = { 'Decision.Outcome': ['Revoke'], 'Decision.ToRevoke': ['access key AKIA1'] };
    expect(table(result(outputs, { status: 'Failed', failureMessage: 'It failed', steps }))).toBe(
      [
        'alice (AIDAALICE): Failed',
        '  plan: Revoke',
        '  was to be revoked: access key AKIA1',
        '  failed step: Result Failed: Step Result failed: AKIA1 can still be used',
        '  failure: It failed',
        '  execution: id-1',
        '  see: aws ssm get-automation-execution --automation-execution-id id-1\n',
      ].join('\n'),
    );
  });

  it('tells executions that were not started from those that were not followed', () => {
    const lost = { user, ended: null, failure: 'ssm:X failed' };
    const shown = table({ ...lost, executionId: null }, { ...lost, executionId: 'id-2' });
    expect(shown).toMatch(/^alice \(AIDAALICE\): NotStarted\n {2}failure: ssm:X failed\n\n/u);
    expect(shown).toMatch(/: NotFollowed\n {2}failure: ssm:X failed\n {2}execution: id-2\n/u);
  });
});

describe('the exit code', () => {
  it.each(revocationOutcomes)('of revoke says whether something due remains: %s', (outcome) => {
    const remains = ['Paused', 'NotYet', 'LimitReached', 'DryRun', 'Wait'].includes(outcome);
    expect(revokeExitCode([toRevokeOutcome(planned(outcome))])).toBe(remains ? 1 : 0);
  });

  it.each([
    ['Restore', 0],
    ['Gone', 0],
    ['NothingRestorable', 1],
  ])('of restore for %s is %i', (outcome, code) => {
    expect(restoreExitCode([toRestoreOutcome(planned(outcome))])).toBe(code);
  });

  it('is 2 where any execution failed, told nothing or was lost', () => {
    const paused = planned('Paused');
    const lost = { user, executionId: null, ended: null, failure: 'denied' };
    for (const bad of [planned('Revoke', 'Failed'), result({}), lost]) {
      expect(revokeExitCode([paused, bad].map(toRevokeOutcome))).toBe(2);
      expect(restoreExitCode([paused, bad].map(toRestoreOutcome))).toBe(2);
    }
  });
});

describe('the confirmation', () => {
  const change = {
    ...{ what: 'Revoke the unused credentials', users: [user, { ...user, userName: 'b\u0007b' }] },
    ...{ accountId: '123456789012', region: 'us-east-1', parameters: { PasswordAction: 'Keep' } },
  };

  it.each([
    ['y', true],
    ['Y', true],
    [' yes ', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ])('takes the answer %j for %s', async (answer, confirmed) => {
    expect(
      await confirm(
        change,
        async () => answer,
        () => undefined,
      ),
    ).toBe(confirmed);
  });

  it('shows whom it concerns, with what, and where', async () => {
    const lines: string[] = [];
    const ask = async (question: string) => {
      lines.push(question);
      return '';
    };
    await confirm(change, ask, (line) => lines.push(line));
    expect(lines).toEqual([
      '  alice (AIDAALICE) arn:aws:iam::123456789012:user/alice',
      '  b\\u{7}b (AIDAALICE) arn:aws:iam::123456789012:user/alice',
      '  with PasswordAction=Keep',
      'Revoke the unused credentials of 2 users in account 123456789012 (us-east-1)? [y/N] ',
    ]);
  });

  it('is refused where nobody can answer', () => {
    expect(() => requireAsk({}, 'revoke')).toThrow(/standard input is no terminal.*add --yes/u);
  });
});
