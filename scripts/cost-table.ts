import type { BenchResults } from '../bench/results.ts';
import { alarms, costOfAccount, days, dollars, finely, prices, steps } from './cost.ts';

const thousandAccounts = { accounts: 1000n, users: 10 };

/** Takes what was measured. Gives back the README's table of costs, in Markdown. */
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
    '| a month, us-east-1 | rule evaluations | Lambda | CloudWatch | together |',
    '|---|---|---|---|---|',
    ...rows,
    `| 1,000 accounts of ${users} users, with a key for the central topic | ${cells.join(' | ')} |`,
    '',
    '- Each figure is rounded up to a cent by itself. The last total has $1.00 for the key in it.',
    `- Rule evaluations: users × ${days} days × $0.001, from 100,000 a month and account on $0.0008.`,
    `- Lambda: ${days} runs of ${(slowest / 1000).toFixed(0)} s for 5,000 users (the slowest of the figures above, fewer users in proportion) × 0.5 GB × $0.0000133334. A run also waits some seconds for IAM's report: 10 s more each are $0.002 a month and account.`,
    `- CloudWatch: ${alarms} alarms × $0.10, and a metric in ${days} hours of the month × $0.30 ÷ 720. Logs are a few kilobytes a day.`,
    `- Each revocation of a password and a key takes ${steps.revocation} steps of Automation × $0.002 = ${execution(steps.revocation)}; one that a brake holds takes ${steps.unchanged}, ${execution(steps.unchanged)}, so that a protected user who stays NON_COMPLIANT under automatic remediation costs, at one execution a day, ${dollars(BigInt(days * steps.unchanged) * prices.step)} a month.`,
    `- Each password that was issued: ${dollars(prices.secret)} a month until its secret is deleted.`,
    '- With `EvaluateOnChange` each change of a user is one more evaluation, and so is every user once when the rule is created or changed. What AWS Config takes for recording users ($0.003 a change) is not counted here.',
  ].join('\n');
}
