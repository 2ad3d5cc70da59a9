interface Happening {
  /** Epoch ms. */
  readonly at: number;
  readonly act: () => void | Promise<void>;
}

/** A list of things that happen in virtual time, in order. */
export class Agenda {
  /** Sorted so that the next one is last. */
  readonly #happenings: Happening[] = [];

  /** Adds something before the next `run`. */
  plan(happening: Happening): void {
    this.#happenings.push(happening);
  }

  /** Adds something during a `run`. */
  later(at: number, act: Happening['act']): void {
    const index = this.#happenings.findLastIndex((happening) => happening.at >= at);
    this.#happenings.splice(index + 1, 0, { at, act });
  }

  /** Runs everything that comes before `end`, and advances the time. */
  async run(time: { now: number }, end: number): Promise<void> {
    this.#happenings.sort((a, b) => b.at - a.at);
    for (;;) {
      const next = this.#happenings.at(-1);
      if (next === undefined || next.at >= end) return;
      this.#happenings.pop();
      time.now = Math.max(time.now, next.at);
      await next.act();
    }
  }
}
