import type { OwnedCredential } from '../../../summary.ts';

/** `due` if a user is NON_COMPLIANT because of it; `allowed` if it is unused, but the user is exempt or the scope allows it; else `kept`. */
export type Standing = 'due' | 'allowed' | 'kept';

export function standingOf({ credential }: OwnedCredential): Standing {
  if (credential.due) return 'due';
  return credential.unused ? 'allowed' : 'kept';
}

/** The credentials that have been idle for `from` to less than `to` days. */
export interface IdleBin {
  readonly from: number;
  /** Infinity for the last bin. */
  readonly to: number;
  readonly counts: Readonly<Record<Standing, number>>;
}

/** Days. Each is about 1.4 times the one before it, and the usual limits are among them. */
const edges = [
  ...[0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270],
  ...[365, 545, 730, 1095, 1460, 2190, 3650],
];

/** Counts the credentials in bins of about the same width on a logarithmic scale, up to the longest idle time. */
export function binByIdleDays(credentials: readonly OwnedCredential[]): IdleBin[] {
  const bins = edges.map((from, index) => ({
    ...{ from, to: edges[index + 1] ?? Number.POSITIVE_INFINITY },
    counts: { due: 0, allowed: 0, kept: 0 },
  }));
  let used = 0;
  for (const owned of credentials) {
    const index = bins.findLastIndex(({ from }) => from <= owned.credential.idleDays);
    const bin = bins[index];
    if (bin !== undefined) bin.counts[standingOf(owned)] += 1;
    used = Math.max(used, index + 1);
  }
  return bins.slice(0, used);
}
