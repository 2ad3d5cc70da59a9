import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';

/** Turns of the event loop without a request under way after which nothing but a timer can go on. */
const quietTurns = 25;
/** A request that is not answered for so long (real milliseconds) hangs: only a timer can end it. */
const hangs = 1000;

/**
 * Takes an instant (epoch ms) and a function; runs it with a clock that starts there, and in which
 * waits take no time: whenever no HTTP request is under way, time jumps to the next timer. The
 * requests themselves are real. Gives back what the function gives.
 */
export async function inVirtualTime<Result>(
  start: number,
  run: () => Promise<Result>,
): Promise<Result> {
  let underWay = 0;
  let activeAt = performance.now();
  const change = (by: number) => () => {
    underWay += by;
    activeAt = performance.now();
  };
  const [begin, end] = [change(1), change(-1)];
  subscribe('http.client.request.start', begin);
  subscribe('http.client.response.finish', end);
  subscribe('http.client.request.error', end);
  vi.useFakeTimers({ now: start, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  // Node waits at least a millisecond; a loop that waits for less would otherwise stop the clock.
  const wait = globalThis.setTimeout;
  const waitInWholeMilliseconds = (callback: () => void, milliseconds = 0) =>
    wait(callback, Math.max(1, Math.ceil(milliseconds)));
  globalThis.setTimeout = Object.assign(waitInWholeMilliseconds, wait);
  try {
    let settled = false;
    const result = run().finally(() => {
      settled = true;
    });
    result.catch(() => undefined);
    for (let quiet = 0; !settled; quiet += 1) {
      await turn();
      if (underWay > 0 && performance.now() - activeAt < hangs) quiet = 0;
      if (quiet < quietTurns || vi.getTimerCount() === 0) continue;
      await vi.advanceTimersToNextTimerAsync();
      quiet = 0;
    }
    return await result;
  } finally {
    vi.useRealTimers();
    unsubscribe('http.client.request.start', begin);
    unsubscribe('http.client.response.finish', end);
    unsubscribe('http.client.request.error', end);
  }
}
