import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';
import { unanswered } from '../../local-aws/server.ts';

/** Turns of the event loop without a request under way after which nothing but a timer can go on. */
const quietTurns = 25;
/**
 * A jump of more than this (virtual milliseconds), as to a deadline, is only made after that much real
 * time without anything happening: on a busy machine, quiet turns may just be a file being read.
 */
const farJump = 5_000;
const quietBeforeFarJump = 150;
/** A turn of so long (real milliseconds) was no wait: something kept this process, such as a module to load. */
const busyTurn = 50;
/**
 * A request that is not answered for so long (real milliseconds) hangs: only a timer can end it. Of those
 * that the local account leaves unanswered it tells at once.
 */
const hangs = 500;

/**
 * Takes an instant (epoch ms) and a function; runs it with a clock that starts there, and in which
 * waits take no time: whenever no HTTP request is under way, time jumps to the next timer. The
 * requests themselves are real. Gives back what the function gives.
 */
export async function inVirtualTime<Result>(
  start: number,
  run: () => Promise<Result>,
): Promise<Result> {
  const underWay = new Set<unknown>();
  let activeAt = performance.now();
  const begin = (message: unknown) => {
    underWay.add(requestOf(message));
    activeAt = performance.now();
  };
  // A request that an earlier call left hanging may end now; it is none of these.
  const end = (message: unknown) => {
    if (underWay.delete(requestOf(message))) activeAt = performance.now();
  };
  const hang = (port: unknown) => {
    for (const request of underWay) {
      const isIt = request instanceof ClientRequest && request.socket?.localPort === port;
      if (isIt) underWay.delete(request);
    }
  };
  unanswered.subscribe(hang);
  subscribe('http.client.request.start', begin);
  subscribe('http.client.response.finish', end);
  subscribe('http.client.request.error', end);
  vi.useFakeTimers({ now: start, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const pending = new Map<unknown, number>();
  const [wait, cancel] = [globalThis.setTimeout, globalThis.clearTimeout];
  const trackedWait = (callback: () => void, milliseconds = 0) => {
    // Node waits at least a millisecond; a loop that waits for less would otherwise stop the clock.
    const whole = Math.max(1, Math.ceil(milliseconds));
    const timer = wait(() => {
      pending.delete(timer);
      callback();
    }, whole);
    pending.set(timer, Date.now() + whole);
    return timer;
  };
  globalThis.setTimeout = Object.assign(trackedWait, wait);
  globalThis.clearTimeout = (timer) => {
    pending.delete(timer);
    cancel(timer);
  };
  try {
    let settled = false;
    const result = run().finally(() => {
      settled = true;
    });
    result.catch(() => undefined);
    for (let quiet = 0; !settled; quiet += 1) {
      const turnsAt = performance.now();
      await turn();
      if (performance.now() - turnsAt > busyTurn) activeAt = performance.now();
      const idle = performance.now() - activeAt;
      if (underWay.size > 0 && idle < hangs) quiet = 0;
      if (quiet < quietTurns || pending.size === 0) continue;
      if (Math.min(...pending.values()) - Date.now() > farJump && idle < quietBeforeFarJump)
        continue;
      vi.advanceTimersToNextTimer();
      activeAt = performance.now();
      quiet = 0;
    }
    return await result;
  } finally {
    globalThis.setTimeout = wait;
    globalThis.clearTimeout = cancel;
    vi.useRealTimers();
    unanswered.unsubscribe(hang);
    unsubscribe('http.client.request.start', begin);
    unsubscribe('http.client.response.finish', end);
    unsubscribe('http.client.request.error', end);
  }
}

/** What the diagnostics channels of Node's HTTP client tell of. */
function requestOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'request' in message
    ? message.request
    : undefined;
}
