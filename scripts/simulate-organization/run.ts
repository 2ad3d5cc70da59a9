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
  { name, accounts, days }: Scenario,
  children: readonly ChildProcess[],
): Promise<AccountOutcome[]> {
  const outcomes: AccountOutcome[] = [];
  const left = [...accounts.entries()];
  const run = async (child: ChildProcess) => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, account] = next;
      if (index % 100 === 0) say(`${name}: account ${index + 1} of ${accounts.length} …`);
      child.send({ account, days } satisfies Job);
      const [outcome]: AccountOutcome[] = await once(child, 'message');
      if (outcome !== undefined) outcomes[index] = outcome;
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
  const violations: string[] = [];
  const total = async (scenario: Scenario): Promise<ScenarioOutcome> => {
    const outcomes = await simulate(scenario, children);
    for (const [index, { parity }] of outcomes.entries()) {
      const { name, accounts } = scenario;
      const where = `${name}, seed ${accounts[index]?.seed}`;
      violations.push(...parity.violations.map((it) => `${where}: ${it}`));
    }
    return addUp(scenario, outcomes);
  };
  const results: SimulationResults = {
    seed,
    scenarios: {
      'account of 10': await total(equalAccounts('account of 10', 1, 10, seed)),
      'account of 500': await total(equalAccounts('account of 500', 1, 500, seed)),
      'account of 5,000': await total(equalAccounts('account of 5,000', 1, 5000, seed)),
      '1,000 accounts of 10': await total(equalAccounts('1,000 accounts of 10', 1000, 10, seed)),
      organization: await total(organization(1000, 60, seed)),
    },
  };
  for (const child of children) child.disconnect();
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
