interface Happening {
  /** Epoch ms. */
  readonly at: number;
  readonly act: () => void | Promise<void>;
}

/** What happens in virtual time, in its order. */
export class Agenda {
  /** The next one last. */
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

  /** Lets happen what comes before `end`, and moves the time on. */
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
