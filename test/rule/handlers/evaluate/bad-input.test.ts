import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalAccount } from '../../../../local-aws/account.ts';
import { accessKey, now, pair, password, user } from '../../../builders/account.ts';
import { type LocalRule, startLocalRule, steppingSleep } from '../../../builders/local-rule.ts';
import { storeReport } from '../../../builders/stored-report.ts';
import { inVirtualTime } from '../../../builders/virtual-time.ts';

let rule: LocalRule;
afterEach(() => rule.close());

/** Runs a test in virtual time, with a rule over the account; everything waits with `setTimeout`. */
function virtually(account: LocalAccount, test: () => Promise<void>): Promise<void> {
  return inVirtualTime(now, async () => {
    rule = await startLocalRule(account);
    await test();
  });
}

describe('bad input', () => {
  beforeEach(async () => {
    rule = await startLocalRule(pair());
  });

  it.each([
    ['unknown parameter', { ruleParameters: { maxAge: '45' } }, /unknown parameter "maxAge"/u],
    ['absent ruleParameters', { event: { ruleParameters: undefined } }, /ruleParameters/u],
    ['malformed invokingEvent', { event: { invokingEvent: 'x' } }, /invokingEvent.*JSON/u],
  ])('%s fails, names what is wrong, and puts nothing', async (_, options, message) => {
    await expect(rule.schedule(options)).rejects.toThrow(message);
    expect(rule.aws.requests.counts).toEqual({});
    expect(rule.log).toMatchObject([{ level: 'error', message: 'summary', outcome: 'failed' }]);
  });
});

describe('a report that cannot be trusted', () => {
  it('gives no verdict on anybody if it was cut short', async () => {
    const edit = (csv: string) => csv.slice(0, -40);
    const account = pair();
    storeReport(account, now - 300_000, edit);
    rule = await startLocalRule(account, { now: () => now, sleep: steppingSleep() });
    await expect(rule.schedule()).rejects.toThrow(
      /credential report cannot be read.*No user was evaluated/u,
    );
    expect(account.config.evaluations).toEqual([]);
  });

  it.each([
    ['an unparsable date', (csv: string) => csv.replace('2026-08-01T06:30:00Z', '01/08/2026')],
    ['a field too many', (csv: string) => csv.replace(/(\nidle,.*)/u, '$1,x')],
    ['two rows', (csv: string) => csv.replace(/(\nidle,.*)/u, '$1$1')],
  ])(
    'gives no verdict only on the user of one wrong row (%s), and fails the run',
    async (_, edit) => {
      const account = pair();
      storeReport(account, now - 300_000, edit);
      rule = await startLocalRule(account, { now: () => now, sleep: steppingSleep() });
      await expect(rule.schedule()).rejects.toThrow(/user\/idle: /u);
      expect(rule.compliance()).toEqual({ used: 'COMPLIANT' });
    },
  );

  it('affects only one user if the row of a name with a comma is wrong: they are read live and named', async () => {
    const account = pair();
    user(account, 'used,too', { accessKeys: [accessKey(300, 1)] });
    user(account, 'idle,too', password(400, 112));
    storeReport(account, now - 300_000, (csv) => csv.replaceAll('"', ''));
    rule = await startLocalRule(account, { now: () => now, sleep: steppingSleep() });
    const { undecided } = await rule.schedule();
    expect(rule.compliance()).toEqual({
      ...{ idle: 'NON_COMPLIANT', used: 'COMPLIANT' },
      'used,too': 'COMPLIANT',
    });
    expect(undecided).toEqual(['arn:aws:iam::123456789012:user/idle,too']);
  });

  it('ends the run before the function would be stopped if it never becomes COMPLETE', async () => {
    const account = pair();
    account.reportDurationMs = Number.POSITIVE_INFINITY;
    await virtually(account, async () => {
      await expect(rule.schedule({ remaining: 120_000 })).rejects.toThrow(
        /did not complete.*INPROGRESS/u,
      );
      expect(Date.now() - now).toBeGreaterThan(60_000);
      expect(Date.now() - now).toBeLessThan(120_000);
    });
    expect(account.config.evaluations).toEqual([]);
  });
});
