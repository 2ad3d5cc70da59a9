import type { ExitCode } from './environment.ts';
import {
  type ExecutionOutcome,
  hasSucceeded,
  listOf,
  textOf,
  toOutcome,
} from './execution-outcome.ts';
import type { OutcomeLines } from './outcome-table.ts';
import { withOptions } from './restore-words.ts';
import type { ExecutionResult } from './run-executions.ts';

/** What restore shows of a user's execution. */
export interface RestoreOutcome extends ExecutionOutcome {
  /** What can be used again for sure. */
  readonly restored: readonly string[];
  /** What the plan was to restore. */
  readonly toRestore: readonly string[];
  /** With why not. */
  readonly notRestored: readonly string[];
  readonly exemptUntil: string | null;
  /** The ARN of the secret that holds a new password. */
  readonly secretArn: string | null;
  readonly warning: string | null;
  /** Names of records that hold nothing more to restore. */
  readonly settledRecords: readonly string[];
}

/** Takes a result; gives back what restore shows of it. */
export function toRestoreOutcome(result: ExecutionResult): RestoreOutcome {
  const common = toOutcome(result);
  return {
    ...common,
    reason: common.reason === null ? null : withOptions(common.reason),
    restored: listOf(result, 'Result.Restored'),
    toRestore: listOf(result, 'Decision.ToRestore'),
    notRestored: [
      ...listOf(result, 'Decision.NotRestored').map(withOptions),
      ...listOf(result, 'Result.NotRestored'),
    ],
    exemptUntil: textOf(result, 'Decision.ExemptUntil'),
    secretArn: textOf(result, 'Password.SecretArn'),
    warning: textOf(result, 'Password.Warning'),
    settledRecords: listOf(result, 'Result.SettledRecords'),
  };
}

/** Takes an outcome; gives back its lines of the table. */
export function restoreLines(outcome: RestoreOutcome): OutcomeLines {
  const { restored, toRestore, notRestored } = outcome;
  return [
    ['restored', restored],
    ['was to be restored', restored.length === 0 ? toRestore : []],
    ['not restored', notRestored],
    ['exempt until', [outcome.exemptUntil]],
    // Where somebody else has issued a password, the secret does not hold it.
    ['new password in secret', restored.some(isPassword) ? [outcome.secretArn] : []],
    ['warning', [outcome.warning]],
    ['nothing left to restore of', outcome.settledRecords],
  ];
}

const isPassword = (name: string) => name.startsWith('password');

/** Takes all outcomes; gives back the exit code. */
export function restoreExitCode(outcomes: readonly RestoreOutcome[]): ExitCode {
  if (!outcomes.every(hasSucceeded)) return 2;
  return outcomes.some(({ outcome }) => outcome === 'NothingRestorable') ? 1 : 0;
}
