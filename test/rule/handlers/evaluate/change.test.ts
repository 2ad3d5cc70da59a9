import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalEvaluation, LocalUser } from '../../../../local-aws/account.ts';
import { deny } from '../../../../local-aws/faults.ts';
import { accessKey, ago, now, password, user } from '../../../builders/account.ts';
import {
  type LocalRule,
  ruleName,
  startLocalRule,
  steppingSleep,
} from '../../../builders/local-rule.ts';
import { storeReport } from '../../../builders/stored-report.ts';

let rule: LocalRule;

beforeEach(async () => {
  rule = await startLocalRule(undefined, { now: () => now, sleep: steppingSleep() });
});
afterEach(() => rule.close());

const captureTime = '2026-11-21T06:29:30.123Z';

/** Makes the item that AWS Config sends of a user. */
function item({ userId, userName }: Pick<LocalUser, 'userId' | 'userName'>, rest: object = {}) {
  return {
    resourceType: 'AWS::IAM::User',
    resourceId: userId,
    resourceName: userName,
    configurationItemStatus: 'OK',
    configurationItemCaptureTime: captureTime,
    ARN: `arn:aws:iam::123456789012:user/${userName}`,
    awsAccountId: '123456789012',
    awsRegion: 'global',
    ...rest,
  };
}

function change(configurationItem: object) {
  return { configurationItem, messageType: 'ConfigurationItemChangeNotification' };
}

describe('a configuration change', () => {
  it('evaluates the one user live, without a report if they are compliant', async () => {
    const used = user(rule.account, 'used', {
      ...password(400, 1),
      accessKeys: [accessKey(300, 2)],
    });
    const { users } = await rule.send(change(item(used)));
    expect(users).toMatchObject([
      { userName: 'used', compliance: 'COMPLIANT', category: 'active' },
    ]);
    expect(rule.aws.requests.counts).toEqual({
      GetUser: 1,
      ListAccessKeys: 1,
      GetAccessKeyLastUsed: 1,
      GetLoginProfile: 1,
      PutEvaluations: 1,
    });
    expect(rule.account.config.evaluations[0]).toMatchObject({
      resourceId: used.userId,
      orderingTimestamp: Date.parse(captureTime),
    });
  });

  describe('that is none, since the rule is evaluated again', () => {
    const file = new URL('../../../fixtures/re-evaluation.json', import.meta.url);
    const message = JSON.parse(readFileSync(file, 'utf8'));
    const { resourceId, resourceName, configurationItemCaptureTime } = message.configurationItem;
    const earlier: LocalEvaluation = {
      ...{ ruleName, resourceType: 'AWS::IAM::User', resourceId },
      ...{ complianceType: 'NON_COMPLIANT', annotation: 'of the last run' },
      ...{ orderingTimestamp: ago(300), recordedAt: ago(300) },
    };

    it('puts nothing and asks IAM nothing about a user without a result: the scheduled run does', async () => {
      user(rule.account, resourceName, { userId: resourceId, ...password(400, 112) });
      const { users, summary } = await rule.send(message);
      expect(users).toEqual([]);
      expect(summary).toMatchObject({ outcome: 'succeeded', put: 0 });
      expect(rule.aws.requests.counts).toEqual({ GetComplianceDetailsByResource: 1 });
      expect(rule.account.config.evaluations).toEqual([]);
    });

    it('puts the earlier result of this rule again, at its own instant', async () => {
      const others = ['another-rule', 'yet-another-rule'].map((name) => {
        return { ...earlier, ruleName: name, annotation: `of ${name}` };
      });
      rule.account.config.evaluations.push(...others, earlier);
      await rule.send(message);
      expect(rule.aws.requests.counts).toEqual({
        GetComplianceDetailsByResource: 1,
        PutEvaluations: 1,
      });
      expect(rule.account.config.evaluations).toEqual(
        expect.arrayContaining([...others, { ...earlier, recordedAt: now }]),
      );
    });

    it.each([['by the latest instant'], ['whichever was put last']])(
      'changes no result, however often AWS Config delivers the event and orders results %s',
      async (order) => {
        rule.account.config.keepsLastPut = order === 'whichever was put last';
        rule.account.config.evaluations.push(earlier);
        await rule.send(message);
        await rule.send(message);
        expect(rule.account.config.evaluations).toEqual([{ ...earlier, recordedAt: now }]);
      },
    );

    it('does not replace the result of a run that puts between its reading and its putting', async () => {
      rule.account.config.evaluations.push(earlier);
      const newer = { ...earlier, annotation: 'of this run', orderingTimestamp: now };
      const before = () => {
        rule.account.config.evaluations = [newer];
      };
      rule.aws.faults.push({ operation: 'PutEvaluations', before, times: 1 });
      await rule.send(message);
      expect(rule.account.config.evaluations).toEqual([newer]);
    });

    it.each([
      ['the earlier result cannot be read', deny('GetComplianceDetailsByResource')],
      ['it cannot be put', deny('PutEvaluations')],
      ['AWS Config refuses it', { operation: 'PutEvaluations', failEvaluation: () => true }],
    ])(
      'does not fail the event if %s, and logs it, because the earlier result stands',
      async (_, fault) => {
        rule.account.config.evaluations.push(earlier);
        rule.aws.faults.push(fault);
        const { summary } = await rule.send(message);
        expect(summary).toMatchObject({ outcome: 'succeeded', put: 0 });
        expect(rule.log).toMatchObject([{ level: 'warn', message: 'not repeated' }, {}]);
        expect(rule.account.config.evaluations).toEqual([earlier]);
      },
    );

    it('still makes a deleted user NOT_APPLICABLE', async () => {
      rule.account.config.evaluations.push(earlier);
      const deleted = { ...message.configurationItem, configurationItemStatus: 'ResourceDeleted' };
      const { users } = await rule.send({ ...message, configurationItem: deleted });
      expect(users).toMatchObject([{ compliance: 'NOT_APPLICABLE' }]);
    });

    it.each([
      ['a diff', { configurationItemDiff: { changedProperties: {}, changeType: 'UPDATE' } }],
      ['no instant of the notification', { notificationCreationTime: undefined }],
      [
        'an item of the last half hour',
        {
          notificationCreationTime: new Date(
            Date.parse(configurationItemCaptureTime) + 1_800_000,
          ).toISOString(),
        },
      ],
    ])('is a change if it has %s', async (_, rest) => {
      user(rule.account, resourceName, { userId: resourceId, ...password(400, 1) });
      const { users } = await rule.send({ ...message, ...rest });
      expect(users).toMatchObject([{ compliance: 'COMPLIANT', category: 'active' }]);
    });
  });

  it('takes tags from IAM, not from the item', async () => {
    const tags = [{ Key: 'unused-iam-credentials:exempt-until', Value: '2026-12-24' }];
    const tagged = user(rule.account, 'tagged', { ...password(400, 112), tags });
    const { users } = await rule.send(change(item(tagged, { tags: {} })));
    expect(users).toMatchObject([{ category: 'exempt', compliance: 'COMPLIANT' }]);
  });

  it('reads the stored report, however old, before it reports a user as NON_COMPLIANT', async () => {
    const idle = user(rule.account, 'idle', password(400, 112));
    const changed = user(rule.account, 'changed', password(400, 112, 10));
    storeReport(rule.account, ago(0.1));
    await rule.send(change(item(idle)));
    await rule.send(change(item(changed)));
    expect(rule.compliance()).toEqual({ idle: 'NON_COMPLIANT', changed: 'COMPLIANT' });
    expect(rule.aws.requests.counts).toMatchObject({ GetCredentialReport: 2 });
    expect(rule.aws.requests.counts).not.toHaveProperty('GenerateCredentialReport');
  });

  it('makes a report where none is stored', async () => {
    const idle = user(rule.account, 'idle', password(400, 112));
    await rule.send(change(item(idle)));
    expect(rule.compliance()).toEqual({ idle: 'NON_COMPLIANT' });
    expect(rule.aws.requests.counts).toHaveProperty('GenerateCredentialReport');
  });

  it('gives no verdict on a user without their own row: the earlier result stands', async () => {
    const idle = user(rule.account, 'old-name', password(400, 112));
    storeReport(rule.account, ago(0.1));
    idle.userName = 'new-name';
    const arn = 'arn:aws:iam::123456789012:user/new-name';
    const { users, undecided } = await rule.send(change(item(idle)));
    expect({ users, undecided }).toEqual({ users: [], undecided: [arn] });
    expect(rule.account.config.evaluations).toEqual([]);
    expect(rule.log).toContainEqual(expect.objectContaining({ level: 'warn', arn }));
  });

  it('finds a renamed user by their ID', async () => {
    const renamed = user(rule.account, 'new-name', password(400, 1));
    await rule.send(change(item({ ...renamed, userName: 'old-name' })));
    expect(rule.compliance()).toEqual({ 'new-name': 'COMPLIANT' });
  });

  it('does not mistake a user of the same name for one who was deleted', async () => {
    const departed = { userId: 'AIDADEPARTEDDEPARTED1', userName: 'phoenix' };
    user(rule.account, 'phoenix', password(400, 112));
    await rule.send(change(item(departed)));
    expect(rule.compliance()).toEqual({ [departed.userId]: 'NOT_APPLICABLE' });
  });

  it.each(['ResourceDeleted', 'ResourceDeletedNotRecorded', 'ResourceNotRecorded'])(
    'of status %s makes the user NOT_APPLICABLE without asking IAM',
    async (configurationItemStatus) => {
      const departed = { userId: 'AIDADEPARTEDDEPARTED1', userName: 'departed' };
      await rule.send(change(item(departed, { configurationItemStatus })));
      expect(rule.compliance()).toEqual({ [departed.userId]: 'NOT_APPLICABLE' });
      expect(rule.aws.requests.counts).toEqual({ PutEvaluations: 1 });
    },
  );

  it('of a newly discovered user is evaluated', async () => {
    const found = user(rule.account, 'found');
    await rule.send(change(item(found, { configurationItemStatus: 'ResourceDiscovered' })));
    expect(rule.compliance()).toEqual({ found: 'COMPLIANT' });
  });

  describe('of a NON_COMPLIANT user', () => {
    const announce = 'not announced yet';
    /** What the result says after a change of a user whose result was that one before. */
    async function changed(before: Partial<LocalEvaluation> | null) {
      const idle = user(rule.account, 'idle', password(400, 112));
      if (before !== null) {
        rule.account.config.evaluations.push({
          ...{ ruleName, resourceType: 'AWS::IAM::User', resourceId: idle.userId },
          ...{ complianceType: 'NON_COMPLIANT', annotation: 'password used 2026-08-01' },
          ...{ orderingTimestamp: ago(3), recordedAt: ago(3) },
          ...before,
        });
      }
      const { users } = await rule.send(change(item(idle)));
      return users[0]?.annotation;
    }

    it('is not announced again if a digest named them', async () => {
      expect(await changed({})).not.toContain(announce);
      expect(rule.aws.requests.counts).toMatchObject({ GetComplianceDetailsByResource: 1 });
    });

    it.each<[string, Partial<LocalEvaluation> | null]>([
      ['have no result', null],
      ['were COMPLIANT', { complianceType: 'COMPLIANT', annotation: 'nothing unused' }],
      [
        'wait for a digest',
        { annotation: `password used 2026-08-01 (110 days, limit 45); ${announce}` },
      ],
    ])('is announced by the next digest if they %s', async (_, before) => {
      expect(await changed(before)).toContain(announce);
    });

    it('is announced by the next digest if the earlier result cannot be read', async () => {
      rule.aws.faults.push(deny('GetComplianceDetailsByResource'));
      expect(await changed({})).toContain(announce);
    });
  });

  it('of a user who left the scope makes them NOT_APPLICABLE', async () => {
    const idle = user(rule.account, 'idle', password(400, 112));
    await rule.send(change(item(idle)), { event: { eventLeftScope: true } });
    expect(rule.compliance()).toEqual({ idle: 'NOT_APPLICABLE' });
  });

  it('of another resource type is NOT_APPLICABLE under that type', async () => {
    await rule.send(
      change(item({ userId: 'sg-1', userName: 'x' }, { resourceType: 'AWS::EC2::SecurityGroup' })),
    );
    expect(rule.account.config.evaluations).toMatchObject([
      {
        resourceType: 'AWS::EC2::SecurityGroup',
        resourceId: 'sg-1',
        complianceType: 'NOT_APPLICABLE',
      },
    ]);
  });
});

describe('an oversized configuration change', () => {
  const oversized = (configurationItemSummary: object) => ({
    configurationItemSummary,
    messageType: 'OversizedConfigurationItemChangeNotification',
  });

  it('takes the user from the item that AWS Config has recorded', async () => {
    const huge = user(rule.account, 'huge', password(400, 1));
    const recorded = { ...item(huge), configurationItemCaptureTime: Date.parse(captureTime) };
    const later = { ...recorded, configurationItemCaptureTime: now, resourceName: 'wrong' };
    rule.account.config.configurationItems.set(huge.userId, [later, recorded]);
    await rule.send(oversized({ ...item(huge), resourceName: null }));
    expect(rule.compliance()).toEqual({ huge: 'COMPLIANT' });
    expect(rule.aws.requests.counts).toMatchObject({ GetResourceConfigHistory: 1, GetUser: 1 });
    expect(rule.aws.requests.counts).not.toHaveProperty('ListUsers');
  });

  it('fails without a verdict when AWS Config has no such item', async () => {
    const huge = user(rule.account, 'huge', password(400, 1));
    await expect(rule.send(oversized(item(huge)))).rejects.toThrow(/GetResourceConfigHistory/u);
    expect(rule.account.config.evaluations).toEqual([]);
  });

  it('of a deleted user is NOT_APPLICABLE without asking for the item', async () => {
    const departed = { userId: 'AIDADEPARTEDDEPARTED1', userName: 'departed' };
    await rule.send(oversized(item(departed, { configurationItemStatus: 'ResourceDeleted' })));
    expect(rule.aws.requests.counts).toEqual({ PutEvaluations: 1 });
  });
});
