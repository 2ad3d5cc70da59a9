import { documentNames } from '../../rule/core/names.ts';
import type { RevocationOutcome } from '../../rule/core/revocation-plan.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { withRemediationDefaults } from '../execution/defaults.ts';
import {
  type ExecutionOutcome,
  hasSucceeded,
  listOf,
  type OutcomeLines,
  textOf,
  toOutcome,
} from '../execution/outcome.ts';
import { remediate, remediationClients, requireAsk, withProgress } from '../execution/remediate.ts';
import type { ExecutionResult } from '../execution/run.ts';
import { findUsers } from '../execution/users.ts';
import type { DocumentOption } from '../options.ts';
import { type RevokeOptions, revokeDocumentOptions } from './command.ts';

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

/**
 * Runs `revoke`. Takes its options and the environment. Starts the document for each user, after asking, and
 * writes what became of it. Gives back the exit code; see the command's help.
 * Throws ExpectedError when nothing was started.
 */
export async function revoke(
  { users: given, dryRun, yes, format, parameters: chosen }: RevokeOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const ask = yes || dryRun ? null : requireAsk(environment, 'revoke');
  const clients = await remediationClients(environment);
  const users = await withProgress(environment, 'Looking for the users', () =>
    findUsers(clients.iam, given),
  );
  const options = Object.values(revokeDocumentOptions);
  const parameters = await withRemediationDefaults(clients.config, options, chosen);
  const outcomes = await remediate(
    {
      ...{ documentName: documentNames.revoke, what: 'Revoke the unused credentials' },
      ...{ users, parameters, notes: deletionNotes(parameters), ask },
    },
    { format, toOutcome: toRevokeOutcome, linesOf: revokeLines },
    clients,
    environment,
  );
  return outcomes === null ? 2 : revokeExitCode(outcomes);
}

/** Takes the document's parameters that were chosen. Gives back what to know before agreeing to them. */
function deletionNotes(chosen: Readonly<Record<string, string>>): string[] {
  const { passwordAction, accessKeyAction, neverUsedAccessKeyAction } = revokeDocumentOptions;
  const deletes = ({ parameter, default: byDefault }: DocumentOption) =>
    (chosen[parameter] ?? byDefault) === 'Delete';
  const passwords = deletes(passwordAction);
  const keys = deletes(accessKeyAction) || deletes(neverUsedAccessKeyAction);
  return [
    ...(passwords
      ? ['Unused passwords are deleted for good; --password-action Keep leaves them.']
      : []),
    ...(keys ? ['Unused access keys are deleted for good where that was chosen.'] : []),
    ...(passwords || keys ? ['Deleting may wait up to 4 hours for a new credential report.'] : []),
  ];
}
