import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchResults } from '../bench/results.ts';
import { renderCostTables } from '../readme/cost.ts';
import {
  addUp,
  equalAccounts,
  organization,
  type Scenario,
  type ScenarioOutcome,
  type SimulationResults,
} from './scenarios.ts';
import { type AccountOutcome, type AccountPlan, simulateAccount } from './simulate-account.ts';

/** An account for a child process to simulate. */
interface Job {
  readonly account: AccountPlan;
  readonly days: number;
}

const say = (text: string) => process.stderr.write(`${text}\n`);

/** In a child process: simulates the accounts that the parent names, one after the other. */
function work(): void {
  process.on('message', async ({ account, days }: Job) => {
    process.send?.(await simulateAccount(account, days));
  });
}

/** Simulates all accounts, the largest first, each in the next free child process. */
async function simulate(
  scenarios: readonly Scenario[],
  children: readonly ChildProcess[],
): Promise<ReadonlyMap<AccountPlan, AccountOutcome>> {
  const jobs = scenarios
    .flatMap(({ accounts, days }) => accounts.map((account): Job => ({ account, days })))
    .sort((a, b) => b.account.users * b.days - a.account.users * a.days);
  const total = jobs.length;
  const outcomes = new Map<AccountPlan, AccountOutcome>();
  const run = async (child: ChildProcess) => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      child.send(job);
      const [outcome]: AccountOutcome[] = await once(child, 'message');
      if (outcome !== undefined) outcomes.set(job.account, outcome);
      const { size } = outcomes;
      if (size < 20 || size % 100 === 0) say(`${size} of ${total} accounts …`);
    }
  };
  await Promise.all(children.map(run));
  return outcomes;
}

async function main(seed: number): Promise<void> {
  say(`Seed ${seed}`);
  const children = Array.from({ length: 2 }, () =>
    fork(fileURLToPath(import.meta.url), ['child'], { serialization: 'advanced' }),
  );
  for (const child of children) {
    child.on('exit', (code) => {
      if (code !== 0) process.exit(code ?? 1);
    });
  }
  const scenarios = [
    equalAccounts('account of 10', 1, 10, seed),
    equalAccounts('account of 500', 1, 500, seed),
    equalAccounts('account of 5,000', 1, 5000, seed),
    equalAccounts('1,000 accounts of 10', 1000, 10, seed),
    organization(1000, 60, seed),
  ];
  const outcomes = await simulate(scenarios, children);
  for (const child of children) child.disconnect();

  const outcomeOf = (account: AccountPlan): AccountOutcome => {
    const outcome = outcomes.get(account);
    if (outcome === undefined) throw new Error(`No outcome of seed ${account.seed}`);
    return outcome;
  };
  const totals = scenarios.map((scenario) => {
    return [scenario.name, addUp(scenario, scenario.accounts.map(outcomeOf))] as const;
  });
  const results: SimulationResults = {
    seed,
    scenarios: Object.fromEntries(totals) as Record<Scenario['name'], ScenarioOutcome>,
  };
  const stored = new URL('results.json', import.meta.url);
  writeFileSync(stored, `${JSON.stringify(results, null, 2)}\n`);
  const bench: BenchResults = JSON.parse(
    readFileSync(new URL('../bench/results.json', import.meta.url), 'utf8'),
  );
  process.stdout.write(`${renderCostTables(bench, results)}\n`);
  const violations = [...outcomes].flatMap(([{ seed: own, users }, { parity }]) =>
    parity.violations.map((it) => `seed ${own}, ${users} users: ${it}`),
  );
  for (const violation of violations) say(`Wrong: ${violation}`);
  say(`${violations.length} wrong verdicts`);
  if (violations.length > 0) process.exitCode = 1;
}

if (process.argv[2] === 'child') work();
else await main(Number(process.argv[2] ?? 20261129));
