import { describe, expect, it } from 'vitest';
import { renderOutcome } from '../../../cli/execution/outcome.ts';
import type { ExecutionResult } from '../../../cli/execution/run.ts';
import {
  remarkOf,
  restoreExitCode,
  restoreLines,
  toRestoreOutcome,
} from '../../../cli/restore/outcome.ts';
import { retireLines, toRetireOutcome } from '../../../cli/retire/retire.ts';
import { revokeExitCode, revokeLines, toRevokeOutcome } from '../../../cli/revoke/revoke.ts';
import { styleFor } from '../../../cli/terminal/style.ts';
import { revocationOutcomes } from '../../../rule/core/revocation-plan.ts';
import { encodeRestoredData } from '../../../rule/formats/restored-data.ts';

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
const table = (of: ExecutionResult, width: number | null = null) => {
  const outcome = toRevokeOutcome(of);
  return renderOutcome(outcome, revokeLines(outcome), { style, width });
};

describe('an outcome', () => {
  it('leaves out outputs of steps that did not run', () => {
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
      ...{
        revoked: [],
        toRevoke: [],
        consequences: null,
        notRevoked: [],
        ...{ secretArn: null, warning: null },
        recordName: null,
      },
    });
  });

  it.each([
    ['a list', ['access key AKIA1', 'password'], ['access key AKIA1', 'password']],
    ['a list as JSON', ['["access key AKIA1","password"]'], ['access key AKIA1', 'password']],
    ['one text', ['access key AKIA1'], ['access key AKIA1']],
    ['one text as JSON', ['["password"]'], ['password']],
    ['an empty list', [], []],
    ['an empty list as JSON', ['[]'], []],
    ['JSON of something else', ['[1]'], ['[1]']],
    ['what only begins like JSON', ['[x'], ['[x']],
    ['two texts like JSON', ['["a"]', '["b"]'], ['["a"]', '["b"]']],
    ['nothing, as JSON', ['["", "None"]'], []],
  ])('reads lists as Automation returns them: %s', (_, output, texts) => {
    const given = result({
      ...{ 'Decision.ToRevoke': output, 'Decision.NotRevoked': output, 'Result.Revoked': output },
      ...{ 'Decision.ToRestore': output, 'Result.Restored': output },
    });
    const revoked = toRevokeOutcome(given);
    expect([revoked.toRevoke, revoked.notRevoked, revoked.revoked]).toEqual([texts, texts, texts]);
    const restored = toRestoreOutcome(given);
    expect([restored.toRestore, restored.restored]).toEqual([texts, texts]);
  });

  it('keeps a text that looks like a list as a text', () => {
    const { reason } = toRevokeOutcome(result({ 'Decision.Reason': ['["x"]'] }));
    expect(reason).toBe('["x"]');
  });

  it('spells out control characters, and puts each text on one line', () => {
    const evil = result({
      'Decision.Outcome': ['Revoke'],
      'Decision.UserName': ['al\u001B[31mice'],
      'Decision.Reason': ['one\ntwo \u202Etxt'],
    });
    expect(table(evil)).toBe(
      'al\\u{1b}[31mice (AIDAALICE): Revoke\n  reason: one two \\u{202e}txt\n  execution: id-1\n',
    );
  });

  it('shows the step, reason and plan of a failure, and the command that shows more', () => {
    const FailureMessage = 'Step Result failed: AKIA1\n can still be used';
    const steps = [{ StepName: 'Result', StepStatus: 'Failed', FailureMessage }] as const;
    const outputs = { 'Decision.Outcome': ['Revoke'], 'Decision.ToRevoke': ['access key AKIA1'] };
    expect(table(result(outputs, { status: 'Failed', failureMessage: 'It failed', steps }))).toBe(
      [
        'alice (AIDAALICE): Failed',
        '  plan: Revoke',
        '  planned: access key AKIA1',
        '  failed step: Result Failed: Step Result failed: AKIA1 can still be used',
        '  failure: It failed',
        '  execution: id-1',
        '  see: aws ssm get-automation-execution --automation-execution-id id-1\n',
      ].join('\n'),
    );
  });

  it.each([
    ['DryRun', 'would revoke', 'would remove'],
    ['Revoke', 'planned', null],
    ['Retire', null, 'planned to remove'],
    ['Gone', 'planned', 'planned to remove'],
    ['Protected', 'due', 'not removed'],
    ['Paused', 'due', 'not removed'],
  ])(
    'of %s has the labels %s and %s for credentials and permissions',
    (outcome, revokes, removes) => {
      const of = result({
        ...{ 'Decision.Outcome': [outcome], 'Decision.ToRevoke': ['password'] },
        'Decision.ToRemove': ['group devs'],
      });
      const retirement = toRetireOutcome(of);
      const retired = renderOutcome(retirement, retireLines(retirement), { style, width: null });
      if (revokes !== null) expect(table(of)).toContain(`\n  ${revokes}: password\n`);
      if (removes !== null) expect(retired).toContain(`\n  ${removes}: group devs\n`);
    },
  );

  it('wraps texts, but not the command, in a terminal', () => {
    const outputs = { 'Decision.Outcome': ['Revoke'], 'Decision.Reason': ['a '.repeat(20)] };
    const lines = table(result(outputs, { status: 'Failed' }), 30).split('\n');
    expect(lines.slice(2, 4)).toEqual([
      '  reason: a a a a a a a a a',
      `    ${'a '.repeat(11).trim()}`,
    ]);
    expect(lines.at(-2)).toBe(
      '  see: aws ssm get-automation-execution --automation-execution-id id-1',
    );
  });
});

it.each([
  ['this restoration issued the password', 'Issued', ['password'], 1],
  ['somebody else did', 'Issued', ['AKIA1'], 0],
  ['this restoration issued it, and nobody verified it', 'Issued', null, 1],
  ['somebody else did, and nobody verified it', 'Present', null, 0],
  ['an earlier version of the document does not say who did', null, null, 1],
])('restore names the secret of a new password, if %s', (_, issued, restored, lines) => {
  const data = { userId: user.userId, restored: restored ?? [] };
  const outcome = toRestoreOutcome(
    result({
      ...{ 'Decision.Outcome': ['Restore'], 'Password.SecretArn': ['arn:secret'] },
      ...(issued === null ? {} : { 'Password.Outcome': [issued] }),
      'Result.RestoredData': [restored === null ? noOutput : encodeRestoredData(data)],
    }),
  );
  const text = renderOutcome(outcome, restoreLines(outcome), { style, width: null });
  expect(text.match(/^ {2}new password in secret: arn:secret$/gmu) ?? []).toHaveLength(lines);
});

it.each([
  ['the place, if lines name each reason', ['password: deleted'], 'nothing in us-east-1'],
  ['why, if nothing is listed', [], 'nothing in us-east-1: no record'],
])('restore, if it restores nothing, says %s', (_, notRestored, said) => {
  const outputs = {
    ...{ 'Decision.Outcome': ['NothingRestorable'], 'Decision.NotRestored': notRestored },
    'Decision.Reason': ['nothing in us-east-1: no record'],
  };
  const remark = { 'Decision.Remark': ['nothing in us-east-1'] };
  expect(remarkOf(toRestoreOutcome(result({ ...outputs, ...remark })))).toBe(said);
  // An earlier version of the document.
  const none = { 'Decision.Remark': ['None'] };
  expect(remarkOf(toRestoreOutcome(result({ ...outputs, ...none })))).toBe(
    'nothing in us-east-1: no record',
  );
});

describe('the exit code', () => {
  it.each(revocationOutcomes)(
    'of revoke shows whether something due was not revoked: %s',
    (outcome) => {
      const held = ['Paused', 'NotYet', 'KeepsComingBack', 'LimitReached', 'DryRun', 'Wait'];
      const remains = held.includes(outcome);
      expect(revokeExitCode([toRevokeOutcome(planned(outcome))])).toBe(remains ? 1 : 0);
    },
  );

  it.each([
    ['everything is restored', 'Restore', 'Restored', ['access key AKIA1'], 0],
    ['another restoration did it', 'Restore', 'Restored', [], 0],
    ['something stays off', 'Restore', 'Partial', ['access key AKIA1'], 1],
    ['nothing is listed', 'Restore', null, [], 1],
    ['nothing can be restored', 'NothingRestorable', null, [], 1],
    ['the user is gone', 'Gone', null, [], 1],
    ['the verification has an unknown outcome', 'Restore', 'Perhaps', ['access key AKIA1'], 2],
    ['the plan has an unknown outcome', 'Perhaps', null, [], 2],
  ])('of restore, if %s: %s, %s', (_, decision, verified, restored, code) => {
    const outputs = {
      ...{ 'Decision.Outcome': [decision], 'Result.Restored': restored },
      ...(verified === null ? {} : { 'Result.Outcome': [verified] }),
    };
    expect(restoreExitCode([toRestoreOutcome(result(outputs))])).toBe(code);
  });

  it('of revoke is 2 for an unknown outcome', () => {
    expect(revokeExitCode([toRevokeOutcome(planned('Perhaps'))])).toBe(2);
  });

  it('is 2 if any execution failed, had no outcome or was not followed', () => {
    const paused = planned('Paused');
    const lost = { user, executionId: null, ended: null, failure: 'denied' };
    for (const bad of [planned('Revoke', 'Failed'), result({}), lost]) {
      expect(revokeExitCode([paused, bad].map(toRevokeOutcome))).toBe(2);
      expect(restoreExitCode([paused, bad].map(toRestoreOutcome))).toBe(2);
    }
  });
});
