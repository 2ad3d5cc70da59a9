import { documentNames } from '../../rule/core/names.ts';
import { type RetirementOutcome, retirementOutcomes } from '../../rule/core/retirement-plan.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import {
  type ExecutionOutcome,
  hasSucceeded,
  listOf,
  type OutcomeLines,
  textOf,
  toOutcome,
} from '../execution/outcome.ts';
import { remediate, requireAsk, withRemediationDefaults } from '../execution/remediate.ts';
import type { ExecutionResult } from '../execution/run.ts';
import { findUsers } from '../execution/users.ts';
import { withProgress } from '../terminal/io.ts';
import { type RetireOptions, retireDocumentOptions } from './options.ts';

/** What retire shows of a user's execution. */
interface RetireOutcome extends ExecutionOutcome {
  /** Verified to be revoked and removed. */
  readonly revoked: readonly string[];
  readonly removed: readonly string[];
  /** Planned to be revoked and removed. */
  readonly toRevoke: readonly string[];
  readonly toRemove: readonly string[];
  /** Each with the reason. */
  readonly notRevoked: readonly string[];
  /** What no restoration gives back. */
  readonly irreversible: readonly string[];
  readonly recordName: string | null;
}

export function toRetireOutcome(result: ExecutionResult): RetireOutcome {
  const vanished = textOf(result, 'Result.Outcome') === 'Gone';
  return {
    ...toOutcome(result),
    ...(vanished ? { outcome: 'Gone', reason: 'the user was deleted meanwhile' } : {}),
    revoked: listOf(result, 'Result.Revoked'),
    removed: listOf(result, 'Result.Removed'),
    toRevoke: listOf(result, 'Decision.ToRevoke'),
    toRemove: listOf(result, 'Decision.ToRemove'),
    notRevoked: listOf(result, 'Decision.NotRevoked'),
    irreversible: listOf(result, 'Decision.Irreversible'),
    recordName: textOf(result, 'Decision.RecordName'),
  };
}

export function retireLines(outcome: RetireOutcome): OutcomeLines {
  const { revoked, removed, toRevoke, toRemove, notRevoked, irreversible, recordName } = outcome;
  const isPlan = revoked.length === 0 && removed.length === 0;
  const [revoke, remove] =
    outcome.outcome === 'DryRun'
      ? ['would revoke', 'would remove']
      : ['planned', 'planned to remove'];
  return [
    ['revoked', revoked],
    ['removed', removed],
    [revoke, isPlan ? toRevoke : []],
    [remove, isPlan ? toRemove : []],
    ['not revoked', notRevoked],
    ['cannot be restored', irreversible],
    ['record', [recordName]],
  ];
}

/** The outcomes with which an inactive user was not retired. */
const unretired: ReadonlySet<string> = new Set<RetirementOutcome>([
  ...(['Paused', 'NotYet', 'LimitReached', 'Wait', 'DryRun'] as const),
]);

/** 2 if any execution failed, else 1 if an inactive user was not retired. */
export function retireExitCode(outcomes: readonly RetireOutcome[]): ExitCode {
  const known: readonly (string | null)[] = retirementOutcomes;
  if (!outcomes.every((each) => hasSucceeded(each) && known.includes(each.outcome))) return 2;
  return outcomes.some(({ outcome }) => outcome !== null && unretired.has(outcome)) ? 1 : 0;
}

/** Runs `retire`: starts the document for each user. Throws ExpectedError if nothing was started. */
export async function retire(
  options: RetireOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const { users: given, dryRun, yes, format, parameters: chosen } = options;
  const ask = yes || dryRun ? null : requireAsk(environment, 'retire');
  const clients = await environment.connect('deployed');
  const users = await withProgress(environment, 'Finding the users', () =>
    findUsers(clients.iam, given),
  );
  const { rule, topic } = retireDocumentOptions;
  const parameters = await withRemediationDefaults(clients.config, rule, [topic], chosen);
  const outcomes = await remediate(
    {
      ...{ documentName: documentNames.retire, what: 'Deny and revoke all access' },
      ...{ users, parameters, notes: irreversibleNotes(options), ask },
    },
    { format, toOutcome: toRetireOutcome, linesOf: retireLines },
    clients,
    environment,
  );
  return outcomes === null ? 2 : retireExitCode(outcomes);
}

/** Returns what to know before confirming a retirement. */
function irreversibleNotes({ deactivateMfaDevices }: RetireOptions): string[] {
  return [
    'Users who are not inactive are left alone. AWSDenyAll is attached to the others first.',
    'Passwords are deleted and cannot be restored; a restoration can issue new ones.',
    ...(deactivateMfaDevices
      ? ['MFA devices are deactivated and cannot be restored; users must register them again.']
      : []),
    'A deletion may wait up to 4 hours for a new credential report.',
  ];
}
