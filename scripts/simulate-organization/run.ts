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

/** Simulates a scenario's accounts, each in whichever child process is free. */
async function simulate(
  scenario: Scenario,
  children: readonly ChildProcess[],
): Promise<{ outcome: ScenarioOutcome; violations: string[] }> {
  const { name, accounts, days } = scenario;
  const outcomes: AccountOutcome[] = [];
  const left = [...accounts.entries()];
  const total = accounts.length;
  const tenth = Math.ceil(total / 10);
  const run = async (child: ChildProcess) => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, account] = next;
      child.send({ account, days } satisfies Job);
      const [outcome]: AccountOutcome[] = await once(child, 'message');
      if (outcome !== undefined) outcomes[index] = outcome;
      const done = total - left.length;
      if (done % tenth === 0) say(`${name}: ${done} of ${total} accounts begun`);
    }
  };
  await Promise.all(children.map(run));
  const violations = outcomes.flatMap(({ parity }, index) =>
    parity.violations.map((it) => `${name}, seed ${accounts[index]?.seed}: ${it}`),
  );
  return { outcome: addUp(scenario, outcomes), violations };
}

async function main(seed: number): Promise<void> {
  say(`Seed ${seed}`);
  const children = Array.from({ length: 2 }, () =>
    fork(fileURLToPath(import.meta.url), ['child'], { serialization: 'advanced' }),
  );
  for (const child of children) {
    child.on('exit', (code) => {
      if (code !== null && code !== 0) process.exit(code);
    });
  }
  const all = [
    equalAccounts('account of 500', 1, 500, seed),
    equalAccounts('account of 5,000', 1, 5000, seed),
    equalAccounts('1,000 accounts of 10', 1000, 10, seed),
    organization(1000, 60, seed),
  ];
  const scenarios: Partial<Record<Scenario['name'], ScenarioOutcome>> = {};
  const violations: string[] = [];
  for (const scenario of all) {
    const { outcome, violations: found } = await simulate(scenario, children);
    scenarios[scenario.name] = outcome;
    violations.push(...found);
  }
  for (const child of children) child.disconnect();
  const results = { seed, scenarios } as SimulationResults;
  const stored = new URL('results.json', import.meta.url);
  writeFileSync(stored, `${JSON.stringify(results, null, 2)}\n`);
  const bench: BenchResults = JSON.parse(
    readFileSync(new URL('../bench/results.json', import.meta.url), 'utf8'),
  );
  process.stdout.write(`${renderCostTables(bench, results)}\n`);
  for (const violation of violations) say(`Wrong: ${violation}`);
  say(`${violations.length} wrong verdicts`);
  if (violations.length > 0) process.exitCode = 1;
}

if (process.argv[2] === 'child') work();
else await main(Number(process.argv[2] ?? 20261129));
