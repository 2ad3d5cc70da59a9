import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BenchResults } from '../../../scripts/bench/results.ts';
import { evaluationsByTier, priceOfEvaluations } from '../../../scripts/prices.ts';
import {
  costOf,
  dollars,
  finely,
  lambdaModel,
  lambdaTime,
  otherSteps,
  planning,
} from '../../../scripts/readme/cost.ts';
import { nothing } from '../../../scripts/simulate-organization/figures.ts';
import {
  addUp,
  equalAccounts,
  type SimulationResults,
} from '../../../scripts/simulate-organization/scenarios.ts';
import { simulateAccount } from '../../../scripts/simulate-organization/simulate-account.ts';
import { accessKey, password, user } from '../../builders/account.ts';
import type { LocalRemediation } from '../../builders/remediation.ts';
import { revokedUsers } from '../../remediation-docs/purge/purge-case.ts';
import { startCase as startRetirement } from '../../remediation-docs/retirement-case.ts';
import { ending, startCase } from '../../remediation-docs/revocation-case.ts';

const read = (path: string) => {
  return JSON.parse(readFileSync(new URL(`../../../scripts/${path}`, import.meta.url), 'utf8'));
};
const bench: BenchResults = read('bench/results.json');
const simulated: SimulationResults = read('simulate-organization/results.json');
const model = { start: 300, perUser: 0.5, perRequest: 20, plan: 2000 };

describe('the cost', () => {
  it.each([
    [0, '$0.00'],
    [300, '$0.30'],
    [100_000, '$100.00'],
    [100_001, '$100.01'],
    [150_000, '$140.00'],
    [500_000, '$420.00'],
    [500_002, '$420.01'],
    [600_000, '$470.00'],
  ])('of %i evaluations a month is %s: each tier at its own price', (count, expected) => {
    expect(dollars(priceOfEvaluations(evaluationsByTier(count)))).toBe(expected);
  });

  it('of a month is that of its evaluations, Lambda time, alarms, metric, steps and key', () => {
    const figures = {
      ...nothing,
      ...{ scheduledRuns: 60, changeRuns: 40, evaluatedUsers: 10_000, waitedMs: 5000 },
      ...{ requests: { GetUser: 100, PutEvaluations: 50 }, evaluations: [100_000, 1] },
      ...{ unchanged: 10, revocations: 2, metricHours: 60 },
    };
    // 28 plans: 2 for each execution that changes nothing, 4 for each that revokes.
    expect(lambdaTime(figures, model)).toBe(30_000 + 5000 + 3000 + 5000 + 56_000);
    const cost = costOf(figures, 2, model);
    expect(cost).toEqual({
      evaluations: 100_000n * 1_000_000n + 800_000n,
      lambda: (99_000n * 13_334n) / 2000n + 128n * 200n,
      cloudWatch: 2n * 100_000_000n + 60n * 416_667n,
      automation: 2_000_000n * (10n * 7n + 2n * 27n),
      key: 1_000_000_000n,
      total: cost.evaluations + cost.lambda + cost.cloudWatch + cost.automation + cost.key,
    });
    expect(costOf(figures, 1, model).key).toBe(0n);
  });

  it('is rounded up, never down', () => {
    expect([dollars(1n), dollars(10_000_000n), dollars(10_000_001n)]).toEqual([
      '$0.01',
      '$0.01',
      '$0.02',
    ]);
    expect(dollars(1_234_560_000_000n)).toBe('$1,234.56');
    expect([finely(42_000_000n), finely(1n)]).toEqual(['$0.042', '$0.001']);
  });
});

describe('the durations in Lambda', () => {
  it('are not shorter than any benchmark of the rule', () => {
    const measured = lambdaModel(bench);
    for (const { users, requests, wallMs, iamPerSecond } of bench.evaluations) {
      // The model is that of an account in which IAM allows 50 requests a second.
      if ((iamPerSecond ?? 50) < 50) continue;
      const figures = { ...nothing, scheduledRuns: 1, evaluatedUsers: users, requests };
      expect(lambdaTime(figures, measured)).toBeGreaterThanOrEqual(wallMs);
    }
  });
});

describe('the steps beyond revocations', () => {
  it('are those of a retirement, of a day without a key to delete, and of each deleted key', async () => {
    const { local, frank } = await startRetirement();
    const { length: retirement } = (await local.retire(frank.userId)).steps;
    /** The steps until all keys of the users are announced and deleted. */
    const purgeAll = async (...names: string[]) => {
      const { purgeOn } = await revokedUsers(...names);
      const executions = [await purgeOn(5), await purgeOn(23), await purgeOn(30)];
      expect(executions.map(ending)).toEqual([
        ...['Success NothingDue', 'Success Announce', 'Success Delete'],
      ]);
      return executions.map(({ steps }) => steps.length);
    };
    const total = (counts: readonly number[]) => counts.reduce((sum, each) => sum + each, 0);
    const [one, two] = [await purgeAll('frank'), await purgeAll('frank', 'grace')];
    const key = total(two) - total(one);
    expect({ retirement, purgeOfNothing: one[0], key }).toEqual(otherSteps);
  });
});

describe('the invocations and requests of plan-revocation', () => {
  /** Those of one execution. */
  async function measure(local: LocalRemediation, userId: string, limit: string) {
    const { automation } = local.account;
    const { invoke } = automation;
    let [invocations, requests] = [0, 0];
    automation.invoke = async (name, payload) => {
      const before = local.aws.requests.entries.length;
      const answer = await invoke(name, payload);
      requests += local.aws.requests.entries.length - before;
      invocations += 1;
      return answer;
    };
    const execution = await local.remediate(userId, { MaxRevocationsPerDay: limit });
    automation.invoke = invoke;
    return { outcome: ending(execution), invocations, requests };
  }

  it('are those of an execution that revokes, and of one that the daily limit stops', async () => {
    const { local, frank, account } = await startCase();
    const gina = user(account, 'gina', {
      ...password(400, 100, 350),
      accessKeys: [accessKey(300)],
    });
    account.credentialReport = undefined;
    expect(await measure(local, frank.userId, '1')).toEqual({
      outcome: 'Success Revoke',
      ...planning.revocation,
    });
    expect(await measure(local, gina.userId, '1')).toEqual({
      outcome: 'Success LimitReached',
      ...planning.unchanged,
    });
    // The document stops most others earlier.
    const { requests } = await measure(local, frank.userId, '1');
    expect(requests).toBeLessThanOrEqual(planning.unchanged.requests);
  });
});

describe('the simulated month', () => {
  const costs = (name: keyof SimulationResults['scenarios']) => {
    const { month, accounts } = simulated.scenarios[name];
    const measured = lambdaModel(bench);
    const { total: rule } = costOf(month.rule, accounts, measured);
    const { total: everything } = costOf(month.everything, accounts, measured);
    return { rule, everything, managed: priceOfEvaluations(month.managed.evaluations) };
  };
  const dollar = 1_000_000_000n;

  it('is that of this code (else: npm run simulate-organization)', async () => {
    const scenario = equalAccounts('account of 10', 1, 10, simulated.seed);
    const outcomes = [];
    for (const account of scenario.accounts) {
      outcomes.push(await simulateAccount(account, scenario.days));
    }
    expect(addUp(scenario, outcomes)).toEqual(simulated.scenarios['account of 10']);
  });

  it('of one account of 5,000 users, 1 % of them changing a day, costs at most $30', () => {
    const { rule, everything, managed } = costs('account of 5,000');
    expect(rule).toBeLessThanOrEqual(30n * dollar);
    expect(everything).toBeGreaterThan(140n * dollar);
    expect(managed).toBeGreaterThan(139n * dollar);
  });

  it('of 1,000 accounts of 10 users, 1 % of them changing a day, costs at most $170', () => {
    const { rule, everything } = costs('1,000 accounts of 10');
    expect(rule).toBeLessThanOrEqual(170n * dollar);
    expect(everything).toBeGreaterThan(400n * dollar);
  });

  it('compared every verdict with an evaluation of everybody, and found none wrong', () => {
    const scenarios = Object.values(simulated.scenarios);
    expect(scenarios).toHaveLength(5);
    for (const { parity, users, days } of scenarios) {
      expect(parity.verdicts).toBeGreaterThan(users * days * 0.8);
      expect(parity.staleRuns).toBeGreaterThan(0);
      expect(parity.violations).toBe(0);
    }
  });
});
