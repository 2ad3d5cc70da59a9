import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';
import { unanswered } from '../../local-aws/server.ts';

/** After this many turns of the event loop without a pending request, only a timer can go on. */
const quietTurns = 25;
/**
 * A jump of more than `farJump` (virtual ms), for example to a deadline, happens only after
 * `quietBeforeFarJump` (real ms) without activity: on a busy machine, a quiet turn may be a file read.
 */
const farJump = 5_000;
const quietBeforeFarJump = 150;
/** A turn that takes longer (real ms) was not a wait: the process was busy, for example loading a module. */
const busyTurn = 50;
/**
 * A request without an answer for so long (real ms) hangs: only a timer can end it. The local account
 * announces those that it does not answer at once.
 */
const hangs = 500;

/**
 * Runs a function with a clock that starts at an instant (epoch ms) and in which waits take no time:
 * whenever no HTTP request is pending, time jumps to the next timer. The requests are real.
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
  // A hanging request of an earlier call may end now. It is not one of this call's requests.
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

/** The request in a message of the diagnostics channels of Node's HTTP client. */
function requestOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'request' in message
    ? message.request
    : undefined;
}
