import { readLastPurge } from '../../../rule/aws/purge-executions.ts';
import { formatInstant, millisecondsPerDay } from '../../../rule/core/instant.ts';
import { documentNames, functionNames } from '../../../rule/core/names.ts';
import { parsePurgeLimits } from '../../../rule/formats/purge-request.ts';
import { type Check, ok, redeploy, warning } from '../check.ts';

interface Purge {
  /** 0 if the deployment deletes no keys. */
  readonly deleteAfterDays: number;
  /** The last execution of the document; null if Automation knows none. */
  readonly last: Awaited<ReturnType<typeof readLastPurge>>;
}

/** The schedule starts the document once a day. */
const longestPause = 2 * millisecondsPerDay;

/** Checks that the schedule starts the document that deletes keys, and that it succeeds. */
export const purge: Check<Purge> = {
  id: 'purge',
  read: async ({ deployedFunction, clients }) => {
    const deployed = await deployedFunction(functionNames.planPurge);
    const { options } = parsePurgeLimits(deployed?.variables.get('PURGE_LIMITS'));
    const { deleteAfterDays } = options;
    return {
      deleteAfterDays,
      last: deleteAfterDays === 0 ? null : await readLastPurge(clients.ssm),
    };
  },
  judge: ({ deleteAfterDays, last }, { now }) => {
    if (deleteAfterDays === 0) return ok('off: DeleteAfterDays is 0, so no access key is deleted');
    const name = documentNames.purge;
    if (last === null || now - last.startedAt > longestPause) {
      const since = last === null ? '' : ` since ${formatInstant(last.startedAt)}`;
      return warning(
        `nothing has started ${name}${since}, although keys are to be deleted after ${deleteAfterDays} days`,
        `wait a day after a deployment, otherwise ${redeploy}`,
      );
    }
    const found = `${name} started ${formatInstant(last.startedAt)}: ${last.status}`;
    if (last.status !== 'Failed' && last.status !== 'TimedOut') return ok(found);
    return warning(found, 'open the execution (docs/operations.md, When something fails)');
  },
};
