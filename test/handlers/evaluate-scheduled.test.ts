import { afterEach, describe, expect, it } from 'vitest';
import { type LocalRule, startLocalRule } from '../builders/local-rule.ts';
import { inVirtualTime } from '../builders/virtual-time.ts';
import { addUser, createAccount } from '../local-aws/index.ts';

const now = Date.parse('2026-11-21T06:30:00Z');
const day = 86_400_000;

describe('x', () => {
  it('big stale', async () => {
    await inVirtualTime(now, async () => {
      const account = createAccount({ reportDurationMs: 3000 });
      for (let i = 0; i < 5000; i += 1) {
        const used = i % 5 < 2 ? now - 100 * day : now - 3 * day;
        addUser(account, {
          userName: `user-${i}`,
          createDate: now - 1000 * day,
          passwordLastUsed: used,
          loginProfile: {
            createDate: now - 900 * day,
            lastChanged: now - 900 * day,
            passwordResetRequired: false,
          },
          accessKeys: [1, 2].map((n) => ({
            accessKeyId: `AKIA${String(i).padStart(8, '0')}${n}`.padEnd(20, 'A'),
            status: 'Active' as const,
            createDate: now - 800 * day - n * day,
            lastRotated: now - 800 * day - n * day,
            lastUsed: { date: used, region: 'us-east-1', serviceName: 's3' },
          })),
        });
      }
      const rule = await startLocalRule(account);
      let t = performance.now();
      const fresh = await rule.schedule();
      console.log(fresh.summary, performance.now() - t);
      await new Promise((r) => setTimeout(r, 3600_000));
      rule.aws.faults.push({ service: 'iam', perSecond: 50 });
      t = performance.now();
      const { setInterval: si } = await import('node:timers');
      si(
        () =>
          console.log(
            performance.now() - t,
            Date.now() - now,
            JSON.stringify(rule.aws.requests.counts),
            rule.aws.requests.entries.filter((e) => e.error).length,
          ),
        3000,
      ).unref();
      const stale = await rule.schedule();
      console.log(stale.summary, performance.now() - t);
      console.log(rule.aws.requests.entries.filter((e) => e.error).length);
      await rule.close();
    });
  }, 60_000);
});
