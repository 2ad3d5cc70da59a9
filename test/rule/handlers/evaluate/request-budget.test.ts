import { afterEach, describe, expect, it } from 'vitest';
import { crowd, now } from '../../../builders/account.ts';
import { digestTopicArn, type LocalRule, startLocalRule } from '../../../builders/local-rule.ts';
import { inVirtualTime } from '../../../builders/virtual-time.ts';

let rule: LocalRule;
afterEach(() => rule.close());

describe('the requests of a scheduled evaluation with a fresh report', () => {
  it.each([
    { users: 1000, share: 0, limit: 30 },
    { users: 1000, share: 1, limit: 30 },
    { users: 5000, share: 0, limit: 115 },
    { users: 5000, share: 1, limit: 115 },
  ])(
    'stay within $limit at $users users, of whom $share are unused',
    async ({ users, share, limit }) => {
      await inVirtualTime(now, async () => {
        const account = crowd(users, (index) => index < users * share);
        rule = await startLocalRule(account, undefined, digestTopicArn, false);
        await rule.schedule();
        // The first run tells who is NON_COMPLIANT, in one request; the second has nothing to tell.
        expect(rule.aws.requests.counts['Publish']).toBe(share === 0 ? undefined : 1);
        await new Promise((resolve) => setTimeout(resolve, 5 * 3_600_000));
        rule.aws.requests.reset();
        await rule.schedule();
      });
      expect(rule.aws.requests.counts).toEqual({
        GetComplianceDetailsByConfigRule: users / 100,
        GenerateCredentialReport: 3,
        GetCredentialReport: 1,
        GetAccountAuthorizationDetails: users / 1000,
        PutEvaluations: users / 100,
      });
      expect(rule.aws.requests.entries.length).toBeLessThanOrEqual(limit);
      const unused = Object.values(rule.compliance()).filter((type) => type === 'NON_COMPLIANT');
      expect(unused).toHaveLength(users * share);
    },
  );
});

describe('a scheduled evaluation with an old report', () => {
  // A fifth of 5,000 users at 50 requests a second, which `npm run bench` measures in real time.
  it('of 1,000 users, 40 % of them unused, ends right within 900 s where IAM allows 10 requests a second', async () => {
    await inVirtualTime(now, async () => {
      rule = await startLocalRule(
        crowd(1000, (index) => index % 5 < 2),
        undefined,
        null,
        false,
      );
      await rule.schedule();
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
      rule.account.config.evaluations = [];
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
