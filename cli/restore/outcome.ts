import { passwordMark } from '../../rule/core/restoration-plan.ts';
import { decodeRestoredData } from '../../rule/formats/restored-data.ts';
import type { ExitCode } from '../environment.ts';
import {
  type ExecutionOutcome,
  exitCodeOf,
  listOf,
  type OutcomeLines,
  textOf,
  toOutcome,
} from '../execution/outcome.ts';
import type { ExecutionResult } from '../execution/run.ts';

/** What restore shows of a user's execution. */
export interface RestoreOutcome extends ExecutionOutcome {
  /** Verified to be usable again. */
  readonly restored: readonly string[];
  /** Planned to be restored. */
  readonly toRestore: readonly string[];
  /** Each with the reason. */
  readonly notRestored: readonly string[];
  readonly exemptUntil: string | null;
  /** Additional information about the plan; null if there is none. */
  readonly remark: string | null;
  /** The ARN of the secret for the new password. */
  readonly secretArn: string | null;
  /** Whether this execution issued the user's password; null if the execution does not show it. */
  readonly passwordIssued: boolean | null;
  readonly warning: string | null;
  /** The names of records from which nothing is left to restore. */
  readonly settledRecords: readonly string[];
}

export function toRestoreOutcome(result: ExecutionResult): RestoreOutcome {
  const outcome = toOutcome(result);
  const restored = listOf(result, 'Result.Restored');
  return {
    ...outcome,
    outcome: outcome.outcome === 'Restore' ? verifiedOutcome(result, restored) : outcome.outcome,
    restored,
    toRestore: listOf(result, 'Decision.ToRestore'),
    notRestored: [
      ...listOf(result, 'Decision.NotRestored'),
      ...listOf(result, 'Result.NotRestored'),
    ],
    exemptUntil: textOf(result, 'Decision.ExemptUntil'),
    remark: textOf(result, 'Decision.Remark'),
    secretArn: textOf(result, 'Password.SecretArn'),
    passwordIssued: hasIssuedPassword(result),
    warning: textOf(result, 'Password.Warning'),
    settledRecords: listOf(result, 'Result.SettledRecords'),
  };
}

/**
 * Whether a password was issued, according to the verification or, without one, to the issuing step. Version 0.1.0
 * does not show it.
 */
function hasIssuedPassword(result: ExecutionResult): boolean | null {
  const data = decodeRestoredData(result.ended?.outputs['Result.RestoredData']);
  if (data !== null) return data.restored.includes(passwordMark);
  const issued = textOf(result, 'Password.Outcome');
  return issued === null ? null : issued === 'Issued';
}

/** `Restore`, or what the verification found instead: `Partial` also if nothing is listed as restored. */
function verifiedOutcome(result: ExecutionResult, restored: readonly string[]): string {
  const verified = textOf(result, 'Result.Outcome');
  if (verified === 'Restored' || verified === 'Incomplete') return 'Restore';
  if (verified !== null) return verified;
  return restored.length === 0 && result.ended?.status === 'Success' ? 'Partial' : 'Restore';
}

export function restoreLines(outcome: RestoreOutcome): OutcomeLines {
  const { restored, toRestore, notRestored } = outcome;
  const isDry = outcome.outcome === 'DryRun';
  return [
    ['restored', restored],
    [isDry ? 'would restore' : 'planned', restored.length === 0 ? toRestore : []],
    // Each names the option that would include it.
    ['not restored', notRestored],
    ['exempt until', [outcome.exemptUntil]],
    // If someone else has issued a password, it is not in the secret.
    ['new password in secret', outcome.passwordIssued === false ? [] : [outcome.secretArn]],
    ['warning', [outcome.warning]],
    ['fully restored record', outcome.settledRecords],
  ];
}

/**
 * The text after `Reason`. If lines already name each change, the exemption and what stays revoked, it has only the
 * rest.
 */
export function remarkOf(outcome: RestoreOutcome): string | null {
  const { reason, remark, restored, toRestore, notRestored, exemptUntil } = outcome;
  const namesChanges = restored.length > 0 || toRestore.length > 0;
  if (namesChanges && exemptUntil !== null) return remark;
  // Earlier versions of the document have no remark if nothing can be restored.
  const namesReasons = outcome.outcome === 'NothingRestorable' && notRestored.length > 0;
  return (namesReasons ? remark : null) ?? reason;
}

/** The outcomes after which something stays revoked. */
const incomplete = ['Partial', 'NothingRestorable', 'Gone'];

/** Returns 2 if any execution failed or had an unknown outcome, 1 if something stays revoked, else 0. */
export function restoreExitCode(outcomes: readonly RestoreOutcome[]): ExitCode {
  return exitCodeOf(outcomes, ['Restore', ...incomplete], incomplete);
}
