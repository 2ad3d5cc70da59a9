import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ago, crowd, day, now } from '../../../builders/account.ts';
import {
  digestTopicArn,
  type LocalRule,
  startLocalRule,
  steppingSleep,
} from '../../../builders/local-rule.ts';
import { storeReport } from '../../../builders/stored-report.ts';
import { inVirtualTime } from '../../../builders/virtual-time.ts';

let rule: LocalRule;
let instant = now;
afterEach(() => rule.close());

/** The rule over that many users, of whom the first `unused` of every ten are NON_COMPLIANT. */
async function start(users: number, unused: number) {
  instant = now;
  const moveOn = (milliseconds: number) => {
    instant += milliseconds;
  };
  const clock = { now: () => instant, sleep: steppingSleep(moveOn) };
  const account = crowd(users, (index) => index % 10 < unused);
  rule = await startLocalRule(account, clock, digestTopicArn);
  return account;
}

/** A report that another tool made an hour ago, so that IAM makes no new one. */
const storeOldReport = () => storeReport(rule.account, instant - 3_600_000);

const weekly = { reportUnchanged: 'Weekly', automaticRemediation: false } as const;

/** Runs on the schedule a day later; resolves to the requests, and how many evaluations were put. */
async function nextDay(
  options: Parameters<LocalRule['schedule']>[0] = { reporting: weekly },
  before: () => void = () => undefined,
) {
  instant = now + Math.ceil((instant - now) / day) * day;
  before();
  rule.aws.requests.reset();
  const { summary } = await rule.schedule(options);
  const { counts } = rule.aws.requests;
  const requests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { counts, requests, put: Number(summary['put']), summary };
}

describe('the requests of a scheduled evaluation of 5,000 users, 40 % of them NON_COMPLIANT', () => {
  it('on a day without a change stay within 72, and the evaluations within 1,000', async () => {
    const account = await start(5000, 4);
    const first = await nextDay();
    expect(first.counts).toEqual({
      GetComplianceDetailsByConfigRule: 1,
      GenerateCredentialReport: 3,
      GetCredentialReport: 1,
      GetAccountAuthorizationDetails: 5,
      ListServiceSpecificCredentials: 1,
      PutEvaluations: 50,
      Publish: 1,
      // One event for each user who is new, ten a request.
      PutEvents: 200,
    });
    // An upgrade: the earlier version did not write how the credentials were last used.
    let written = 0;
    for (const evaluation of account.config.evaluations) {
      const before = evaluation.annotation ?? '';
      evaluation.annotation = before.replace(/; key \w+ last used by [^;]+/gu, '');
      if (evaluation.annotation !== before) written += 1;
    }
    expect(written).toBe(2000);
    const { counts, requests, put, summary } = await nextDay();
    expect(counts).toEqual({
      GetComplianceDetailsByConfigRule: 50,
      GenerateCredentialReport: 3,
      GetCredentialReport: 1,
      GetAccountAuthorizationDetails: 5,
      PutEvaluations: Math.ceil(put / 100),
    });
    expect(requests).toBeLessThanOrEqual(72);
    expect(put).toBeLessThanOrEqual(1000);
    expect(summary).toMatchObject({
      ...{ users: 5000, standing: 5000 - put, announced: 0 },
      verdicts: { COMPLIANT: 3000, NON_COMPLIANT: 2000 },
    });
  });

  it('with an old report stay within 75 if nothing changed, and within 130 if 10 users are newly accused', async () => {
    const account = await start(5000, 4);
    await nextDay();
    const steady = await nextDay({ reporting: weekly }, storeOldReport);
    expect(steady.counts).toEqual({
      GetComplianceDetailsByConfigRule: 50,
      GenerateCredentialReport: 1,
      GetCredentialReport: 1,
      GetAccountAuthorizationDetails: 5,
      PutEvaluations: Math.ceil(steady.put / 100),
    });
    expect(steady.requests).toBeLessThanOrEqual(75);

    const newlyUnused = account.users.filter((_, index) => index % 10 === 5).slice(0, 10);
    for (const each of newlyUnused) {
      each.passwordLastUsed = ago(100);
      for (const key of each.accessKeys) key.lastUsed = undefined;
    }
    const accused = await nextDay({ reporting: weekly }, storeOldReport);
    expect(accused.counts).toMatchObject({
      ...{ ListAccessKeys: 10, GetAccessKeyLastUsed: 20, GetLoginProfile: 10, GetUser: 10 },
      ...{ Publish: 1, PutEvents: 1 },
    });
    expect(accused.requests).toBeLessThanOrEqual(130);
    expect(accused.summary).toMatchObject({ announced: 10 });
  });

  it('repeat each result once in a week without a change, spread over its days', async () => {
    await start(1000, 4);
    await nextDay();
    const puts: number[] = [];
    for (let days = 1; days <= 7; days += 1) puts.push((await nextDay()).put);
    expect(puts.reduce((sum, put) => sum + put, 0)).toBe(1000);
    expect(Math.max(...puts)).toBeLessThanOrEqual(200);
  });

  it('repeat only NON_COMPLIANT results while remediation is automatic, and all with ReportUnchanged=Always', async () => {
    await start(1000, 4);
    await nextDay();
    const automatic = await nextDay({ reporting: { ...weekly, automaticRemediation: true } });
    // And a seventh of the 600 others.
    expect(automatic.put).toBeGreaterThan(400 + 50);
    expect(automatic.put).toBeLessThan(400 + 130);
    const always = await nextDay({ reporting: { ...weekly, reportUnchanged: 'Always' } });
    expect(always.put).toBe(1000);
  });
});

describe('a rule that is created or evaluated again', () => {
  const file = new URL('../../../fixtures/re-evaluation.json', import.meta.url);
  const message = JSON.parse(readFileSync(file, 'utf8'));

  it('asks IAM nothing for the repeated items of all users, and puts nothing new', async () => {
    const account = await start(300, 4);
    const sendAll = async () => {
      rule.aws.requests.reset();
      for (const { userId, userName } of account.users) {
        const item = { resourceId: userId, resourceName: userName };
        const configurationItem = { ...message.configurationItem, ...item };
        await rule.send({ ...message, configurationItem });
      }
      return rule.aws.requests.counts;
    };
    expect(await sendAll()).toEqual({ GetComplianceDetailsByResource: 300 });
    expect(rule.compliance()).toEqual({});
    await nextDay();
    const before = rule.compliance();
    expect(await sendAll()).toEqual({
      GetComplianceDetailsByResource: 300,
      PutEvaluations: 300,
    });
    expect(rule.compliance()).toEqual(before);
  });
});

describe('a first scheduled evaluation with an old report', () => {
  // A fifth of 5,000 users at 50 requests a second, which `npm run bench` measures in real time.
  it('of 1,000 users, 40 % of them unused, ends right within 900 s where IAM allows 10 requests a second', async () => {
    await inVirtualTime(now, async () => {
      rule = await startLocalRule(crowd(1000, (index) => index % 5 < 2));
      instant = now;
      storeOldReport();
      rule.aws.faults.push({ service: 'iam', perSecond: 10 });
      const { summary } = await rule.schedule();
      expect(summary).toMatchObject({
        verdicts: { COMPLIANT: 600, NON_COMPLIANT: 400 },
        undecided: 0,
        durationMs: expect.toSatisfy((duration: number) => duration < 840_000),
      });
    });
    expect(Object.keys(rule.compliance())).toHaveLength(1000);
  });
});
