import pMap from 'p-map';
import { describeFailure } from '../describe-failure.ts';
import { type Finding, unchecked } from './finding.ts';

/** What was read, or why it could not be. */
export type Reading<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'failed'; readonly why: string };

/** At the same time (reads). */
const concurrency = 4;

type Reads = Readonly<Record<string, () => Promise<unknown>>>;

/** What came of reads, by their names. */
export type Readings<Of extends Reads> = {
  readonly [Name in keyof Of]: Reading<Awaited<ReturnType<Of[Name]>>>;
};

/** Takes something to read. Gives back what came of it. Throws nothing. */
export async function attempt<Value>(read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    return { kind: 'failed', why: describeFailure(error) };
  }
}

/** Takes what to read, by name. Gives back what came of each: one that fails keeps none of the others from being read. */
export async function attemptAll<Of extends Reads>(reads: Of): Promise<Readings<Of>> {
  const readings = await pMap(
    Object.entries(reads),
    async ([name, read]) => [name, await attempt(read)] as const,
    { concurrency },
  );
  return Object.fromEntries(readings) as Readings<Of>;
}

/** Takes a reading and a judgement of what was read. Gives back the judgement, or that it could not be made. */
export function judge<Value>(
  reading: Reading<Value>,
  judgement: (value: Value) => Finding,
): Finding {
  return reading.kind === 'read' ? judgement(reading.value) : unchecked(reading.why);
}

/** Takes a reading; gives back what was read, or null. */
export function readOf<Value>(reading: Reading<Value>): Value | null {
  return reading.kind === 'read' ? reading.value : null;
}
