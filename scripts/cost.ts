/**
 * What AWS asks in us-east-1, in billionths of a dollar, read off its price pages in November 2026. Free tiers and the
 * aggregation of tiers over an organization are left out, so that a bill is rather lower.
 */
export const prices = {
  /** Evaluations of AWS Config rules, a Region and month: so many at that price, then the next. */
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

/** Days of a month, with an evaluation each. */
export const days = 30;
/** What the stack has: alarms, and steps of executions, which tests count. */
export const alarms = 3;
export const steps = { unchanged: 7, revocation: 21 } as const;

/** What one account costs a month, in billionths of a dollar. */
export interface AccountCost {
  readonly evaluations: bigint;
  readonly lambda: bigint;
  readonly cloudWatch: bigint;
  readonly total: bigint;
}

/** Takes a number of evaluations a month. Gives back their price in billionths of a dollar. */
export function priceOfEvaluations(count: number): bigint {
  let [price, from] = [0n, 0];
  for (const { upTo, each } of prices.evaluations) {
    price += BigInt(Math.max(0, Math.min(count, upTo) - from)) * each;
    from = upTo;
  }
  return price;
}

/**
 * Takes an account's users, and how many milliseconds the function takes for 5,000. Gives back what a month of
 * daily evaluations costs, in billionths of a dollar.
 */
export function costOfAccount(users: number, millisecondsFor5000: number): AccountCost {
  const evaluations = priceOfEvaluations(users * days);
  const milliseconds = BigInt(Math.ceil((millisecondsFor5000 * users) / 5000));
  const megabytes = 512n;
  const eachRun = (milliseconds * megabytes * prices.gigabyteSecond) / (1000n * 1024n);
  const lambda = BigInt(days) * (eachRun + prices.invocation);
  const cloudWatch = BigInt(alarms) * prices.alarm + BigInt(days) * prices.metricHour;
  return { evaluations, lambda, cloudWatch, total: evaluations + lambda + cloudWatch };
}

/** Takes billionths of a dollar. Gives back dollars and thousandths, rounded up. */
export function finely(amount: bigint): string {
  return `$${(Number((amount + 999_999n) / 1_000_000n) / 1000).toFixed(3)}`;
}

/** Takes billionths of a dollar. Gives back dollars and cents, rounded up. */
export function dollars(amount: bigint): string {
  const cents = (amount + 9_999_999n) / 10_000_000n;
  const whole = (cents / 100n).toLocaleString('en-US');
  return `$${whole}.${String(cents % 100n).padStart(2, '0')}`;
}
