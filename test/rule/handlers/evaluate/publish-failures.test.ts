import { describe, expect, it, onTestFinished } from 'vitest';
import { deny, throttle } from '../../../../local-aws/faults.ts';
import { crowd, day, now, pair } from '../../../builders/account.ts';
import { digestTopicArn, startLocalRule } from '../../../builders/local-rule.ts';
import { startRuleWithTopic } from '../../../builders/rule-with-topic.ts';
import { inVirtualTime } from '../../../builders/virtual-time.ts';

describe('a topic that cannot be published to', () => {
  it('fails the run, which names it, after all evaluations were put and the log has named the users', async () => {
    const { account, aws, schedule, compliance, log } = await startRuleWithTopic(pair());
    aws.faults.push(deny('Publish'));
    await expect(schedule()).rejects.toThrow(
      new RegExp(
        `topic ${digestTopicArn}: sns:Publish failed: AuthorizationError.*Allow sns:Publish`,
        'u',
      ),
    );
    expect(compliance()).toEqual({ idle: 'NON_COMPLIANT', used: 'COMPLIANT' });
    expect(account.published).toEqual([]);
    const arn = 'arn:aws:iam::123456789012:user/idle';
    const reason = 'password used 2026-08-01 (112 days, limit 45)';
    expect(log).toMatchObject([
      { level: 'info', message: 'newly NON_COMPLIANT', arn, reason },
      { level: 'error', message: 'not evaluated', arn: `topic ${digestTopicArn}` },
      { level: 'error', message: 'summary', outcome: 'failed', announced: 0, failed: 1 },
    ]);
  });

  it('fails every attempt of Lambda, so that Lambda reports the failure, and the first run that can publish names the users once', async () => {
    const { account, aws, schedule, time } = await startRuleWithTopic(pair());
    const reporting = { reportUnchanged: 'Weekly', automaticRemediation: false } as const;
    aws.faults.push(deny('Publish'));
    for (const wait of [0, 60_000, 120_000, day]) {
      time.now += wait;
      await expect(schedule({ reporting })).rejects.toThrow(/sns:Publish/u);
      const [{ annotation } = {}] = account.config.evaluations;
      expect(annotation).toMatch(/^password used .*; not announced yet$/u);
    }
    aws.faults.length = 0;
    for (let days = 0; days < 2; days += 1) {
      time.now += day;
      await schedule({ reporting });
      expect(account.published).toHaveLength(1);
    }
    expect(account.config.evaluations[0]?.annotation).not.toMatch(/announced/u);
  });

  it('is named in the error however many users failed as well', async () => {
    const { account, aws, schedule, time } = await startRuleWithTopic(
      crowd(40, (index) => index === 0),
    );
    await schedule();
    time.now += day / 24;
    account.config.evaluations = [];
    for (const someone of account.users.slice(1)) {
      someone.tags = [{ Key: 'unused-iam-credentials:revoked', Value: '2099-01-01T00:00:00Z x' }];
    }
    const when = ({ UserName }: Record<string, unknown>) => UserName !== 'user-0';
    aws.faults.push(deny('Publish'), { ...deny('ListAccessKeys'), when });
    await expect(schedule()).rejects.toThrow(/^40 could not .* put\. topic arn:aws:sns:/u);
  });

  it('for a while still gets the message', async () => {
    const account = pair();
    await inVirtualTime(now, async () => {
      const rule = await startLocalRule(account, undefined, digestTopicArn, true);
      onTestFinished(rule.close);
      rule.aws.faults.push(throttle('Publish', 2));
      const { summary } = await rule.schedule();
      expect(summary).toMatchObject({ announced: 1, requests: { Publish: 3 } });
    });
    expect(account.published).toHaveLength(1);
  });

  it('because it never answers ends the run in time', async () => {
    const account = pair();
    await inVirtualTime(now, async () => {
      const rule = await startLocalRule(account, undefined, digestTopicArn, true);
      onTestFinished(rule.close);
      rule.aws.faults.push({ operation: 'Publish', hang: true });
      await expect(rule.schedule({ remaining: 40_000 })).rejects.toThrow(
        /topic arn:aws:sns:.*: the time ran out/u,
      );
      expect(Date.now() - now).toBeLessThan(40_000);
    });
    const types = account.config.evaluations.map(({ complianceType }) => complianceType);
    expect(types).toEqual(['NON_COMPLIANT', 'COMPLIANT']);
  });
});
