/** A source of reproducible choices. */
export interface Random {
  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number;
  /** True in about `share` of all calls, from 0 to 1. */
  chance(share: number): boolean;
  /** One of the values given; throws if there are none. */
  pick<T>(values: readonly T[]): T;
}

// mulberry32: 32 bits of state are plenty for test data, and it is the same on every machine,
// which Math.random is not.
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same choices for the same seed, a whole number. */
export function createRandom(seed: number): Random {
  const next = mulberry32(seed);
  const integer = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    integer,
    chance: (share) => next() < share,
    pick: (values) => {
      const [value] = values.slice(integer(0, values.length - 1));
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
  };
}
