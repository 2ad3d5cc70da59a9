/** How the verdicts that AWS Config shows compare with those of a full evaluation, summed over runs. */
export interface Parity {
  readonly runs: number;
  /** Runs whose report was older than 15 minutes. */
  readonly staleRuns: number;
  /** Verdicts compared, one for each user and run. */
  readonly verdicts: number;
  /** Users who remained NON_COMPLIANT although a live read would have cleared them; the next run did. */
  readonly clearedLater: number;
  /** Users without a verdict in a run, whose earlier result had to stand. */
  readonly undecided: number;
  /** Differences that must not occur. */
  readonly violations: readonly string[];
  /** The users of `clearedLater` in the last run. */
  readonly open: ReadonlySet<string>;
}

export const noRuns: Parity = {
  ...{ runs: 0, staleRuns: 0, verdicts: 0, clearedLater: 0, undecided: 0 },
  ...{ violations: [], open: new Set() },
};

/** A scheduled run. Verdicts are by unique ID. */
interface ComparedRun {
  /** What AWS Config showed before, and shows now. */
  readonly earlier: ReadonlyMap<string, string>;
  readonly shown: ReadonlyMap<string, string>;
  /** What a full evaluation says, without earlier results. */
  readonly scratch: ReadonlyMap<string, string>;
  /** The users that exist. */
  readonly listed: ReadonlySet<string>;
  readonly undecided: number;
  readonly isStale: boolean;
  readonly isUnusedLive: (userId: string) => boolean;
}

/** Adds a run to the comparison. */
export function addRun(
  before: Parity,
  { earlier, shown, scratch, listed, undecided, isStale, isUnusedLive }: ComparedRun,
): Parity {
  const open = new Set<string>();
  const found: string[] = [];
  for (const userId of new Set([...listed, ...shown.keys()])) {
    const [was, is] = [earlier.get(userId), shown.get(userId)];
    // Without a verdict, the earlier result stands.
    const expected = listed.has(userId) ? (scratch.get(userId) ?? was) : undefined;
    if (is === 'NON_COMPLIANT' && was !== is && isStale && !isUnusedLive(userId)) {
      found.push(`run ${before.runs + 1}: ${userId} is newly NON_COMPLIANT by old data`);
    }
    if (is === expected) continue;
    const remains = is === 'NON_COMPLIANT' && was === is && expected === 'COMPLIANT' && isStale;
    if (remains && !before.open.has(userId)) open.add(userId);
    else found.push(`run ${before.runs + 1}: ${userId} is ${is}, expected ${expected}`);
  }
  return {
    runs: before.runs + 1,
    staleRuns: before.staleRuns + (isStale ? 1 : 0),
    verdicts: before.verdicts + listed.size,
    clearedLater: before.clearedLater + open.size,
    undecided: before.undecided + undecided,
    violations: [...before.violations, ...found],
    open,
  };
}
