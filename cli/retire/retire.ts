import { documentNames } from '../../rule/core/names.ts';
import { type RetirementOutcome, retirementOutcomes } from '../../rule/core/retirement-plan.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { runDocumentCommand } from '../execution/document-command.ts';
import {
  type ExecutionOutcome,
  exitCodeOf,
  listIfGiven,
  listOf,
  type OutcomeLines,
  recordNameOf,
  toOutcome,
  withVanished,
} from '../execution/outcome.ts';
import { mailNotes, waitNotes } from '../execution/plan-notes.ts';
import { withRemediationDefaults } from '../execution/remediation-defaults.ts';
import type { ExecutionResult } from '../execution/run.ts';
import { describeUser, prepareUsers } from '../execution/users.ts';
import { describeChosen } from '../options.ts';
import { count } from '../terminal/counts.ts';
import { type RetireOptions, retireDocumentOptions, retireFlags } from './options.ts';

/** What retire shows of a user's execution. */
interface RetireOutcome extends ExecutionOutcome {
  /** Verified to be revoked and removed. */
  readonly revoked: readonly string[];
  readonly removed: readonly string[];
  /** Planned to be revoked and removed. */
  readonly toRevoke: readonly string[];
  readonly toRemove: readonly string[];
  /** What to know before the plan is confirmed; null if the document does not say it. */
  readonly consequences: readonly string[] | null;
  /** Each with the reason. */
  readonly notRevoked: readonly string[];
  /** What no restoration gives back. */
  readonly irreversible: readonly string[];
  /** Null if there is none. */
  readonly recordName: string | null;
}

export function toRetireOutcome(result: ExecutionResult): RetireOutcome {
  const outcome = {
    ...toOutcome(result),
    revoked: listOf(result, 'Result.Revoked'),
    removed: listOf(result, 'Result.Removed'),
    toRevoke: listOf(result, 'Decision.ToRevoke'),
    consequences: listIfGiven(result, 'Decision.Consequences'),
    toRemove: listOf(result, 'Decision.ToRemove'),
    notRevoked: listOf(result, 'Decision.NotRevoked'),
    irreversible: listOf(result, 'Decision.Irreversible'),
    recordName: recordNameOf(result, 'RecordRetirement'),
  };
  return withVanished(outcome, result);
}

export function retireLines(outcome: RetireOutcome): OutcomeLines {
  const { revoked, removed, toRevoke, toRemove, notRevoked, irreversible, recordName } = outcome;
  const isPlan = revoked.length === 0 && removed.length === 0;
  const [revoke, remove] = planLabels(outcome.outcome);
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

function planLabels(outcome: string | null): readonly [revoke: string, remove: string] {
  if (outcome === 'DryRun') return ['would revoke', 'would remove'];
  if (outcome === 'Retire' || outcome === 'Gone') return ['planned', 'planned to remove'];
  // With another outcome, such as Paused, the document will not change what is due.
  return ['due', 'not removed'];
}

/** The outcomes with which an inactive user was not retired. */
const unretired: readonly RetirementOutcome[] = [
  ...(['TooManyPolicies', 'Paused', 'NotYet', 'LimitReached', 'Wait', 'DryRun'] as const),
];

/** Returns 2 if any execution failed or had an unknown outcome, 1 if an inactive user was not retired, else 0. */
function retireExitCode(outcomes: readonly RetireOutcome[]): ExitCode {
  return exitCodeOf(outcomes, retirementOutcomes, unretired);
}

/** Runs `retire`: starts the document for each user. Throws ExpectedError if nothing was started. */
export function retire(options: RetireOptions, environment: CommandEnvironment): Promise<ExitCode> {
  return runDocumentCommand(
    {
      ...{ name: 'retire', documentName: documentNames.retire, previews: true },
      ...{ toOutcome: toRetireOutcome, linesOf: retireLines, exitCode: retireExitCode },
      prepare: async (clients, inEnvironment) => {
        const users = await prepareUsers(clients.iam, options.users, inEnvironment);
        const { rule, topic } = retireDocumentOptions;
        const given = options.parameters;
        const parameters = await withRemediationDefaults(clients.config, rule, [topic], given);
        return {
          users,
          parametersOf: ({ userId }) => ({ IAMResourceId: userId, ...parameters }),
          notes: (plans) => [
            ...describeChosen(parameters, retireDocumentOptions, retireFlags),
            'The policy AWSDenyAll is attached first.',
            ...waitNotes(plans),
          ],
        };
      },
      describe: (user, plan) => [
        describeUser(user),
        ...[...(plan?.toRevoke ?? []), ...(plan?.toRemove ?? [])].map((text) => `  ${text}`),
        ...(plan?.irreversible ?? []).map((text) => `  cannot be restored: ${text}`),
        ...mailNotes(user.userName, plan),
      ],
      question: (users, plans) => {
        const credentials = plans.flatMap(({ toRevoke }) => toRevoke);
        return `Deny ${count(users.length, 'user')} everything, and revoke ${count(credentials.length, 'credential')},`;
      },
    },
    options,
    environment,
  );
}
