import type { Clients } from '../../rule/aws/clients.ts';
import { readFunction } from '../../rule/aws/lambda.ts';
import { splitArn } from '../../rule/core/arns.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import { documentNames, functionNames } from '../../rule/core/names.ts';
import { type PurgeOutcome as Outcome, purgeOutcomes } from '../../rule/core/purge-plan.ts';
import { parsePurgeLimits } from '../../rule/formats/purge-request.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { runDocumentCommand } from '../execution/document-command.ts';
import {
  type ExecutionOutcome,
  exitCodeOf,
  listOf,
  type OutcomeLines,
  toOutcome,
} from '../execution/outcome.ts';
import type { ExecutionResult } from '../execution/run.ts';
import { count } from '../terminal/counts.ts';
import { type PurgeOptions, purgeDocumentOptions } from './options.ts';

/** What purge shows of its execution. */
interface PurgeOutcome extends ExecutionOutcome {
  /** Verified to be deleted. */
  readonly deleted: readonly string[];
  readonly toDelete: readonly string[];
  /** Announced, or to be announced, in a dry run. */
  readonly toAnnounce: readonly string[];
  /** Announced before. */
  readonly announced: readonly string[];
  /** Each with the reason. */
  readonly held: readonly string[];
}

function toPurgeOutcome(result: ExecutionResult): PurgeOutcome {
  return {
    ...toOutcome(result),
    deleted: listOf(result, 'Result.Deleted'),
    toDelete: listOf(result, 'Decision.KeysToDelete'),
    toAnnounce: listOf(result, 'Decision.KeysToAnnounce'),
    announced: listOf(result, 'Decision.KeysAnnounced'),
    held: listOf(result, 'Decision.KeysHeld'),
  };
}

function purgeLines(outcome: PurgeOutcome): OutcomeLines {
  const { deleted, toDelete, toAnnounce, announced, held } = outcome;
  const isDry = outcome.outcome === 'DryRun';
  return [
    ['deleted', deleted],
    [isDry ? 'would delete' : 'planned', deleted.length === 0 ? toDelete : []],
    [isDry ? 'would announce' : 'announced', toAnnounce],
    ['announced before', announced],
    ['held back', held],
  ];
}

/** The outcomes with which something can be due and was not deleted. */
const undone: readonly Outcome[] = ['Paused', 'NotYet', 'Running', 'LimitReached', 'DryRun'];

/** For example `Delete 2 access keys`; a key that is only announced is not deleted yet. */
function describeChange(toDelete: readonly string[], toAnnounce: readonly string[]): string {
  return toDelete.length === 0
    ? `Announce the deletion of ${count(toAnnounce.length, 'access key')}`
    : `Delete ${count(toDelete.length, 'access key')}`;
}

/** Runs `purge`: shows what a dry run finds, asks, and starts the document. Throws ExpectedError if nothing was started. */
export function purge(options: PurgeOptions, environment: CommandEnvironment): Promise<ExitCode> {
  return runDocumentCommand(
    {
      ...{ name: 'purge', documentName: documentNames.purge, previews: true },
      ...{ toOutcome: toPurgeOutcome, linesOf: purgeLines },
      exitCode: (outcomes) => exitCodeOf(outcomes, purgeOutcomes, undone),
      prepare: async ({ lambda, ssm }) => {
        const { arn, parameters } = await readDeployment(lambda, await ssm.config.region());
        // An execution is shown under the name of its user; this one is about a whole account.
        const account: UserIdentity = {
          ...{ userName: 'Account', userId: splitArn(arn).accountId, arn, path: '/' },
          ...{ createDate: 0, tags: [] },
        };
        return {
          users: [account],
          parametersOf: () => ({ ...parameters, ...options.parameters }),
          notes: () => ['A deleted access key cannot be restored.'],
        };
      },
      describe: (_, plan) => [
        ...(plan?.toDelete ?? []).map((key) => `delete ${key}`),
        ...(plan?.toAnnounce ?? []).map((key) => `announce ${key}`),
      ],
      question: (_, plans) =>
        describeChange(
          plans.flatMap(({ toDelete }) => toDelete),
          plans.flatMap(({ toAnnounce }) => toAnnounce),
        ),
    },
    options,
    environment,
  );
}

/** The function's ARN, and the parameters that the schedule passes on. */
async function readDeployment(lambda: Clients['lambda'], region: string) {
  const deployed = await readFunction(lambda, functionNames.planPurge);
  if (deployed === null) {
    throw new ExpectedError(
      'AwsError',
      `there is no function ${functionNames.planPurge} in ${region}; deploy the stack there, or set --region to the Region where it is deployed`,
    );
  }
  const { options } = parsePurgeLimits(deployed.variables.get('PURGE_LIMITS'));
  const { deleteAfterDays, maxRevocationsPerDay } = purgeDocumentOptions;
  return {
    arn: deployed.arn,
    parameters: {
      [deleteAfterDays.parameter]: String(options.deleteAfterDays),
      [maxRevocationsPerDay.parameter]: String(options.maxRevocationsPerDay),
    },
  };
}
