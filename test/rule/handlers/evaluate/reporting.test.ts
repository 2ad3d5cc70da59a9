import { describe, expect, it } from 'vitest';
import { createAccount, type LocalEvaluation } from '../../../../local-aws/account.ts';
import { deny } from '../../../../local-aws/faults.ts';
import { crowd, day, pair, user } from '../../../builders/account.ts';
import { type LocalRule, scheduledNotification } from '../../../builders/local-rule.ts';
import { type RuleWithTopic, startRuleWithTopic } from '../../../builders/rule-with-topic.ts';

const weekly = { reportUnchanged: 'Weekly', automaticRemediation: false } as const;

let rule: RuleWithTopic;

async function start(...given: Parameters<typeof startRuleWithTopic>) {
  rule = await startRuleWithTopic(...given);
  return rule;
}

/** Runs on the schedule `hours` later; resolves to how many results were put, and how many stand. */
async function runLater(hours: number, options: Parameters<LocalRule['schedule']>[0] = {}) {
  rule.time.now += (hours * day) / 24;
  const { summary, users } = await rule.schedule({ reporting: weekly, ...options });
  const { put, standing, verdicts } = summary;
  return { put, standing, verdicts, users };
}

/** The results of users that AWS Config shows. */
function results(): readonly LocalEvaluation[] {
  return rule.account.config.evaluations.filter(
    ({ resourceType, complianceType }) =>
      resourceType === 'AWS::IAM::User' && complianceType !== 'NOT_APPLICABLE',
  );
}

const idleResult = () => results().find(({ complianceType }) => complianceType === 'NON_COMPLIANT');

describe('a scheduled run', () => {
  it('with nothing to put puts one NOT_APPLICABLE of the account, so that AWS Config knows that it ran', async () => {
    await start(pair());
    await runLater(0);
    const before = results();
    rule.aws.requests.reset();
    expect(await runLater(1)).toMatchObject({ put: 0, standing: 2 });
    expect(rule.aws.requests.counts).toHaveProperty('PutEvaluations', 1);
    expect(results()).toEqual(before);
    expect(rule.account.config.evaluations.at(-1)).toMatchObject({
      ...{ resourceType: 'AWS::::Account', resourceId: '123456789012' },
      complianceType: 'NOT_APPLICABLE',
    });
  });

  it('returns every user, and counts all of them, whether put or standing', async () => {
    await start(pair());
    const first = await runLater(0);
    const second = await runLater(1);
    expect(second.users).toHaveLength(2);
    expect(second.users).toEqual(expect.arrayContaining([...first.users]));
    expect(second.verdicts).toEqual({ COMPLIANT: 1, NON_COMPLIANT: 1, NOT_APPLICABLE: 0 });
  });

  it('of the same event a second time puts nothing again', async () => {
    await start(pair());
    expect(await runLater(0)).toMatchObject({ put: 2 });
    const before = results();
    expect(await runLater(0)).toMatchObject({ put: 0, standing: 2 });
    expect(results()).toEqual(before);
  });

  it('puts what the run before could not put, and only that', async () => {
    await start(crowd(150, () => true));
    rule.aws.faults.push({ ...deny('PutEvaluations'), when: hasManyEvaluations });
    await expect(runLater(0)).rejects.toThrow('50 evaluations were put');
    rule.aws.faults.length = 0;
    expect(results()).toHaveLength(50);
    expect(await runLater(1)).toMatchObject({ put: 100, standing: 50 });
    expect(results()).toHaveLength(150);
  });

  it('of another rule on this function puts every NON_COMPLIANT result, since that rule may remediate', async () => {
    await start(pair());
    const event = { configRuleName: 'another-rule' };
    rule.account.config.rules.add('another-rule');
    await runLater(0, { event });
    rule.account.config.evaluations = rule.account.config.evaluations.map((each) => {
      return { ...each, ruleName: 'another-rule' };
    });
    expect(await runLater(1, { event })).toMatchObject({ put: 1, standing: 1 });
  });

  it('puts no result for an account that its event does not name, and fails', async () => {
    const account = createAccount();
    const { send } = await start(account);
    const message = { ...scheduledNotification(account, rule.time.now), awsAccountId: undefined };
    await expect(send(message, { event: { accountId: undefined } })).rejects.toThrow(
      'the account: the event does not name it',
    );
    expect(account.config.evaluations).toEqual([]);
  });

  it('puts everything if the earlier results cannot be read, then fails', async () => {
    await start(pair());
    await runLater(0);
    rule.aws.faults.push(deny('GetComplianceDetailsByConfigRule'));
    await expect(runLater(1)).rejects.toThrow('2 evaluations were put');
  });

  it('puts results again that someone deleted in the console', async () => {
    await start(pair());
    await runLater(0);
    rule.account.config.evaluations = [];
    expect(await runLater(1)).toMatchObject({ put: 2 });
    expect(results()).toHaveLength(2);
  });

  it.each([
    ['a parameter', { maxCredentialUsageAge: '200' }],
    [
      'a preset',
      {
        maxPasswordUsageAge: '90',
        maxAccessKeyUsageAge: '45',
        evaluationScope: 'console-password',
      },
    ],
    ['the scope', { evaluationScope: 'user' }],
  ])('shows the effect of a changed %s at once', async (_, ruleParameters) => {
    await start(pair());
    await runLater(0);
    await runLater(1, { ruleParameters });
    const shown = results().map(({ resourceId, complianceType, annotation }) => {
      return { resourceId, complianceType, annotation };
    });
    rule.account.config.evaluations = [];
    await runLater(0, { ruleParameters });
    const whole = results().map(({ resourceId, complianceType, annotation }) => {
      return { resourceId, complianceType, annotation };
    });
    expect(shown).toEqual(expect.arrayContaining(whole));
  });

  it('puts a result again that an earlier version wrote in other words', async () => {
    await start(pair());
    await runLater(0);
    const { config } = rule.account;
    config.evaluations = config.evaluations.map((each) => ({
      ...each,
      annotation: 'in other words',
    }));
    expect(await runLater(1)).toMatchObject({ put: 2 });
    expect(idleResult()?.annotation).toBe('password used 2026-08-01 (112 days, limit 45)');
  });

  it('puts a new user, and an exemption as soon as it begins or ends', async () => {
    const { account } = await start(pair());
    await runLater(0);
    user(account, 'new');
    expect(await runLater(1)).toMatchObject({ put: 1 });
    const [idle] = account.users;
    if (idle === undefined) throw new Error('expected a user');
    idle.tags = [{ Key: 'unused-iam-credentials:exempt-until', Value: '2026-12-24' }];
    expect(await runLater(1)).toMatchObject({ put: 1 });
    expect(results().map(({ annotation }) => annotation)).toContain(
      'Exempt until 2026-12-24; password unused 112 days',
    );
    idle.tags = [];
    expect(await runLater(1)).toMatchObject({ put: 1 });
    expect(idleResult()?.resourceId).toBe(idle.userId);
  });

  it('notifies about a new NON_COMPLIANT user although all other results stand, and counts those too', async () => {
    const { account } = await start(crowd(4, (index) => index < 3));
    await runLater(0);
    const used = account.users[3];
    if (used === undefined) throw new Error('expected a user');
    Object.assign(used, { passwordLastUsed: undefined, accessKeys: [] });
    expect(await runLater(5)).toMatchObject({ put: 1, standing: 3 });
    expect(account.published).toHaveLength(2);
    expect(account.published[1]?.message).toContain('found 1 IAM user newly NON_COMPLIANT');
    expect(account.published[1]?.message).toContain('NON_COMPLIANT in total: 4 IAM users');
  });
});

describe('a result that stands', () => {
  it('is never more than a week old', async () => {
    await start(crowd(30, (index) => index % 2 === 0));
    await runLater(0);
    const total = { put: 0 };
    for (let days = 1; days <= 21; days += 1) {
      const { put } = await runLater(24);
      total.put += Number(put);
      const oldest = Math.min(...results().map(({ orderingTimestamp }) => orderingTimestamp));
      expect(rule.time.now - oldest).toBeLessThanOrEqual(7 * day + 60_000);
    }
    // Three weeks: each result three times, and more where a date of becoming unused changed.
    expect(total.put).toBeGreaterThanOrEqual(90);
    expect(total.put).toBeLessThan(150);
  });

  it.each([
    ['daily', 24, 1],
    ['six-hourly', 6, 4],
  ])('is repeated once a week by %s runs', async (_, hours, runsADay) => {
    await start(crowd(3, () => true));
    await runLater(0);
    let put = 0;
    for (let run = 1; run <= 14 * runsADay; run += 1) put += Number((await runLater(hours)).put);
    expect(put).toBe(6);
  });
});

function hasManyEvaluations({ Evaluations }: Record<string, unknown>): boolean {
  return Array.isArray(Evaluations) && Evaluations.length === 100;
}
