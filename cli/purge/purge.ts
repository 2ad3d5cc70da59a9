import type { Clients } from '../../rule/aws/clients.ts';
import { readFunction } from '../../rule/aws/lambda.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import { automationRoleArn, documentNames, functionNames } from '../../rule/core/names.ts';
import { type PurgeOutcome as Outcome, purgeOutcomes } from '../../rule/core/purge-plan.ts';
import { splitArn } from '../../rule/formats/arns.ts';
import { parsePurgeLimits } from '../../rule/formats/purge-request.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import {
  type ExecutionOutcome,
  hasSucceeded,
  listOf,
  type OutcomeLines,
  outcomeWriter,
  toOutcome,
} from '../execution/outcome.ts';
import { requireAsk } from '../execution/remediate.ts';
import { automationOf, type ExecutionResult, runExecutions } from '../execution/run.ts';
import { plain } from '../terminal/style.ts';
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
const undone: ReadonlySet<string> = new Set<Outcome>([
  ...(['Paused', 'NotYet', 'Running', 'LimitReached', 'DryRun'] as const),
]);

function exitCodeOf(outcome: PurgeOutcome): ExitCode {
  const known: readonly (string | null)[] = purgeOutcomes;
  if (!hasSucceeded(outcome) || !known.includes(outcome.outcome)) return 2;
  return outcome.outcome !== null && undone.has(outcome.outcome) ? 1 : 0;
}

/** For example `Delete 2 access keys`; a key that is only announced is not deleted yet. */
function describeChange({ toDelete, toAnnounce }: PurgeOutcome): string {
  const keys = (count: number) => (count === 1 ? '1 access key' : `${count} access keys`);
  return toDelete.length === 0
    ? `Announce the deletion of ${keys(toAnnounce.length)}`
    : `Delete ${keys(toDelete.length)}`;
}

/** Runs `purge`: shows what a dry run finds, asks, and starts the document. Throws ExpectedError if nothing was started. */
export async function purge(
  { dryRun, yes, format, parameters: given }: PurgeOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const ask = yes || dryRun ? null : requireAsk(environment, 'purge');
  const { lambda, ssm } = await environment.connect('deployed');
  const region = await ssm.config.region();
  const deployed = await readDeployment(lambda, region);
  const { partition, accountId } = splitArn(deployed.arn);
  const parameters = {
    AutomationAssumeRole: automationRoleArn(documentNames.purge, { partition, accountId, region }),
    ...deployed.parameters,
    ...given,
  };
  // An execution is shown under the name of its user; this one is about a whole account.
  const account: UserIdentity = {
    ...{ userName: 'Account', userId: accountId, arn: deployed.arn, path: '/' },
    ...{ createDate: 0, tags: [] },
  };
  const start = async (isDry: boolean): Promise<ExecutionResult> => {
    const results: ExecutionResult[] = [];
    await runExecutions(
      [account],
      () => ({ ...parameters, ...(isDry ? { DryRun: 'true' } : {}) }),
      automationOf(ssm, documentNames.purge, region),
      async (result) => void results.push(result),
      environment,
    );
    const [result] = results;
    if (result === undefined) throw new Error('runExecutions passed on no result');
    return result;
  };
  const writer = outcomeWriter(
    { format, toOutcome: toPurgeOutcome, linesOf: purgeLines },
    environment,
  );
  let result = await start(ask !== null || dryRun);
  const preview = toPurgeOutcome(result);
  const isAsked = ask !== null && hasSucceeded(preview) && preview.outcome === 'DryRun';
  if (isAsked) {
    for (const key of preview.toDelete) environment.tell(plain(`  delete ${key}`));
    for (const key of preview.toAnnounce) environment.tell(plain(`  announce ${key}`));
    environment.tell('  A deleted access key cannot be restored.');
    const answer = await ask(
      `${describeChange(preview)} in account ${accountId} (${region})? [y/N] `,
    );
    if (!/^y(es)?$/iu.test(answer.trim())) {
      environment.tell('Nothing was deleted.');
      return 2;
    }
    result = await start(false);
  }
  await writer.add(result);
  const [outcome] = await writer.end();
  return outcome === undefined ? 2 : exitCodeOf(outcome);
}

/** The function's ARN, and the parameters that the schedule passes on. */
async function readDeployment(lambda: Clients['lambda'], region: string) {
  const deployed = await readFunction(lambda, functionNames.planPurge);
  if (deployed === null) {
    throw new ExpectedError(
      'AwsError',
      `there is no function ${functionNames.planPurge} in ${region}; deploy the stack there, or set AWS_REGION to the Region in which it is deployed`,
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
