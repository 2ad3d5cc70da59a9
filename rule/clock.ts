import { ExpectedError } from './core/errors.ts';
import type { Instant } from './core/instant.ts';

/** Time as a run sees it. Tests and the local account bring their own. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => Instant;
  /** Resolves after that many milliseconds, or when the signal says that nobody waits any more. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/**
 * Takes a clock, the instant at which to give up, and what to do until then. Gives back what it gives.
 * Throws what it throws, and RunError when the instant comes first: a server that hangs must not keep
 * a run from reporting what it has judged.
 */
export async function beforeDeadline<Result>(
  clock: Clock,
  deadline: Instant,
  work: () => Promise<Result>,
): Promise<Result> {
  const late = () => new ExpectedError('RunError', 'no time was left; evaluate again later');
  const left = deadline - clock.now();
  if (left <= 0) throw late();
  const settled = new AbortController();
  const expiry = async (): Promise<never> => {
    await clock.sleep(left, settled.signal);
    throw late();
  };
  try {
    return await Promise.race([work(), expiry()]);
  } finally {
    settled.abort();
  }
}
