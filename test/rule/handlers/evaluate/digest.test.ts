import { describe, expect, it } from 'vitest';
import { createAccount, type LocalUser, userArn } from '../../../../local-aws/account.ts';
import { deny } from '../../../../local-aws/faults.ts';
import { accessKey, crowd, day, pair, password, user } from '../../../builders/account.ts';
import { digestTopicArn, type LocalRule } from '../../../builders/local-rule.ts';
import { changeMessage } from '../../../builders/rule-event.ts';
import { type RuleWithTopic, startRuleWithTopic } from '../../../builders/rule-with-topic.ts';

let rule: RuleWithTopic;

async function start(...given: Parameters<typeof startRuleWithTopic>) {
  rule = await startRuleWithTopic(...given);
  return rule;
}

/** Evaluates on the schedule a day later; resolves to the users in the digest, or null if none was published. */
async function nextDay(options?: Parameters<LocalRule['schedule']>[0]) {
  rule.time.now += day;
  const before = rule.account.published.length;
  await rule.schedule(options);
  const published = rule.account.published.slice(before);
  expect(published.length).toBeLessThanOrEqual(1);
  return published.length === 0 ? null : named(published[0]?.message);
}

function named(message = ''): string[] {
  return [...message.matchAll(/^- ([^:]+): /gmu)].map(([, name = '']) => name);
}

/** Sends a configuration change of a user, captured some milliseconds from now. */
function change(someone: LocalUser, later = 0) {
  const item = {
    ...{ resourceId: someone.userId, resourceName: someone.userName },
    ARN: userArn(rule.account, someone),
    configurationItemCaptureTime: new Date(rule.time.now + later).toISOString(),
  };
  return rule.send(changeMessage(item));
}

/** An account of three: idle; exempt by a tag, which `tags` removes; in use. */
function exemptOne() {
  const account = pair();
  const exempt = user(account, 'exempt', {
    ...password(400, 112),
    tags: [{ Key: 'unused-iam-credentials:exempt-until', Value: '2027-06-01' }],
  });
  return { account, exempt };
}

describe('the digest of scheduled evaluations', () => {
  it('names on the first run every user who is NON_COMPLIANT, and says so in the subject', async () => {
    const { account, schedule } = await start(pair());
    await schedule();
    expect(account.published).toEqual([
      {
        topicArn: digestTopicArn,
        subject: 'Newly NON_COMPLIANT: 1 IAM user in account 123456789012',
        attributes: { event: 'user-newly-noncompliant', account: '123456789012' },
        message: `AWS Config rule unused-iam-credentials found 1 IAM user newly NON_COMPLIANT in account 123456789012:
- idle: password used 2026-08-01 (112 days, limit 45)

NON_COMPLIANT in total: 1 IAM user.
For the current list, open the AWS Config console, choose Rules, then unused-iam-credentials.
If automatic remediation is on, it revokes the unused credentials.`,
      },
    ]);
  });

  it('is one request, and none on the next run, which finds no new user', async () => {
    const { account, aws, schedule } = await start(pair());
    await schedule();
    expect(aws.requests.counts).toHaveProperty('Publish', 1);
    aws.requests.reset();
    expect(await nextDay()).toBeNull();
    expect(aws.requests.counts).not.toHaveProperty('Publish');
    expect(account.published).toHaveLength(1);
  });

  it('names only the user who is newly NON_COMPLIANT, but counts all', async () => {
    const { account, schedule } = await start(pair());
    user(account, 'late', { accessKeys: [accessKey(300, 44)] });
    await schedule();
    expect(await nextDay()).toEqual(['late']);
    expect(account.published[1]?.message).toContain('NON_COMPLIANT in total: 2 IAM users');
    expect(await nextDay()).toBeNull();
  });

  it('names a user again who was COMPLIANT in between', async () => {
    const { account, schedule } = await start(pair());
    await schedule();
    const [idle] = account.users;
    if (idle) idle.passwordLastUsed = rule.time.now;
    expect(await nextDay()).toBeNull();
    rule.time.now += 44 * day;
    expect(await nextDay()).toContain('idle');
  });

  it('names once a user who became NON_COMPLIANT by a configuration change in between', async () => {
    const { account, exempt } = exemptOne();
    const { schedule, compliance } = await start(account);
    await schedule();
    exempt.tags = [];
    rule.time.now += 60_000;
    await change(exempt);
    expect(compliance()).toHaveProperty('exempt', 'NON_COMPLIANT');
    expect(account.published).toHaveLength(1);
    expect(await nextDay()).toEqual(['exempt']);
    expect(await nextDay()).toBeNull();
  });

  it('does not name a user again after a change of theirs', async () => {
    const { account, schedule } = await start(pair());
    await schedule();
    const [idle] = account.users;
    if (idle) await change(idle, 60_000);
    expect(await nextDay()).toBeNull();
  });

  it('is not published by a burst of changes for every user, but by the run after it', async () => {
    const account = crowd(20, (index) => index % 2 === 0);
    account.reportDurationMs = 0;
    const { aws, compliance } = await start(account);
    for (const [index, someone] of account.users.entries()) await change(someone, index);
    expect(Object.values(compliance())).toHaveLength(20);
    expect(account.published).toEqual([]);
    expect(aws.requests.counts).not.toHaveProperty('Publish');
    expect(await nextDay()).toHaveLength(10);
    expect(await nextDay()).toBeNull();
  });

  it('is not repeated when the same notification is delivered twice', async () => {
    const { account, schedule } = await start(pair());
    await schedule();
    await schedule();
    expect(account.published).toHaveLength(1);
  });

  it('names a user again whose evaluation AWS Config did not accept, because twice is better than never', async () => {
    const { account, aws, schedule, log } = await start(crowd(3, () => true));
    const [, refused] = account.users;
    const failEvaluation = (it: Record<string, unknown>) =>
      it['ComplianceResourceId'] === refused?.userId;
    aws.faults.push({ operation: 'PutEvaluations', failEvaluation, times: 4 });
    await expect(schedule()).rejects.toThrow(/^1 could not be evaluated or reported/u);
    expect(named(account.published[0]?.message)).toEqual(['user-0', 'user-1', 'user-2']);
    expect(account.published[0]?.message).toContain('NON_COMPLIANT in total: 3 IAM users');
    expect(log.at(-1)).toMatchObject({ put: 2, standing: 0, announced: 3, failed: 1 });
    expect(await nextDay()).toEqual(['user-1']);
  });

  it.each(['Weekly', 'Always'] as const)(
    'names everyone on the run after one that could not read the earlier results (%s)',
    async (reportUnchanged) => {
      const { aws, schedule, account } = await start(pair());
      const reporting = { reportUnchanged, automaticRemediation: false };
      aws.faults.push({ ...deny('GetComplianceDetailsByConfigRule'), times: 1 });
      await expect(schedule({ reporting })).rejects.toThrow();
      expect(account.published).toEqual([]);
      // Lambda tries the same notification again.
      await schedule({ reporting });
      expect(named(account.published[0]?.message)).toEqual(['idle']);
      expect(await nextDay({ reporting })).toBeNull();
    },
  );

  it('names on every run a user who cannot be evaluated, if nobody is new as well', async () => {
    const { account, schedule } = await start(createAccount());
    const hider = user(account, 'hider', password(400, 112));
    user(account, 'hider,2', { createDate: hider.createDate });
    await schedule();
    expect(named(account.published[0]?.message)).toEqual(['hider']);
    for (const name of ['hider-3', 'hider-4']) {
      const last = account.credentialReport;
      // Two users of one creation date leave the report between two runs, and only one comes back.
      account.users = [hider];
      hider.userName = name;
      rule.time.now += day / 24;
      await schedule();
      expect(account.credentialReport).toBe(last);
      const { subject, message } = account.published.at(-1) ?? {};
      expect(subject).toBe('Not evaluated: 1 IAM user in account 123456789012');
      expect(message).toContain(`\n- ${name}\n`);
    }
  });

  it.each([false, true])(
    'counts users who cannot be evaluated but have an earlier NON_COMPLIANT result, with a digest for each owner: %s',
    async (digestPerOwner) => {
      const { account, schedule, compliance } = await start(createAccount());
      const hider = user(account, 'hider', password(400, 112));
      const twin = user(account, 'twin', { ...password(400, 1), createDate: hider.createDate });
      user(account, 'late', { accessKeys: [accessKey(300, 44.95)] });
      await schedule({ digestPerOwner });
      // Two rows of one creation date, of which neither is certainly the renamed user's.
      account.users = account.users.filter((each) => each !== twin);
      hider.userName = 'renamed';
      rule.time.now += (2 * day) / 24;
      await schedule({ digestPerOwner });
      expect(compliance()).toMatchObject({ renamed: 'NON_COMPLIANT', late: 'NON_COMPLIANT' });
      expect(account.published[1]?.message).toContain('\n- late: ');
      expect(account.published[1]?.message).toContain('\n- renamed\n');
      expect(account.published[1]?.message).toMatch(/NON_COMPLIANT in total.*: 2 IAM users/u);
    },
  );

  it.each([false, true])(
    'counts users who cannot be read but have an earlier NON_COMPLIANT result, with a digest for each owner: %s',
    async (digestPerOwner) => {
      const { account, schedule, aws, compliance } = await start(createAccount());
      const broken = user(account, 'broken', password(400, 112));
      user(account, 'late', { accessKeys: [accessKey(300, 44.5)] });
      await schedule({ digestPerOwner });
      broken.tags = [{ Key: 'unused-iam-credentials:revoked', Value: 'unreadable' }];
      aws.faults.push({ ...deny('GetUser'), when: ({ UserName }) => UserName === 'broken' });
      rule.time.now += day;
      await expect(schedule({ digestPerOwner })).rejects.toThrow(/user\/broken: /u);
      expect(compliance()).toEqual({ broken: 'NON_COMPLIANT', late: 'NON_COMPLIANT' });
      expect(account.published[1]?.message).toMatch(/NON_COMPLIANT in total.*: 2 IAM users/u);
    },
  );

  it('names the account that the event names', async () => {
    const { account, schedule } = await start(pair());
    await schedule({ event: { accountId: '210987654321' } });
    expect(account.published[0]?.subject).toContain('in account 210987654321');
  });
});

describe('no digest is published', () => {
  it('without a topic, and SNS is sent no request', async () => {
    const { account, aws, schedule, log } = await start(pair(), null);
    const { summary } = await schedule();
    expect(account.published).toEqual([]);
    expect(aws.requests.counts).not.toHaveProperty('Publish');
    expect(summary).toMatchObject({ announced: 0 });
    expect(log).toHaveLength(1);
  });

  it('if earlier results could not be read, since it is unknown which users are new', async () => {
    const { account, aws, schedule, log } = await start(pair());
    aws.faults.push(deny('GetComplianceDetailsByConfigRule'));
    await expect(schedule()).rejects.toThrow(/config:GetComplianceDetailsByConfigRule/u);
    expect(account.published).toEqual([]);
    expect(account.config.evaluations).toHaveLength(2);
    expect(log.at(-1)).toMatchObject({ outcome: 'failed', announced: 0 });
  });

  it('by the run of another rule than the deployed one, and nothing of its name is logged', async () => {
    const { account, schedule, log, compliance } = await start(pair());
    const configRuleName = 'URGENT-call-555-0100';
    account.config.rules.add(configRuleName);
    const { summary } = await schedule({ event: { configRuleName } });
    expect(account.published).toEqual([]);
    expect(compliance()).toHaveProperty('idle', 'NON_COMPLIANT');
    expect(summary).toMatchObject({ outcome: 'succeeded for another rule', announced: 0 });
    expect(JSON.stringify(log)).not.toContain('URGENT');
  });

  it('if no user is NON_COMPLIANT', async () => {
    const account = createAccount();
    user(account, 'used', { accessKeys: [accessKey(300, 1)] });
    const { schedule } = await start(account);
    await schedule();
    expect(account.published).toEqual([]);
  });
});
