import { documentNames } from '../../rule/core/names.ts';
import { type RevocationOutcome, revocationOutcomes } from '../../rule/core/revocation-plan.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { runDocumentCommand } from '../execution/document-command.ts';
import {
  type ExecutionOutcome,
  exitCodeOf,
  listIfGiven,
  listOf,
  type OutcomeLines,
  recordNameOf,
  textOf,
  toOutcome,
  withVanished,
} from '../execution/outcome.ts';
import { deletionNotes, mailNotes, waitNotes } from '../execution/plan-notes.ts';
import { withRemediationDefaults } from '../execution/remediation-defaults.ts';
import type { ExecutionResult } from '../execution/run.ts';
import { describeUser, prepareUsers } from '../execution/users.ts';
import { describeChosen } from '../options.ts';
import { count } from '../terminal/counts.ts';
import { type RevokeOptions, revokeDocumentOptions } from './options.ts';

/** What revoke shows of a user's execution. */
interface RevokeOutcome extends ExecutionOutcome {
  /** Verified to be revoked. */
  readonly revoked: readonly string[];
  /** Planned to be revoked. */
  readonly toRevoke: readonly string[];
  /** What to know before the plan is confirmed; null if the document does not say it. */
  readonly consequences: readonly string[] | null;
  /** Each with the reason. */
  readonly notRevoked: readonly string[];
  /** Null if there is none. */
  readonly recordName: string | null;
  /** The ARN of the secret with the new password; null if the password was not replaced. */
  readonly secretArn: string | null;
  readonly warning: string | null;
}

export function toRevokeOutcome(result: ExecutionResult): RevokeOutcome {
  const outcome = {
    ...toOutcome(result),
    revoked: listOf(result, 'Result.Revoked'),
    toRevoke: listOf(result, 'Decision.ToRevoke'),
    consequences: listIfGiven(result, 'Decision.Consequences'),
    notRevoked: listOf(result, 'Decision.NotRevoked'),
    recordName: recordNameOf(result, 'RecordRevocation'),
    secretArn: textOf(result, 'Password.SecretArn'),
    warning: textOf(result, 'Password.Warning'),
  };
  return withVanished(outcome, result);
}

export function revokeLines(outcome: RevokeOutcome): OutcomeLines {
  const { revoked, toRevoke, notRevoked, recordName } = outcome;
  // With another outcome, such as Protected, the document will not change what is due.
  const labels: Readonly<Record<string, string>> = {
    ...{ DryRun: 'would revoke', Revoke: 'planned', Gone: 'planned' },
  };
  return [
    ['revoked', revoked],
    [labels[outcome.outcome ?? ''] ?? 'due', revoked.length === 0 ? toRevoke : []],
    ['not revoked', notRevoked],
    ['new password in secret', [outcome.secretArn]],
    ['warning', [outcome.warning]],
    ['record', [recordName]],
  ];
}

/** The outcomes with which something is due and was not revoked. */
const unrevoked: readonly RevocationOutcome[] = [
  ...(['Paused', 'NotYet', 'KeepsComingBack', 'LimitReached', 'Wait', 'DryRun'] as const),
];

/** Returns 2 if any execution failed or had an unknown outcome, 1 if something due was not revoked, else 0. */
export function revokeExitCode(outcomes: readonly RevokeOutcome[]): ExitCode {
  return exitCodeOf(outcomes, revocationOutcomes, unrevoked);
}

/** Runs `revoke`: starts the document for each user. Throws ExpectedError if nothing was started. */
export function revoke(options: RevokeOptions, environment: CommandEnvironment): Promise<ExitCode> {
  const { rule } = revokeDocumentOptions;
  return runDocumentCommand(
    {
      ...{ name: 'revoke', documentName: documentNames.revoke, previews: true },
      ...{ toOutcome: toRevokeOutcome, linesOf: revokeLines, exitCode: revokeExitCode },
      prepare: async (clients, inEnvironment) => {
        const users = await prepareUsers(clients.iam, options.users, inEnvironment);
        const all = Object.values(revokeDocumentOptions);
        const given = options.parameters;
        const parameters = await withRemediationDefaults(clients.config, rule, all, given);
        return {
          users,
          parametersOf: ({ userId }) => ({ IAMResourceId: userId, ...parameters }),
          notes: (plans) => [
            ...describeChosen(parameters, revokeDocumentOptions, {}),
            ...deletionNotes(plans),
            ...waitNotes(plans),
          ],
        };
      },
      describe: (user, plan) => [
        describeUser(user),
        ...(plan?.toRevoke ?? []).map((text) => `  ${text}`),
        ...mailNotes(user.userName, plan),
      ],
      question: (users, plans) => {
        const credentials = plans.flatMap(({ toRevoke }) => toRevoke);
        return `Revoke ${count(credentials.length, 'credential')} of ${count(users.length, 'user')}`;
      },
    },
    options,
    environment,
  );
}
