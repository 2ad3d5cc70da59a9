import pMap from 'p-map';
import type { Clock } from '../../rule/clock.ts';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';
import { addCounts } from '../../rule/core/unjudged.ts';
import type { Gathered } from './result.ts';

/** Reads one account. Throws ExpectedError if none of its users can be evaluated. */
export type ReadAccount = (
  accountId: string,
  onProgress: (what: string) => void,
) => Promise<Gathered>;

interface Reading {
  readonly clock: Clock;
  readonly onProgress: (what: string) => void;
}

/** How many accounts are read at the same time. */
const concurrency = 4;

/** Reads several accounts, a few at a time. An account that cannot be read has a failure; the others are read. */
export async function readAccounts(
  accountIds: readonly string[],
  read: ReadAccount,
  { clock, onProgress }: Reading,
): Promise<Gathered> {
  let done = 0;
  const gathered = await pMap(
    accountIds,
    async (accountId) => {
      const tell = (what: string) =>
        onProgress(`${done} of ${accountIds.length} accounts read; ${accountId}: ${what}`);
      try {
        return await read(accountId, tell);
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        return failed(accountId, messageOf(error), clock);
      } finally {
        done += 1;
        onProgress(`${done} of ${accountIds.length} accounts read`);
      }
    },
    { concurrency },
  );
  return merge(gathered, clock);
}

function failed(accountId: string, failure: string, clock: Clock): Gathered {
  const asOf = clock.now();
  return {
    accounts: [{ accountId, asOf, failure }],
    ...{ users: [], errors: [], asOf, unjudged: null, notes: [] },
  };
}

/** What is true of several accounts together: the earliest instant, each note once. */
function merge(all: readonly Gathered[], clock: Clock): Gathered {
  const accounts = all.flatMap((each) => each.accounts);
  const instants = accounts.flatMap(({ asOf, failure }) => (failure === undefined ? [asOf] : []));
  const counts = all.flatMap(({ unjudged }) => (unjudged === null ? [] : [unjudged]));
  return {
    accounts,
    users: all.flatMap(({ users }) => users),
    errors: all.flatMap(({ errors }) => errors),
    asOf: instants.length === 0 ? clock.now() : Math.min(...instants),
    unjudged: counts.length === 0 ? null : counts.reduce(addCounts),
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
  };
}
