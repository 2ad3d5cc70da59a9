import { ExpectedError } from './core/errors.ts';
import type { Instant } from './core/instant.ts';

/** The current time and waiting. Tests and the local account replace it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => Instant;
  /** Resolves after that many milliseconds, or as soon as the signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Not timers/promises: fake timers, by which tests make hours pass, replace the global setTimeout only.
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
 * A RunError if the work does not end by the deadline: a server that hangs must not keep a run from
 * reporting what it has evaluated.
 */
export async function beforeDeadline<Result>(
  clock: Clock,
  deadline: Instant,
  work: () => Promise<Result>,
): Promise<Result> {
  const late = () => new ExpectedError('RunError', 'the time ran out; evaluate again later');
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
