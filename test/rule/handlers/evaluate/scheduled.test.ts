import { afterEach, describe, expect, it } from 'vitest';
import { createAccount, type LocalAccount } from '../../../../local-aws/account.ts';
import { deny } from '../../../../local-aws/faults.ts';
import { accessKey, ago, day, now, password, user } from '../../../builders/account.ts';
import {
  type LocalRule,
  scheduledNotification,
  startLocalRule,
  steppingSleep,
} from '../../../builders/local-rule.ts';
import { storeReport } from '../../../builders/stored-report.ts';

const hour = day / 24;
let rule: LocalRule;
let instant: number;

afterEach(() => rule.close());

/** Starts the rule with a clock that stands at `now` until a test moves `instant`. */
async function start(account: LocalAccount = createAccount()): Promise<LocalRule> {
  instant = now;
  rule = await startLocalRule(account, {
    now: () => instant,
    sleep: steppingSleep((milliseconds) => {
      instant += milliseconds;
    }),
  });
  return rule;
}

describe('a scheduled evaluation with a fresh report', () => {
  it('puts a verdict on every user and returns it', async () => {
    const { account, schedule, compliance } = await start();
    user(account, 'unused', password(400, 112));
    user(account, 'used', { accessKeys: [accessKey(400, 1)] });
    user(account, 'nothing');
    const { users, summary } = await schedule();
    expect(compliance()).toEqual({
      unused: 'NON_COMPLIANT',
      used: 'COMPLIANT',
      nothing: 'COMPLIANT',
    });
    expect(users).toContainEqual({
      userId: account.users[0]?.userId,
      userName: 'unused',
      arn: 'arn:aws:iam::123456789012:user/unused',
      compliance: 'NON_COMPLIANT',
      category: 'inactive-user',
      annotation: 'password used 2026-08-01 (112 days, limit 45)',
    });
    // The creation of the notification orders them.
    expect(account.config.evaluations[0]?.orderingTimestamp).toBe(now);
    expect(summary).toMatchObject({ users: 3, reportAgeSeconds: 0, failed: 0, undecided: 0 });
  });

  it('makes deleted users with earlier results NOT_APPLICABLE, once', async () => {
    const { account, schedule, compliance } = await start();
    const leaver = user(account, 'leaver', password(400, 112));
    user(account, 'stayer');
    await schedule();
    account.users.shift();
    instant += 5 * hour;
    await schedule();
    expect(compliance()).toEqual({ [leaver.userId]: 'NOT_APPLICABLE', stayer: 'COMPLIANT' });
    instant += 5 * hour;
    expect((await schedule()).users.map(({ userName }) => userName)).toEqual(['stayer']);
  });

  it('gives the same results when the same event is delivered twice', async () => {
    const { account, send } = await start();
    user(account, 'unused', password(400, 112));
    const notification = scheduledNotification(account, now);
    const first = await send(notification);
    const stored = account.config.evaluations.map(({ recordedAt, ...result }) => result);
    const second = await send(notification);
    expect(second.users).toEqual(first.users);
    expect(account.config.evaluations).toMatchObject(stored);
    expect(account.config.evaluations).toHaveLength(1);
  });

  it('applies rule parameters: an exempt path, another tag key, a scope', async () => {
    const { account, schedule, compliance } = await start();
    user(account, 'glass', { path: '/break-glass/', ...password(400, 300) });
    user(account, 'tagged', {
      ...password(400, 300),
      tags: [{ Key: 'KEEP', Value: '2026-12-01' }],
    });
    user(account, 'half', { ...password(400, 300), accessKeys: [accessKey(400, 2)] });
    user(account, 'idle', password(400, 300));
    const ruleParameters = {
      exemptPathPrefixes: '/break-glass/,/x/',
      exemptUntilTag: 'keep',
      evaluationScope: 'user',
    };
    await schedule({ ruleParameters });
    expect(compliance()).toEqual({
      glass: 'COMPLIANT',
      tagged: 'COMPLIANT',
      half: 'COMPLIANT',
      idle: 'NON_COMPLIANT',
    });
  });

  it('reads a user live whose revocation the report cannot know yet', async () => {
    const { account, schedule, compliance } = await start();
    const revoked = user(account, 'revoked', { accessKeys: [accessKey(400, 300)] });
    storeReport(account, now - 0.1 * hour);
    const [key] = revoked.accessKeys;
    if (key) key.status = 'Inactive';
    revoked.tags = [{ Key: 'unused-iam-credentials:revoked', Value: '2026-11-21T06:29:00Z 1234' }];
    await schedule();
    expect(compliance()).toEqual({ revoked: 'COMPLIANT' });
  });
});

describe('a scheduled evaluation with an old stored report', () => {
  it.each([
    [
      'a sign-in',
      (account: LocalAccount) =>
        Object.assign(account.users[0] ?? {}, { passwordLastUsed: ago(0.1) }),
    ],
    [
      'a deleted password',
      (account: LocalAccount) => Object.assign(account.users[0] ?? {}, { loginProfile: undefined }),
    ],
    [
      'a re-issued password',
      (account: LocalAccount) => Object.assign(account.users[0] ?? {}, password(0.05, 112)),
    ],
  ])('does not make a user NON_COMPLIANT after %s since the report', async (_, change) => {
    const { account, schedule, compliance } = await start();
    user(account, 'changed', password(400, 112));
    storeReport(account, now - 3.9 * hour);
    change(account);
    await schedule();
    expect(compliance()).toEqual({ changed: 'COMPLIANT' });
  });

  it('reports a user as NON_COMPLIANT if a live read confirms it, and names the key by its ID', async () => {
    const { account, schedule } = await start();
    const idle = user(account, 'idle', { ...password(400, 112), accessKeys: [accessKey(300)] });
    storeReport(account, now - 1 * hour);
    const { users } = await schedule();
    expect(users[0]?.annotation).toBe(
      `key ${idle.accessKeys[0]?.accessKeyId} never used, since 2026-01-25 (300 days, limit 45); ` +
        'password used 2026-08-01 (112, limit 45)',
    );
  });

  it('knows from the report that a password was changed or a key rotated, which live reads do not show', async () => {
    const { account, schedule, compliance } = await start();
    user(account, 'changed', password(400, 112, 10));
    user(account, 'rotated', { accessKeys: [accessKey(400, 300, { lastRotated: ago(10) })] });
    storeReport(account, now - 1 * hour);
    await schedule();
    expect(compliance()).toEqual({ changed: 'COMPLIANT', rotated: 'COMPLIANT' });
  });

  it('is trusted without a live read up to 15 minutes, and not one millisecond longer', async () => {
    const { account, schedule, aws } = await start();
    user(account, 'idle', password(400, 112));
    storeReport(account, now - 0.25 * hour);
    await schedule();
    expect(aws.requests.counts).not.toHaveProperty('ListAccessKeys');
    aws.requests.reset();
    instant += 1;
    account.config.evaluations = [];
    await schedule();
    expect(aws.requests.counts).toHaveProperty('ListAccessKeys', 1);
  });

  it('keeps a user NON_COMPLIANT without a live read, with the reason from the report', async () => {
    const { account, schedule, aws } = await start();
    user(account, 'idle', { ...password(400, 112), accessKeys: [accessKey(300)] });
    storeReport(account, now - 1 * hour);
    await schedule();
    aws.requests.reset();
    const { users } = await schedule();
    expect(users).toMatchObject([
      {
        compliance: 'NON_COMPLIANT',
        annotation:
          'key 1 never used, since 2026-01-25 (300 days, limit 45); password used 2026-08-01 (112, limit 45)',
      },
    ]);
    expect(aws.requests.counts).not.toHaveProperty('ListAccessKeys');
    expect(aws.requests.counts).not.toHaveProperty('GetUser');
  });

  it('never makes a user NON_COMPLIANT without a live read if they were COMPLIANT or had no known result', async () => {
    const { account, schedule, compliance, aws } = await start();
    const changed = user(account, 'changed', password(400, 112));
    storeReport(account, now - 1 * hour);
    changed.passwordLastUsed = ago(0.02);
    await schedule();
    expect(compliance()).toEqual({ changed: 'COMPLIANT' });
    await schedule();
    expect(compliance()).toEqual({ changed: 'COMPLIANT' });
    aws.faults.push(deny('GetComplianceDetailsByConfigRule'));
    await expect(schedule()).rejects.toThrow('GetComplianceDetailsByConfigRule');
    expect(compliance()).toEqual({ changed: 'COMPLIANT' });
  });

  it('evaluates a re-created user by their own credentials, not by the row of the deleted one', async () => {
    const { account, schedule, compliance } = await start();
    user(account, 'phoenix', password(400, 112));
    storeReport(account, now - 2 * hour);
    account.users = [];
    user(account, 'phoenix', { createDate: ago(0.04), ...password(0.04) });
    await schedule();
    expect(compliance()).toEqual({ phoenix: 'COMPLIANT' });
  });

  it('clears a renamed user by live reads, but never makes them NON_COMPLIANT without their own row', async () => {
    const { account, schedule, compliance, log } = await start();
    const used = user(account, 'old-name-1', password(400, 1));
    const idle = user(account, 'old-name-2', password(400, 112));
    storeReport(account, now - 2 * hour);
    used.userName = 'used';
    idle.userName = 'idle';
    const { undecided } = await schedule();
    expect(compliance()).toEqual({ used: 'COMPLIANT' });
    expect(undecided).toEqual([`arn:aws:iam::${account.accountId}:user/idle`]);
    expect(log).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'undecided', arn: undecided[0] }),
    );
  });

  it.each([
    ['renamed', { userName: 'new-name' }],
    ['moved to another path', { path: '/elsewhere/' }],
  ])(
    'makes a user NON_COMPLIANT who was %s since, by the only row of their creation date',
    async (_, change) => {
      const { account, schedule, compliance } = await start();
      const idle = user(account, 'idle', { createDate: ago(999), ...password(400, 112) });
      const reset = user(account, 'reset', { createDate: ago(998), ...password(400, 112, 10) });
      storeReport(account, now - 2 * hour);
      Object.assign(idle, change);
      Object.assign(reset, { userName: 'renamed-too' });
      const { undecided } = await schedule();
      // Only the row knows that the password of the other one was changed.
      expect(compliance()).toEqual({
        [idle.userName]: 'NON_COMPLIANT',
        'renamed-too': 'COMPLIANT',
      });
      expect(undecided).toEqual([]);
    },
  );

  it('makes a user NON_COMPLIANT who gave their old name to a new user', async () => {
    const { account, schedule, compliance } = await start();
    const idle = user(account, 'idle', password(400, 112));
    storeReport(account, now - 2 * hour);
    idle.userName = 'new-name';
    user(account, 'idle', { createDate: ago(0.01) });
    await schedule();
    expect(compliance()).toEqual({ 'new-name': 'NON_COMPLIANT', idle: 'COMPLIANT' });
  });

  it('evaluates a user created since the report by live reads, and drops rows of users who are gone', async () => {
    const { account, schedule, compliance } = await start();
    user(account, 'gone', password(400, 112));
    storeReport(account, now - 2 * hour);
    account.users = [];
    user(account, 'new', { createDate: ago(0.01), accessKeys: [accessKey(0.01)] });
    const { users } = await schedule();
    expect(compliance()).toEqual({ new: 'COMPLIANT' });
    expect(users[0]?.category).toBe('active');
  });

  it('does not make a user NON_COMPLIANT by a row that lacks a credential which existed when the report was made', async () => {
    const { account, schedule } = await start();
    const odd = user(account, 'odd');
    storeReport(account, now - 2 * hour);
    Object.assign(odd, password(400, 112));
    odd.tags = [{ Key: 'unused-iam-credentials:revoked', Value: '2026-11-21T06:29:00Z 1234' }];
    expect(await schedule()).toMatchObject({
      users: [],
      undecided: [expect.stringContaining('odd')],
    });
  });

  it('reads a user live who may have more access keys than the two that a report shows', async () => {
    const { account, schedule, compliance } = await start();
    const additionalCredentials = '1 more access key: use ListAccessKeys';
    const accessKeys = [accessKey(9, 1), accessKey(8, 1), accessKey(400, 300)];
    user(account, 'hoarder', { accessKeys: accessKeys.slice(0, 2), additionalCredentials });
    storeReport(account, now - 0.1 * hour);
    Object.assign(account.users[0] ?? {}, { accessKeys });
    const { undecided } = await schedule();
    expect(compliance()).toEqual({});
    expect(undecided).toHaveLength(1);
  });
});

describe('a scheduled evaluation with nothing to put', () => {
  const noResult = {
    ...{ resourceType: 'AWS::::Account', resourceId: '123456789012' },
    ...{ complianceType: 'NOT_APPLICABLE', orderingTimestamp: now },
    annotation: 'this evaluation has no result for an IAM user',
  };

  it('puts NOT_APPLICABLE for the account, so that AWS Config knows that it ran', async () => {
    const { account, schedule, aws } = await start();
    const { users, summary } = await schedule();
    expect(account.config.evaluations).toMatchObject([noResult]);
    expect(aws.requests.counts).toHaveProperty('PutEvaluations', 1);
    expect(users).toEqual([]);
    expect(summary).toMatchObject({ outcome: 'succeeded', users: 0, failed: 0 });
  });

  it('does the same if no user has a verdict', async () => {
    const { account, schedule } = await start();
    const odd = user(account, 'odd');
    storeReport(account, now - 2 * hour);
    Object.assign(odd, password(400, 112));
    odd.tags = [{ Key: 'unused-iam-credentials:revoked', Value: '2026-11-21T06:29:00Z 1234' }];
    expect((await schedule()).undecided).toHaveLength(1);
    expect(account.config.evaluations).toMatchObject([noResult]);
  });

  it('fails if AWS Config does not accept that', async () => {
    const { schedule, aws } = await start();
    aws.faults.push({ operation: 'PutEvaluations', failEvaluation: () => true });
    await expect(schedule()).rejects.toThrow(/account 123456789012: AWS Config refused/u);
  });

  it('puts nothing for the account as soon as there is a user', async () => {
    const { account, schedule } = await start();
    user(account, 'used');
    await schedule();
    expect(account.config.evaluations).toMatchObject([{ resourceType: 'AWS::IAM::User' }]);
  });
});
