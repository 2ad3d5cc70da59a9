import { afterEach, describe, expect, it } from 'vitest';
import { createAccount, type LocalAccount } from '../../../../local-aws/account.ts';
import { deny, throttle } from '../../../../local-aws/faults.ts';
import { accessKey, crowd, now, pair, user } from '../../../builders/account.ts';
import { type LocalRule, startLocalRule } from '../../../builders/local-rule.ts';
import { inVirtualTime } from '../../../builders/virtual-time.ts';

let rule: LocalRule;
afterEach(() => rule.close());

/** Runs a test in virtual time, with a rule over the account; everything waits with `setTimeout`. */
function virtually(account: LocalAccount, test: () => Promise<void>): Promise<void> {
  return inVirtualTime(now, async () => {
    rule = await startLocalRule(account, undefined, null, true);
    await test();
  });
}

describe('AWS that refuses', () => {
  it.each(['GenerateCredentialReport', 'GetCredentialReport', 'GetAccountAuthorizationDetails'])(
    '%s leaves no user evaluated, and the error names the action',
    async (operation) => {
      await virtually(pair(), async () => {
        rule.aws.faults.push(deny(operation));
        await expect(rule.schedule()).rejects.toThrow(
          new RegExp(`iam:${operation}.*AccessDenied`, 'u'),
        );
      });
      expect(rule.account.config.evaluations).toEqual([]);
    },
  );

  it('a rule name too long to ask for: existing users are evaluated, then the run fails', async () => {
    await virtually(pair(), async () => {
      const configRuleName = 'r'.repeat(65);
      await expect(rule.schedule({ event: { configRuleName } })).rejects.toThrow(/65 characters/u);
    });
    expect(rule.compliance()).toEqual({ idle: 'NON_COMPLIANT', used: 'COMPLIANT' });
  });

  it('the GetUser that ends a live read: users that the report shows as COMPLIANT are evaluated, then the run fails', async () => {
    await virtually(
      crowd(5, (index) => index < 3),
      async () => {
        await rule.schedule();
        await new Promise((resolve) => setTimeout(resolve, 3_600_000));
        rule.account.config.evaluations = [];
        rule.aws.faults.push(deny('GetUser'));
        await expect(rule.schedule()).rejects.toThrow(/3 could not be evaluated.*iam:GetUser/u);
      },
    );
    expect(rule.compliance()).toEqual({ 'user-3': 'COMPLIANT', 'user-4': 'COMPLIANT' });
  });
});

describe('throttling', () => {
  it('for a while changes only the duration', async () => {
    await virtually(pair(), async () => {
      rule.aws.faults.push(
        throttle('GetAccountAuthorizationDetails', 3),
        throttle('PutEvaluations', 2),
      );
      await rule.schedule();
    });
    expect(rule.compliance()).toEqual({ idle: 'NON_COMPLIANT', used: 'COMPLIANT' });
  });

  it('that never ends fails the run with an error that says so', async () => {
    await virtually(pair(), async () => {
      rule.aws.faults.push(throttle('GetAccountAuthorizationDetails', Number.POSITIVE_INFINITY));
      await expect(rule.schedule()).rejects.toThrow(
        /iam:GetAccountAuthorizationDetails.*throttling/iu,
      );
      expect(Date.now() - now).toBeLessThan(900_000);
    });
    expect(rule.account.config.evaluations).toEqual([]);
  });

  it('without end during live reads still reports in time the users that the report shows as COMPLIANT', async () => {
    await virtually(
      crowd(100, (index) => index < 40),
      async () => {
        await rule.schedule();
        await new Promise((resolve) => setTimeout(resolve, 3_600_000));
        rule.account.config.evaluations = [];
        const begin = Date.now();
        rule.aws.faults.push(throttle('ListAccessKeys', Number.POSITIVE_INFINITY));
        await expect(rule.schedule({ remaining: 300_000 })).rejects.toThrow(
          /40 could not be evaluated/u,
        );
        expect(Date.now() - begin).toBeLessThan(300_000);
      },
    );
    expect(Object.values(rule.compliance())).toEqual(Array(60).fill('COMPLIANT'));
  });
});

describe('users who change during the run', () => {
  /** Runs over an hour-old report and where AWS Config shows every user as COMPLIANT, so that idle users are read live. */
  async function overOldReport(account: LocalAccount, test: () => Promise<void>): Promise<void> {
    await virtually(account, async () => {
      await rule.schedule();
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
      account.config.evaluations = account.config.evaluations.map((result) => {
        return { ...result, complianceType: 'COMPLIANT' };
      });
      rule.aws.requests.reset();
      await test();
    });
  }

  it('a user deleted between listing and reading becomes NOT_APPLICABLE', async () => {
    const account = pair();
    await overOldReport(account, async () => {
      const [idle] = account.users;
      const before = () => void account.users.shift();
      rule.aws.faults.push({ operation: 'ListAccessKeys', before, times: 1 });
      await rule.schedule();
      expect(rule.compliance()).toEqual({
        [idle?.userId ?? '']: 'NOT_APPLICABLE',
        used: 'COMPLIANT',
      });
    });
  });

  it('a user renamed between listing and reading does not count as deleted', async () => {
    const account = pair();
    await overOldReport(account, async () => {
      const before = () => void Object.assign(account.users[0] ?? {}, { userName: 'renamed' });
      rule.aws.faults.push({ operation: 'ListAccessKeys', before, times: 1 });
      const { undecided } = await rule.schedule();
      expect(undecided).toEqual(['arn:aws:iam::123456789012:user/idle']);
      expect(rule.compliance()).toMatchObject({ renamed: 'COMPLIANT' });
    });
  });

  it('one unreadable user among 1,000: the other 999 are reported, then the run fails naming the one', async () => {
    await overOldReport(
      crowd(1000, (index) => index === 500),
      async () => {
        rule.account.config.evaluations = [];
        const when = ({ UserName }: Record<string, unknown>) => UserName === 'user-500';
        rule.aws.faults.push({ ...deny('ListAccessKeys'), when });
        await expect(rule.schedule()).rejects.toThrow(
          /^1 could not be evaluated.*user\/user-500: iam:ListAccessKeys/u,
        );
      },
    );
    expect(Object.keys(rule.compliance())).toHaveLength(999);
    expect(rule.compliance()).not.toHaveProperty('user-500');
  });

  it('a key of status Expired cannot be used', async () => {
    const account = createAccount();
    const idle = user(account, 'expired', { accessKeys: [accessKey(300, 200)] });
    await overOldReport(account, async () => {
      Object.assign(idle.accessKeys[0] ?? {}, { status: 'Expired' });
      await rule.schedule();
    });
    expect(rule.compliance()).toEqual({ expired: 'COMPLIANT' });
  });

  it('a key of a status that IAM does not document gives no verdict', async () => {
    const account = createAccount();
    const odd = user(account, 'odd', { accessKeys: [accessKey(300, 200)] });
    await overOldReport(account, async () => {
      Object.assign(odd.accessKeys[0] ?? {}, { status: 'Suspended' });
      await expect(rule.schedule()).rejects.toThrow(/status "Suspended"; expected Active/u);
    });
  });
});

describe('PutEvaluations', () => {
  it('is repeated for the evaluations it refused', async () => {
    await virtually(pair(), async () => {
      rule.aws.faults.push({ operation: 'PutEvaluations', failEvaluation: () => true, times: 3 });
      await rule.schedule();
      expect(rule.aws.requests.counts).toHaveProperty('PutEvaluations', 4);
    });
    expect(rule.compliance()).toEqual({ idle: 'NON_COMPLIANT', used: 'COMPLIANT' });
  });

  it('that refuses one to the end fails the run, naming the user, after putting the others', async () => {
    await virtually(pair(), async () => {
      const [idle] = rule.account.users;
      const failEvaluation = ({ ComplianceResourceId }: Record<string, unknown>) =>
        ComplianceResourceId === idle?.userId;
      rule.aws.faults.push({ operation: 'PutEvaluations', failEvaluation });
      await expect(rule.schedule()).rejects.toThrow(
        /user\/idle: AWS Config refused the evaluation in 4 of 4 attempts/u,
      );
    });
    expect(rule.compliance()).toEqual({ used: 'COMPLIANT' });
  });

  it('that is denied fails the run and names the action', async () => {
    await virtually(pair(), async () => {
      rule.aws.faults.push(deny('PutEvaluations'));
      await expect(rule.schedule()).rejects.toThrow(/config:PutEvaluations failed: AccessDenied/u);
    });
  });
});
