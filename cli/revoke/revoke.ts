import { documentNames } from '../../rule/core/names.ts';
import { type RevocationOutcome, revocationOutcomes } from '../../rule/core/revocation-plan.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { describeLastUses } from '../execution/last-uses.ts';
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
import type { DocumentOption } from '../options.ts';
import { withProgress } from '../terminal/io.ts';
import { type RevokeOptions, revokeDocumentOptions } from './options.ts';

/** What revoke shows of a user's execution. */
interface RevokeOutcome extends ExecutionOutcome {
  /** Verified to be revoked. */
  readonly revoked: readonly string[];
  /** Planned to be revoked. */
  readonly toRevoke: readonly string[];
  /** Each with the reason. */
  readonly notRevoked: readonly string[];
  readonly recordName: string | null;
  /** Of the new password, if the password was replaced. */
  readonly secretArn: string | null;
  readonly warning: string | null;
}

export function toRevokeOutcome(result: ExecutionResult): RevokeOutcome {
  const vanished = textOf(result, 'Result.Outcome') === 'Gone';
  return {
    ...toOutcome(result),
    ...(vanished ? { outcome: 'Gone', reason: 'the user was deleted meanwhile' } : {}),
    revoked: listOf(result, 'Result.Revoked'),
    toRevoke: listOf(result, 'Decision.ToRevoke'),
    notRevoked: listOf(result, 'Decision.NotRevoked'),
    recordName: textOf(result, 'Decision.RecordName'),
    secretArn: textOf(result, 'Password.SecretArn'),
    warning: textOf(result, 'Password.Warning'),
  };
}

export function revokeLines(outcome: RevokeOutcome): OutcomeLines {
  const { revoked, toRevoke, notRevoked, recordName } = outcome;
  const planned = outcome.outcome === 'DryRun' ? 'would revoke' : 'planned';
  return [
    ['revoked', revoked],
    [planned, revoked.length === 0 ? toRevoke : []],
    ['not revoked', notRevoked],
    ['new password in secret', [outcome.secretArn]],
    ['warning', [outcome.warning]],
    ['record', [recordName]],
  ];
}

/** The outcomes with which something is due and was not revoked. */
const unrevoked: ReadonlySet<string> = new Set<RevocationOutcome>([
  'Paused',
  'NotYet',
  'KeepsComingBack',
  'LimitReached',
  'Wait',
  'DryRun',
]);

/** 2 if any execution failed, else 1 if something due was not revoked. */
export function revokeExitCode(outcomes: readonly RevokeOutcome[]): ExitCode {
  const known: readonly (string | null)[] = revocationOutcomes;
  if (!outcomes.every((each) => hasSucceeded(each) && known.includes(each.outcome))) return 2;
  return outcomes.some(({ outcome }) => outcome !== null && unrevoked.has(outcome)) ? 1 : 0;
}

/** Runs `revoke`: starts the document for each user. Throws ExpectedError if nothing was started. */
export async function revoke(
  { users: given, dryRun, yes, format, parameters: chosen }: RevokeOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const ask = yes || dryRun ? null : requireAsk(environment, 'revoke');
  const clients = await environment.connect('deployed');
  const users = await withProgress(environment, 'Finding the users', () =>
    findUsers(clients.iam, given),
  );
  const options = Object.values(revokeDocumentOptions);
  const { rule } = revokeDocumentOptions;
  const parameters = await withRemediationDefaults(clients.config, rule, options, chosen);
  const lastUses = ask === null ? [] : await describeLastUses(clients.iam, users, environment);
  const notes = [...lastUses, ...deletionNotes(parameters)];
  const outcomes = await remediate(
    {
      ...{ documentName: documentNames.revoke, what: 'Revoke the unused credentials' },
      ...{ users, parameters, notes, ask },
    },
    { format, toOutcome: toRevokeOutcome, linesOf: revokeLines },
    clients,
    environment,
  );
  return outcomes === null ? 2 : revokeExitCode(outcomes);
}

/** Returns what to know before confirming a revocation with these parameters. */
function deletionNotes(chosen: Readonly<Record<string, string>>): string[] {
  const { passwordAction, accessKeyAction, neverUsedAccessKeyAction } = revokeDocumentOptions;
  const choice = ({ parameter, default: byDefault }: DocumentOption) =>
    chosen[parameter] ?? byDefault;
  const deletes = (option: DocumentOption) => choice(option) === 'Delete';
  const replaces = choice(passwordAction) === 'Replace';
  const passwords = deletes(passwordAction);
  const keys = deletes(accessKeyAction) || deletes(neverUsedAccessKeyAction);
  return [
    ...(passwords
      ? [
          'Unused passwords are deleted and cannot be restored; to keep them, give --password-action Keep.',
        ]
      : []),
    ...(keys ? ['Unused access keys are deleted and cannot be restored.'] : []),
    ...(replaces
      ? [
          'Unused passwords are deleted and replaced. Each new password is in a secret, and the user must change it at the first sign-in.',
        ]
      : []),
    ...(passwords || keys || replaces
      ? ['A deletion may wait up to 4 hours for a new credential report.']
      : []),
  ];
}
