import { createRandom } from '../../test/semantics/random.ts';
import { evaluationsByTier } from '../prices.ts';
import { type Figures, plus } from './figures.ts';
import type { Parity } from './parity.ts';
import {
  type AccountOutcome,
  type AccountPlan,
  type Compared,
  comparedNothing,
} from './simulate-account.ts';

/** Accounts that are simulated and added up. */
export interface Scenario {
  readonly name:
    | 'account of 10'
    | 'account of 500'
    | 'account of 5,000'
    | '1,000 accounts of 10'
    | 'organization';
  readonly days: number;
  readonly accounts: readonly AccountPlan[];
}

/** Each account is simulated apart from all others, with a seed of its own. */
function plan(index: number, seed: number, rest: Omit<AccountPlan, 'accountId' | 'seed'>) {
  return { accountId: String(100_000_000_000 + index), seed: seed + index, ...rest };
}

/**
 * An organization. Most accounts are small, and every 250th is as large as can be: IAM allows 5,000 users. AWS Config
 * revokes automatically in one half of the accounts, and the rule also evaluates changes in another half.
 */
export function organization(accounts: number, days: number, seed: number): Scenario {
  const random = createRandom(seed);
  const plans = Array.from({ length: accounts }, (_, index) => {
    const isLargest = index % 250 === 7;
    // The largest accounts alternate, so that some of them are in every half.
    const turn = isLargest ? Math.floor(index / 250) : index;
    // A Pareto distribution, as sizes often have.
    const size = Math.floor(5.5 / (random.integer(1, 1_000_000) / 1_000_000) ** 0.8);
    return plan(index, seed, {
      users: isLargest ? 5000 : Math.min(size, 2000),
      dormant: random.integer(5, 40) / 100,
      occasional: random.integer(0, 15) / 100,
      changing: random.integer(1, 10) / 1000,
      reports: random.integer(0, 8),
      automaticRemediation: turn % 2 === 0,
      evaluateOnChange: turn % 4 < 2,
    });
  });
  return { name: 'organization', days, accounts: plans };
}

/** Equal accounts: 40 % of the users are unused at first, something happens to 1 % of them a day, nobody is revoked. */
export function equalAccounts(
  name: Scenario['name'],
  accounts: number,
  users: number,
  seed: number,
): Scenario {
  const population = { dormant: 0.4, occasional: 0, changing: 0.01, reports: 4 };
  const setup = { automaticRemediation: false, evaluateOnChange: true };
  const plans = Array.from({ length: accounts }, (_, index) =>
    plan(index, seed, { users, ...population, ...setup }),
  );
  // The 30 days after the first week.
  return { name, days: 37, accounts: plans };
}

/** The outcome of a scenario: all days, the last 30 of them, and the comparison of verdicts. */
export interface ScenarioOutcome {
  readonly accounts: number;
  readonly users: number;
  readonly days: number;
  readonly all: Compared;
  /** Evaluations by the tiers of their price, which begin anew in each account. */
  readonly month: Compared;
  readonly parity: Omit<Parity, 'violations' | 'open'> & { readonly violations: number };
}

/** The results of `npm run simulate-organization`, as in scripts/simulate-organization/results.json. */
export interface SimulationResults {
  readonly seed: number;
  readonly scenarios: Readonly<Record<Scenario['name'], ScenarioOutcome>>;
}

/** Adds up the outcomes of a scenario's accounts. */
export function addUp(
  { accounts, days }: Scenario,
  outcomes: readonly AccountOutcome[],
): ScenarioOutcome {
  const sum = (of: (outcome: AccountOutcome) => Compared, change = (it: Figures) => it) =>
    outcomes.map(of).reduce(
      (total, it) => ({
        rule: plus(total.rule, change(it.rule)),
        everything: plus(total.everything, change(it.everything)),
        managed: plus(total.managed, change(it.managed)),
      }),
      comparedNothing,
    );
  const inTiers = (figures: Figures): Figures => {
    const [evaluations = 0] = figures.evaluations;
    return { ...figures, evaluations: evaluationsByTier(evaluations) };
  };
  const parities = outcomes.map(({ parity }) => parity);
  const count = (of: (parity: Parity) => number) =>
    parities.map(of).reduce((total, it) => total + it, 0);
  return {
    accounts: accounts.length,
    users: accounts.reduce((total, { users }) => total + users, 0),
    days,
    all: sum(({ all }) => all),
    month: sum(({ month }) => month, inTiers),
    parity: {
      runs: count((it) => it.runs),
      staleRuns: count((it) => it.staleRuns),
      verdicts: count((it) => it.verdicts),
      clearedLater: count((it) => it.clearedLater),
      undecided: count((it) => it.undecided),
      violations: count((it) => it.violations.length),
    },
  };
}
