import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../rule/clock.ts';

interface Timer {
  /** Epoch ms. */
  readonly at: number;
  readonly act: () => void;
}

/** After this many turns of the event loop without work, everything waits for a timer. */
const quietTurns = 3;

/**
 * Time that passes only when everything waits. Programs that sleep in it run at the same time as others, in an order
 * that is always the same.
 */
export class VirtualTime implements Clock {
  /** Sorted so that the next one is last. */
  readonly #timers: Timer[] = [];
  readonly #outside = new Set<Promise<unknown>>();
  readonly #onQuiet: () => void;
  #now: number;
  #failure: { readonly error: unknown } | undefined;

  /** `onQuiet` is called before each jump. */
  constructor(start: number, onQuiet: () => void = () => undefined) {
    [this.#now, this.#onQuiet] = [start, onQuiet];
  }

  readonly now = (): number => this.#now;

  readonly sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = this.#add(this.#now + milliseconds, resolve);
      const abort = () => {
        this.#remove(timer);
        resolve();
      };
      signal?.addEventListener('abort', abort, { once: true });
    });

  /** A failure of what happens then ends the run. */
  at(instant: number, act: () => unknown): void {
    this.#add(instant, () => {
      Promise.resolve()
        .then(act)
        .catch((error: unknown) => {
          this.#failure ??= { error };
        });
    });
  }

  /** Time waits for work outside of this process. */
  outside<Result>(work: Promise<Result>): Promise<Result> {
    const settled: Promise<unknown> = work
      .catch(() => undefined)
      .then(() => this.#outside.delete(settled));
    this.#outside.add(settled);
    return work;
  }

  /** Runs everything that comes before that instant. Throws the first failure. */
  async runUntil(end: number): Promise<void> {
    for (;;) {
      await this.#waitUntilQuiet();
      this.#onQuiet();
      if (this.#failure !== undefined) throw this.#failure.error;
      const next = this.#timers.at(-1);
      if (next === undefined || next.at >= end) break;
      this.#timers.pop();
      this.#now = Math.max(this.#now, next.at);
      next.act();
    }
    this.#now = Math.max(this.#now, end);
  }

  async #waitUntilQuiet(): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; quiet += 1) {
      if (this.#outside.size > 0) {
        await Promise.all(this.#outside);
        quiet = -1;
      }
      await turn();
    }
  }

  #add(at: number, act: () => void): Timer {
    const timer = { at, act };
    const index = this.#timers.findLastIndex((each) => each.at > at);
    this.#timers.splice(index + 1, 0, timer);
    return timer;
  }

  #remove(timer: Timer): void {
    const index = this.#timers.indexOf(timer);
    if (index !== -1) this.#timers.splice(index, 1);
  }
}
