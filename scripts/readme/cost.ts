import { operations } from '../../local-aws/operations.ts';
import type { BenchResults } from '../bench/results.ts';
import { priceOfEvaluations, prices } from '../prices.ts';
import type { Figures } from '../simulate-organization/figures.ts';
import type { ScenarioOutcome, SimulationResults } from '../simulate-organization/scenarios.ts';

/** Days in a month. */
const days = 30;
/** Alarms of an account, and steps of an execution. Tests compare both with the stack and the documents. */
export const alarms = 1;
export const steps = { unchanged: 7, revocation: 27 } as const;
/** Steps beyond revocations; `key` is what the announcement and the deletion of one more key add. A test compares them with the documents. */
export const otherSteps = { retirement: 34, purgeOfNothing: 4, key: 10 } as const;
/** Invocations and requests of plan-revocation in an execution that the daily limit stops, and in one that revokes. A test compares both with the documents. */
export const planning = {
  unchanged: { invocations: 2, requests: 32 },
  revocation: { invocations: 4, requests: 40 },
} as const;
/** The functions' memory in gigabytes, as a fraction. */
const halfGigabyte = { numerator: 1n, denominator: 2n } as const;

/** Milliseconds of Lambda, as `npm run bench` measured them. */
interface LambdaModel {
  /** Each invocation of the rule's function: its start, counted as cold, and what does not depend on the users. */
  readonly start: number;
  readonly perUser: number;
  /** A request where IAM allows 50 a second, which is slower than most accounts are. */
  readonly perRequest: number;
  /** An invocation of plan-revocation in an account of 5,000 users. */
  readonly plan: number;
}

/** A linear model of the durations in the benchmarks. */
export function lambdaModel({ evaluations, planning: plans, bundle }: BenchResults): LambdaModel {
  const fresh = evaluations
    .filter(({ report, run }) => report === 'fresh' && run === 'first')
    .toSorted((a, b) => a.users - b.users);
  const [small, large] = [fresh[0], fresh.at(-1)];
  const perRequest = evaluations
    .filter(({ iamPerSecond }) => iamPerSecond === 50)
    .map(({ wallMs, requests }) => wallMs / total(requests));
  const plan = plans.find((it) => it.function === 'plan-revocation');
  if (small === undefined || large === undefined || perRequest.length === 0 || plan === undefined)
    throw new Error('The benchmarks lack a run; start npm run bench');
  const perUser = (large.wallMs - small.wallMs) / (large.users - small.users);
  return {
    start: bundle.sdkOutside.requireMs + small.wallMs - small.users * perUser,
    perUser,
    // Uses the slowest run, because in a run with few requests, waits before retries take a larger part.
    perRequest: Math.max(...perRequest),
    plan: bundle.sdkOutside.requireMs + plan.wallMs,
  };
}

/** Milliseconds of Lambda: of the rule's function, and of plan-revocation. */
export function lambdaTime(figures: Figures, model: LambdaModel): number {
  const { scheduledRuns, changeRuns, evaluatedUsers, requests, waitedMs } = figures;
  const evaluating =
    (scheduledRuns + changeRuns) * model.start +
    evaluatedUsers * model.perUser +
    total(requests) * model.perRequest +
    waitedMs;
  return evaluating + plansOf(figures) * model.plan;
}

function plansOf({ unchanged, revocations }: Figures): number {
  return unchanged * planning.unchanged.invocations + revocations * planning.revocation.invocations;
}

/** The monthly cost of some accounts, in billionths of a dollar. */
interface Cost {
  readonly evaluations: bigint;
  readonly lambda: bigint;
  readonly cloudWatch: bigint;
  readonly automation: bigint;
  /** The key of an organization's central topic. */
  readonly key: bigint;
  readonly total: bigint;
}

/** The cost of a month with these figures. Their evaluations are by tier. */
export function costOf(figures: Figures, accounts: number, model: LambdaModel): Cost {
  const { scheduledRuns, changeRuns, metricHours, unchanged, revocations } = figures;
  const invocations = BigInt(scheduledRuns + changeRuns + plansOf(figures));
  const milliseconds = BigInt(Math.ceil(lambdaTime(figures, model)));
  const { numerator, denominator } = halfGigabyte;
  const lines = {
    evaluations: priceOfEvaluations(figures.evaluations),
    lambda:
      (milliseconds * prices.gigabyteSecond * numerator) / (denominator * 1000n) +
      invocations * prices.invocation,
    cloudWatch: BigInt(accounts * alarms) * prices.alarm + BigInt(metricHours) * prices.metricHour,
    automation: BigInt(unchanged * steps.unchanged + revocations * steps.revocation) * prices.step,
    key: accounts > 1 ? prices.key : 0n,
  };
  return { ...lines, total: Object.values(lines).reduce((sum, line) => sum + line, 0n) };
}

function total(requests: Readonly<Record<string, number>>): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
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

type ScenarioName = keyof SimulationResults['scenarios'];

const rows: readonly (readonly [ScenarioName, string])[] = [
  ['account of 10', 'one account of 10 users'],
  ['account of 500', 'one account of 500 users'],
  ['account of 5,000', 'one account of 5,000 users'],
  ['1,000 accounts of 10', '1,000 accounts of 10 users'],
  ['organization', 'an organization'],
];

function renderMonths(bench: BenchResults, { scenarios }: SimulationResults): string[] {
  const model = lambdaModel(bench);
  return rows.map(([name, text]) => {
    const { accounts, month } = scenarios[name];
    const { total: everyDay } = costOf(month.everything, accounts, model);
    const cost = costOf(month.rule, accounts, model);
    const cells = [
      ...[cost.evaluations, cost.lambda, cost.cloudWatch + cost.key, cost.automation],
      ...[cost.total, everyDay, priceOfEvaluations(month.managed.evaluations)],
    ].map(dollars);
    return `| ${text} | ${cells.slice(0, 4).join(' | ')} | **${cells[4]}** | ${cells.slice(5).join(' | ')} |`;
  });
}

const services = { config: 'AWS Config', iam: 'IAM', sns: 'Amazon SNS' } as const;

/** Requests of the rule's function, by service. */
function requestsOf({ requests }: Figures, service: keyof typeof services): number {
  const own = new Set(
    operations.filter((it) => it.service === service).map(({ operation }) => operation),
  );
  return total(
    Object.fromEntries(Object.entries(requests).filter(([operation]) => own.has(operation))),
  );
}

function renderOrganization(bench: BenchResults, { scenarios }: SimulationResults): string[] {
  const { month, accounts } = scenarios.organization;
  const model = lambdaModel(bench);
  const both = [month.rule, month.everything] as const;
  const costs = both.map((figures) => costOf(figures, accounts, model));
  const plans = both.map(
    ({ unchanged, revocations }) =>
      unchanged * planning.unchanged.requests + revocations * planning.revocation.requests,
  );
  const hours = (figures: Figures) => count(Math.round(lambdaTime(figures, model) / 36_000) / 100);
  const row = (text: string, cells: readonly string[]) => `| ${text} | ${cells.join(' | ')} |`;
  const each = (text: string, of: (figures: Figures) => number) =>
    row(text, both.map(of).map(count));
  const cost = (text: string, of: (costs: Cost) => bigint) => row(text, costs.map(of).map(dollars));
  return [
    each('evaluations put', ({ evaluations }) => evaluations.reduce((sum, it) => sum + it, 0)),
    each('scheduled runs', (it) => it.scheduledRuns),
    each('events of changes', (it) => it.changeRuns),
    ...(Object.keys(services) as (keyof typeof services)[]).map((service) =>
      each(`requests of these to ${services[service]}`, (it) => requestsOf(it, service)),
    ),
    row('Lambda hours', both.map(hours)),
    each('executions that changed nothing', (it) => it.unchanged),
    each('executions that revoked', (it) => it.revocations),
    row('requests of `plan-revocation`', plans.map(count)),
    each(
      'steps of executions',
      (it) => it.unchanged * steps.unchanged + it.revocations * steps.revocation,
    ),
    cost('rule evaluations', (it) => it.evaluations),
    cost('Lambda', (it) => it.lambda),
    cost('CloudWatch', (it) => it.cloudWatch),
    cost('Automation', (it) => it.automation),
    cost('key of the central topic', (it) => it.key),
    row(
      '**total**',
      costs.map((it) => `**${dollars(it.total)}**`),
    ),
  ];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** What Automation did in the organization before the month in the table, while the rule was new. */
function renderFirstDays({ all, month, days: simulatedDays }: ScenarioOutcome): string {
  const unchanged = all.rule.unchanged - month.rule.unchanged;
  const revocations = all.rule.revocations - month.rule.revocations;
  const amount = BigInt(unchanged * steps.unchanged + revocations * steps.revocation) * prices.step;
  return `In the ${simulatedDays - days} days before, when the rule was new, Automation cost ${dollars(amount)}. ${count(revocations)} executions revoked, and ${count(unchanged)} changed nothing, most of them because of the daily limit.`;
}

/** The tables of what a month costs, in Markdown. */
export function renderCostTables(bench: BenchResults, simulated: SimulationResults): string {
  const { organization } = simulated.scenarios;
  const { parity } = organization;
  return [
    '| a month, us-east-1 | rule evaluations | Lambda | CloudWatch, KMS | Automation | **total** | everything, every day | managed rule |',
    '|---|---|---|---|---|---|---|---|',
    ...renderMonths(bench, simulated),
    '',
    `The organization has ${count(organization.accounts)} accounts and ${count(organization.users)} users. In a month:`,
    '',
    '| | this rule | everything, every day |',
    '|---|---|---|',
    ...renderOrganization(bench, simulated),
    '',
    renderFirstDays(organization),
    '',
    `Over ${organization.days} days, the simulation compared ${count(parity.verdicts)} verdicts that AWS Config shows with a full evaluation. ${count(parity.staleRuns)} of ${count(parity.runs)} runs had a report older than 15 minutes. ${count(parity.clearedLater)} users who had just used a credential stayed NON_COMPLIANT until the next run. There were ${count(parity.violations)} other differences.`,
  ].join('\n');
}

/** The prices that the tables are made of, in Markdown. */
export function renderPrices(bench: BenchResults): string {
  const model = lambdaModel(bench);
  const execution = (number: number) => finely(BigInt(number) * prices.step);
  return [
    '- Each figure is rounded up to a cent.',
    '- Rule evaluations: $0.001 each. Above 100,000 a month in one account, the price is $0.0008.',
    '- Lambda: 0.5 GB × $0.0000133334 a second, and $0.0000002 an invocation. The seconds follow a linear model of the [benchmarks](how-it-is-proven.md#figures).',
    `- Lambda, an evaluation: ${milliseconds(model.start)} for each, as after a cold start, ${model.perUser.toFixed(2)} ms for each user of a scheduled run, and ${milliseconds(model.perRequest)} for each request, as where IAM allows 50 a second. The simulated wait for IAM's report comes on top.`,
    `- Lambda, a plan of a revocation: ${milliseconds(model.plan)}, as in an account of 5,000 users.`,
    `- CloudWatch: ${alarms} alarm × $0.10 in each account, and a metric in ${days} hours of the month × $0.30 ÷ 720. Logs are a few kilobytes a day.`,
    '- KMS: $1.00 for the key of the central topic, if there are several accounts.',
    `- Automation: $0.002 a step. A revocation of a password and a key takes ${steps.revocation} steps: ${execution(steps.revocation)}. An execution that changes nothing takes ${steps.unchanged}: ${execution(steps.unchanged)}.`,
    `- Automation, beyond revocation: a retirement of a user with a password and a key takes ${otherSteps.retirement} steps: ${execution(otherSteps.retirement)}. To remove groups, policies or MFA devices takes more. With \`DeleteAfterDays\`, an execution a day that finds nothing to delete takes ${otherSteps.purgeOfNothing}: ${finely(BigInt(days * otherSteps.purgeOfNothing) * prices.step)} a month. Each deleted key adds ${otherSteps.key}: ${execution(otherSteps.key)}.`,
    `- Each new password: ${dollars(prices.secret)} a month until its secret is deleted.`,
    '- Not included: what AWS Config charges for recording users ($0.003 a change). A revocation changes the tags of its user up to three times.',
  ].join('\n');
}

function milliseconds(value: number): string {
  return `${count(Math.round(value))} ms`;
}
