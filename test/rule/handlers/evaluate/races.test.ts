import { afterEach, describe, expect, it } from 'vitest';
import { createAccount, type LocalAccount } from '../../../../local-aws/account.ts';
import { accessKey, ago, crowd, now, password, user } from '../../../builders/account.ts';
import { type LocalRule, ruleName, startLocalRule } from '../../../builders/local-rule.ts';
import { inVirtualTime } from '../../../builders/virtual-time.ts';

let rule: LocalRule;
afterEach(() => rule.close());

const hour = 3_600_000;

/** Runs a test an hour after a first evaluation, so that users whom the report shows as unused are read live. */
function overOldReport(account: LocalAccount, test: () => Promise<void>): Promise<void> {
  return inVirtualTime(now, async () => {
    rule = await startLocalRule(account, undefined, null, true);
    await rule.schedule();
    await new Promise((resolve) => setTimeout(resolve, hour));
    account.config.evaluations = [];
    rule.aws.requests.reset();
    await test();
  });
}

function justBefore(operation: string, change: () => void): void {
  rule.aws.faults.push({ operation, before: change, times: 1 });
}

describe('a name that passes on while a user is read', () => {
  const given = { ruleParameters: { evaluationScope: 'user' } };

  it('between the reads of keys and login profile: the user does not count as one without a password', async () => {
    const account = createAccount();
    const victim = user(account, 'victim', {
      ...password(400, 300),
      accessKeys: [accessKey(300, 100)],
    });
    await overOldReport(account, async () => {
      victim.passwordLastUsed = Date.now() - hour / 2;
      justBefore('GetLoginProfile', () => {
        victim.userName = 'renamed';
      });
      await rule.schedule(given);
      expect(rule.compliance()).toEqual({ renamed: 'COMPLIANT' });
    });
  });

  it('by deletion at that moment: the user counts as deleted, not as one without a password', async () => {
    const account = createAccount();
    const victim = user(account, 'victim', { ...password(400, 300) });
    await overOldReport(account, async () => {
      rule.account.config.evaluations = [];
      justBefore('GetLoginProfile', () => void account.users.splice(0, 1));
      const { users } = await rule.schedule();
      expect(users).toEqual([]);
      expect(rule.compliance()).not.toHaveProperty(victim.userId);
    });
  });

  it('by deletion at that moment: the earlier result becomes NOT_APPLICABLE', async () => {
    const account = createAccount();
    const victim = user(account, 'victim', { ...password(400, 300) });
    await overOldReport(account, async () => {
      account.config.evaluations.push({
        ...{ ruleName, resourceType: 'AWS::IAM::User', resourceId: victim.userId },
        ...{ complianceType: 'COMPLIANT', annotation: 'nothing unused' },
        ...{ orderingTimestamp: now, recordedAt: now },
      });
      justBefore('GetLoginProfile', () => void account.users.splice(0, 1));
      await rule.schedule();
      expect(rule.compliance()).toEqual({ [victim.userId]: 'NOT_APPLICABLE' });
    });
  });

  it("by two users who swap names: neither is evaluated by the other's credentials", async () => {
    const account = createAccount();
    const x = user(account, 'x', { createDate: ago(999), accessKeys: [accessKey(300, 100)] });
    const y = user(account, 'y', { accessKeys: [accessKey(300, 100)] });
    await overOldReport(account, async () => {
      const [key] = x.accessKeys;
      if (key) key.lastUsed = { date: Date.now(), region: 'us-east-1', serviceName: 's3' };
      justBefore('ListAccessKeys', () => {
        [x.userName, y.userName] = [y.userName, x.userName];
      });
      const { undecided } = await rule.schedule();
      expect(rule.compliance()).toEqual({ [x.userName]: 'COMPLIANT' });
      expect(undecided).toHaveLength(1);
    });
  });

  it("by a new user of the old name: the old one is not cleared by the new one's credentials", async () => {
    const account = createAccount();
    const old = user(account, 'x', password(400, 200));
    await overOldReport(account, async () => {
      justBefore('ListAccessKeys', () => {
        old.userName = 'moved';
        user(account, 'x', { createDate: Date.now() });
      });
      const { undecided } = await rule.schedule();
      expect(undecided).toHaveLength(1);
      expect(rule.compliance()).not.toHaveProperty('moved');
    });
  });
});

describe('many users who disappear during the run', () => {
  it('are looked for with one listing', async () => {
    const account = crowd(40, () => true);
    await overOldReport(account, async () => {
      justBefore('ListAccessKeys', () => void account.users.splice(10));
      await rule.schedule();
      expect(rule.aws.requests.counts).toMatchObject({ ListUsers: 1 });
      expect(Object.keys(rule.compliance())).toHaveLength(10);
    });
  });
});

describe('a server that hangs', () => {
  it("on one user costs that user's verdict, not the others'", async () => {
    await overOldReport(
      crowd(10, (index) => index < 2),
      async () => {
        const begin = Date.now();
        const when = ({ UserName }: Record<string, unknown>) => UserName === 'user-1';
        rule.aws.faults.push({ operation: 'GetLoginProfile', when, hang: true });
        await expect(rule.schedule({ remaining: 120_000 })).rejects.toThrow(
          /^1 could not be evaluated.*user\/user-1: the time ran out/u,
        );
        expect(Date.now() - begin).toBeLessThan(120_000);
        expect(Object.keys(rule.compliance())).toHaveLength(9);
      },
    );
  });

  it.each(['GetAccountAuthorizationDetails', 'GenerateCredentialReport'])(
    'on %s ends the run in time, with a summary in the log',
    async (operation) => {
      await overOldReport(
        crowd(3, () => false),
        async () => {
          const begin = Date.now();
          rule.aws.faults.push({ operation, hang: true });
          await expect(rule.schedule({ remaining: 40_000 })).rejects.toThrow(/the time ran out/u);
          expect(Date.now() - begin).toBeLessThan(40_000);
          expect(rule.log.at(-1)).toMatchObject({ message: 'summary', outcome: 'failed' });
        },
      );
    },
  );

  it('on PutEvaluations ends the run in time, and names the users it could not put', async () => {
    await overOldReport(
      crowd(3, () => false),
      async () => {
        const begin = Date.now();
        rule.aws.faults.push({ operation: 'PutEvaluations', hang: true });
        await expect(rule.schedule({ remaining: 40_000 })).rejects.toThrow(
          /user\/user-0: the time ran out/u,
        );
        expect(Date.now() - begin).toBeLessThan(40_000);
      },
    );
  });
});
