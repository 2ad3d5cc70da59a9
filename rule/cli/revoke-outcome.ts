import type { RevocationOutcome } from '../core/revocation-plan.ts';
import type { ExitCode } from './environment.ts';
import {
  type ExecutionOutcome,
  hasSucceeded,
  listOf,
  textOf,
  toOutcome,
} from './execution-outcome.ts';
import type { OutcomeLines } from './outcome-table.ts';
import type { ExecutionResult } from './run-executions.ts';

/** What revoke shows of a user's execution. */
export interface RevokeOutcome extends ExecutionOutcome {
  /** What is revoked for sure. */
  readonly revoked: readonly string[];
  /** What the plan was to revoke, or would have. */
  readonly toRevoke: readonly string[];
  /** With why not. */
  readonly notRevoked: readonly string[];
  readonly recordName: string | null;
}

/** Takes a result; gives back what revoke shows of it. */
export function toRevokeOutcome(result: ExecutionResult): RevokeOutcome {
  const vanished = textOf(result, 'Result.Outcome') === 'Gone';
  return {
    ...toOutcome(result),
    ...(vanished ? { outcome: 'Gone', reason: 'the user was deleted meanwhile' } : {}),
    revoked: listOf(result, 'Result.Revoked'),
    toRevoke: listOf(result, 'Decision.ToRevoke'),
    notRevoked: listOf(result, 'Decision.NotRevoked'),
    recordName: textOf(result, 'Decision.RecordName'),
  };
}

/** Takes an outcome; gives back its lines of the table. */
export function revokeLines(outcome: RevokeOutcome): OutcomeLines {
  const { revoked, toRevoke, notRevoked, recordName } = outcome;
  const planned = outcome.outcome === 'DryRun' ? 'would revoke' : 'was to be revoked';
  return [
    ['revoked', revoked],
    [planned, revoked.length === 0 ? toRevoke : []],
    ['not revoked', notRevoked],
    ['record', [recordName]],
  ];
}

/** With these something is due, and was not revoked. */
const unrevoked: ReadonlySet<string> = new Set<RevocationOutcome>([
  'Paused',
  'NotYet',
  'LimitReached',
  'Wait',
  'DryRun',
]);

/** Takes all outcomes; gives back the exit code. */
export function revokeExitCode(outcomes: readonly RevokeOutcome[]): ExitCode {
  if (!outcomes.every(hasSucceeded)) return 2;
  return outcomes.some(({ outcome }) => outcome !== null && unrevoked.has(outcome)) ? 1 : 0;
}
