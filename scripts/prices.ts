/**
 * AWS's prices in us-east-1, in billionths of a dollar, from its price pages of November 2026. Free tiers and tiers
 * that are shared within an organization are not considered, so your bill may be lower.
 */
export const prices = {
  /** Evaluations of AWS Config rules, a Region and month: the price of each up to a number, then the next price. */
  evaluations: [
    { upTo: 100_000, each: 1_000_000n },
    { upTo: 500_000, each: 800_000n },
    { upTo: Number.POSITIVE_INFINITY, each: 500_000n },
  ],
  /** Lambda on arm64. */
  gigabyteSecond: 13_334n,
  invocation: 200n,
  /** CloudWatch, a month. A custom metric counts only in the hours that have data. */
  alarm: 100_000_000n,
  metricHour: 416_667n,
  /** SSM Automation. */
  step: 2_000_000n,
  /** KMS and Secrets Manager, a month. */
  key: 1_000_000_000n,
  secret: 400_000_000n,
} as const;

/** How many of an account's evaluations in a month have the price of each tier. */
export function evaluationsByTier(count: number): number[] {
  let from = 0;
  return prices.evaluations.map(({ upTo }) => {
    const inTier = Math.max(0, Math.min(count, upTo) - from);
    from = upTo;
    return inTier;
  });
}

/** In billionths of a dollar. */
export function priceOfEvaluations(byTier: readonly number[]): bigint {
  return prices.evaluations.reduce(
    (sum, { each }, tier) => sum + BigInt(byTier[tier] ?? 0) * each,
    0n,
  );
}
