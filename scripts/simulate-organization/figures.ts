/** Counts of everything that costs something, in some accounts during some days. */
export interface Figures {
  /** Invocations of the function by schedule, and by change events. */
  readonly scheduledRuns: number;
  readonly changeRuns: number;
  /** Users that the scheduled runs evaluated, and how long (milliseconds) those runs waited for IAM's report. */
  readonly evaluatedUsers: number;
  readonly waitedMs: number;
  /** Requests of the function by operation. */
  readonly requests: Readonly<Record<string, number>>;
  /** Evaluations put, by the tiers of their price, which begin anew in each account and month. */
  readonly evaluations: readonly number[];
  /** Executions of the revocation's document: those that changed nothing, and those that revoked. */
  readonly unchanged: number;
  readonly revocations: number;
  /** Hours in which a scheduled run succeeded, which are those that have data of the alarm's metric. */
  readonly metricHours: number;
}

export const nothing: Figures = {
  ...{ scheduledRuns: 0, changeRuns: 0, evaluatedUsers: 0, waitedMs: 0 },
  ...{ requests: {}, evaluations: [], unchanged: 0, revocations: 0, metricHours: 0 },
};

/** Adds figures. */
export function plus(a: Figures, b: Partial<Figures>): Figures {
  const { requests = {}, evaluations = [], ...rest } = b;
  const counts = Object.entries(rest).map(([name, value]) => {
    return [name, a[name as keyof typeof rest] + value];
  });
  const operations = Object.keys({ ...a.requests, ...requests }).sort((x, y) => (x < y ? -1 : 1));
  const tiers = Math.max(a.evaluations.length, evaluations.length);
  return {
    ...a,
    ...Object.fromEntries(counts),
    requests: Object.fromEntries(
      operations.map((name) => [name, (a.requests[name] ?? 0) + (requests[name] ?? 0)]),
    ),
    evaluations: Array.from({ length: tiers }, (_, tier) => {
      return (a.evaluations[tier] ?? 0) + (evaluations[tier] ?? 0);
    }),
  };
}
