import type { BenchResults } from '../bench/results.ts';

/**
 * AWS's prices in us-east-1, in billionths of a dollar, from its price pages of November 2026. Free tiers and the
 * aggregation of tiers over an organization are left out, so that your bill may be lower.
 */
const prices = {
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

/** Days in a month, with one evaluation each. */
export const days = 30;
/** The alarm of the stack, and steps of an execution. Tests compare both with the stack and the documents. */
export const alarms = 1;
export const steps = { unchanged: 7, revocation: 27 } as const;

/** What one account costs a month, in billionths of a dollar. */
interface AccountCost {
  readonly evaluations: bigint;
  readonly lambda: bigint;
  readonly cloudWatch: bigint;
  readonly total: bigint;
}

/** In billionths of a dollar, for a number of evaluations a month. */
export function priceOfEvaluations(count: number): bigint {
  let [price, from] = [0n, 0];
  for (const { upTo, each } of prices.evaluations) {
    price += BigInt(Math.max(0, Math.min(count, upTo) - from)) * each;
    from = upTo;
  }
  return price;
}

/** What a month of daily evaluations costs; the duration of a run is in proportion to that for 5,000 users. */
export function costOfAccount(users: number, millisecondsFor5000: number): AccountCost {
  const evaluations = priceOfEvaluations(users * days);
  const milliseconds = BigInt(Math.ceil((millisecondsFor5000 * users) / 5000));
  const megabytes = 512n;
  const eachRun = (milliseconds * megabytes * prices.gigabyteSecond) / (1000n * 1024n);
  const lambda = BigInt(days) * (eachRun + prices.invocation);
  const cloudWatch = BigInt(alarms) * prices.alarm + BigInt(days) * prices.metricHour;
  return { evaluations, lambda, cloudWatch, total: evaluations + lambda + cloudWatch };
}

/** Billionths of a dollar as dollars and thousandths, rounded up. */
export function finely(amount: bigint): string {
  return `$${(Number((amount + 999_999n) / 1_000_000n) / 1000).toFixed(3)}`;
}

/** Billionths of a dollar as dollars and cents, rounded up. */
export function dollars(amount: bigint): string {
  const cents = (amount + 9_999_999n) / 10_000_000n;
  const whole = (cents / 100n).toLocaleString('en-US');
  return `$${whole}.${String(cents % 100n).padStart(2, '0')}`;
}

const thousandAccounts = { accounts: 1000n, users: 10 };

/** The table of costs with its assumptions, in Markdown. */
export function renderCostTable({ evaluations }: BenchResults): string {
  const [slowest = 0] = evaluations.map(({ wallMs }) => wallMs).sort((a, b) => b - a);
  const rows = [10, 500, 5000].map((users) => {
    const cost = costOfAccount(users, slowest);
    const cells = [cost.evaluations, cost.lambda, cost.cloudWatch, cost.total].map(dollars);
    return `| one account, ${users.toLocaleString('en-US')} users | ${cells.join(' | ')} |`;
  });
  const { accounts, users } = thousandAccounts;
  const each = costOfAccount(users, slowest);
  const all = [each.evaluations, each.lambda, each.cloudWatch].map((amount) => amount * accounts);
  const total = all.reduce((sum, amount) => sum + amount, prices.key);
  const cells = [...all, total].map(dollars);
  const execution = (count: number) => finely(BigInt(count) * prices.step);
  return [
    '| a month, us-east-1 | rule evaluations | Lambda | CloudWatch | total |',
    '|---|---|---|---|---|',
    ...rows,
    `| 1,000 accounts of ${users} users, with a key for the central topic | ${cells.join(' | ')} |`,
    '',
    '- Each figure is rounded up to a cent. The last total includes $1.00 for the key.',
    `- Rule evaluations: users × ${days} days × $0.001. Above 100,000 a month in one account, the price is $0.0008.`,
    `- Lambda: ${days} runs of ${(slowest / 1000).toFixed(0)} s for 5,000 users × 0.5 GB × $0.0000133334. This is the slowest run in [Figures](how-it-is-proven.md#figures); fewer users take proportionally less.`,
    "- A run also waits some seconds for IAM's report. Every 10 seconds of waiting cost $0.002 a month in each account.",
    `- CloudWatch: ${alarms} alarm × $0.10, and a metric in ${days} hours of the month × $0.30 ÷ 720. Logs are a few kilobytes a day.`,
    `- Each revocation of a password and a key takes ${steps.revocation} steps of Automation × $0.002 = ${execution(steps.revocation)}.`,
    `- A revocation that a safeguard holds back takes ${steps.unchanged} steps: ${execution(steps.unchanged)}. A protected user who stays NON_COMPLIANT under automatic remediation therefore costs ${dollars(BigInt(days * steps.unchanged) * prices.step)} a month, at one execution a day.`,
    `- Each new password: ${dollars(prices.secret)} a month until its secret is deleted.`,
    '- With `EvaluateOnChange` each change of a user is one more evaluation. So is every user once when the rule is created, changed or re-evaluated.',
    '- Not included: what AWS Config charges for recording users ($0.003 a change).',
  ].join('\n');
}
