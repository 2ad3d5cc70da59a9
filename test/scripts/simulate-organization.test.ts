import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalAccount } from '../../local-aws/account.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { connect } from '../../rule/aws/clients.ts';
import { connectInProcess } from '../../scripts/simulate-organization/in-process-aws.ts';
import { addRun, noRuns } from '../../scripts/simulate-organization/parity.ts';
import { addUp, organization } from '../../scripts/simulate-organization/scenarios.ts';
import {
  type AccountPlan,
  type Connect,
  simulateAccount,
} from '../../scripts/simulate-organization/simulate-account.ts';
import { withoutConnection } from '../builders/without-connection.ts';

const servers: LocalAws[] = [];
afterEach(async () => {
  for (const aws of servers.splice(0)) await aws.close();
});

/** Real SDK clients, whose requests a local account answers as text. */
const connectSdk: Connect = async (account, now) => {
  const aws = await startLocalAws(account, { clock: now });
  servers.push(aws);
  return connect({ iam: IAMClient, config: ConfigServiceClient }, withoutConnection(aws));
};

/** Simulates an account; the results that AWS Config then shows are part of the outcome. */
async function simulate(plan: AccountPlan, days: number, connectTo: Connect) {
  let simulated: LocalAccount | undefined;
  const outcome = await simulateAccount(plan, days, (account, now) => {
    simulated = account;
    return connectTo(account, now);
  });
  // Live reads end in any order, and so do the results that are put.
  const results = simulated?.config.evaluations ?? [];
  return { outcome, results: results.toSorted((a, b) => (a.resourceId < b.resourceId ? -1 : 1)) };
}

describe('the simulation', () => {
  it.each([
    { seed: 11, users: 102, automaticRemediation: true, evaluateOnChange: true, days: 3 },
    { seed: 12, users: 25, automaticRemediation: false, evaluateOnChange: true, days: 12 },
    { seed: 13, users: 40, automaticRemediation: false, evaluateOnChange: false, days: 8 },
  ])(
    'sends the same requests and has the same results as with SDK clients: seed $seed, $users users',
    async ({ days, ...rest }) => {
      const population = { dormant: 0.3, occasional: 0.2, changing: 0.05, reports: 12 };
      const plan = { accountId: '123456789012', ...population, ...rest };
      const inProcess = await simulate(plan, days, connectInProcess);
      expect(inProcess).toEqual(await simulate(plan, days, connectSdk));
      expect(inProcess.results.length).toBeGreaterThanOrEqual(rest.users);
      const { requests } = inProcess.outcome.all.everything;
      expect(Object.keys(requests)).toEqual(
        expect.arrayContaining(['GetUser', 'GetLoginProfile', 'PutEvaluations', 'Publish']),
      );
    },
  );

  it('of 10 accounts over 30 days shows no verdict that an evaluation of everybody would not show', async () => {
    const { accounts, ...rest } = organization(10, 30, 20261129);
    // More happens than in the long simulation.
    const busy = { users: 40, occasional: 0.5, changing: 0.05, reports: 12 };
    const scenario = { ...rest, accounts: accounts.map((it) => ({ ...it, ...busy })) };
    const outcomes = [];
    for (const account of scenario.accounts) {
      outcomes.push(await simulateAccount(account, scenario.days));
    }
    expect(outcomes.flatMap(({ parity }) => parity.violations)).toEqual([]);
    const { parity, all, users } = addUp(scenario, outcomes);
    const { rule, everything, managed } = all;
    expect(parity.verdicts).toBeGreaterThan(0.9 * users * 30);
    expect(parity.staleRuns).toBeGreaterThan(100);
    expect(parity.clearedLater).toBeGreaterThan(0);
    expect(rule).toMatchObject({ scheduledRuns: 300, metricHours: 300 });
    expect(rule.changeRuns).toBeGreaterThan(100);
    expect(rule.unchanged).toBeGreaterThan(0);
    expect(rule.revocations).toBeGreaterThan(10);
    // A seventh of the results a day, and those that changed or are to be revoked.
    const [put = 0] = rule.evaluations;
    expect(put).toBeLessThan((everything.evaluations[0] ?? 0) * 0.5);
    expect(managed.evaluations[0]).toBe(parity.verdicts);
    const live = ['GetUser', 'GetLoginProfile', 'ListAccessKeys'].map((operation) => {
      return [rule.requests[operation] ?? 0, everything.requests[operation] ?? 0] as const;
    });
    for (const [few, many] of live) expect(few).toBeLessThan(many * 0.5);
  });
});

describe('the comparison of verdicts', () => {
  const run = {
    listed: new Set(['a']),
    ...{ undecided: 0, isStale: true, isUnusedLive: () => true },
  };
  const verdicts = (compliance: string) => new Map([['a', compliance]]);
  const stale = {
    ...run,
    ...{ earlier: verdicts('NON_COMPLIANT'), shown: verdicts('NON_COMPLIANT') },
    scratch: verdicts('COMPLIANT'),
  };

  it('allows that a user stays NON_COMPLIANT by an old report for one run, but not for two', () => {
    const once = addRun(noRuns, stale);
    expect(once).toMatchObject({ clearedLater: 1, violations: [] });
    expect(addRun(once, stale)).toMatchObject({
      clearedLater: 1,
      violations: ['run 2: a is NON_COMPLIANT, expected COMPLIANT'],
    });
    const cleared = { ...stale, shown: verdicts('COMPLIANT') };
    expect(addRun(addRun(once, cleared), stale).violations).toEqual([]);
  });

  it.each([
    ['a user who stays NON_COMPLIANT by a new report', { ...stale, isStale: false }],
    [
      'a user who is newly NON_COMPLIANT, but not by an evaluation of everybody',
      { ...stale, earlier: verdicts('COMPLIANT') },
    ],
    [
      'a user who stays COMPLIANT',
      { ...stale, shown: verdicts('COMPLIANT'), scratch: verdicts('NON_COMPLIANT') },
    ],
    ['a user without a result', { ...stale, shown: new Map() }],
    ['a user who is gone', { ...stale, listed: new Set<string>() }],
    [
      "a new accusation that IAM's dates do not support",
      { ...stale, earlier: new Map(), scratch: stale.shown, isUnusedLive: () => false },
    ],
  ])('finds %s', (_, wrong) => {
    expect(addRun(noRuns, wrong).violations).toHaveLength(1);
  });

  it('expects the earlier result of a user without a verdict', () => {
    const undecided = { ...stale, scratch: new Map() };
    expect(addRun(noRuns, undecided).violations).toEqual([]);
    const changed = { ...undecided, shown: verdicts('COMPLIANT') };
    expect(addRun(noRuns, changed).violations).toHaveLength(1);
  });
});
