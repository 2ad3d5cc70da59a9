import { describe, expect, it } from 'vitest';
import type { User } from '../../rule/core/credentials.ts';
import { decideRevocation, findBar, planChanges } from '../../rule/core/revocation-plan.ts';
import { ago, day, now } from '../builders/account.ts';
import { coreKey, coreUser, exemptUntil } from '../builders/core-user.ts';
import { assess, options, userId } from '../builders/revocation.ts';

const idle = { used: ago(100), changed: ago(400) };
const user = coreUser({ password: idle });
const keyOnly = coreUser({ accessKeys: [coreKey({ id: 'AKIAUSED', ...idle })] });
const minute = 60_000;
const fresh = { generatedAt: now - 15 * minute, complete: true };
const stale = { generatedAt: now - 15 * minute - 1, complete: true };
const free = { paused: false, recentRecords: 0 };

function bar(someone: User, rest = {}, by = {}) {
  const assessment = assess(someone, by);
  return findBar(someone, assessment, planChanges(assessment, options(rest)));
}

function decide(someone: User, rest = {}, brakes = free, evidence = fresh) {
  const changes = planChanges(assess(someone), options(rest));
  return decideRevocation(changes, brakes, evidence, options(rest), userId, now);
}

describe('nothing is revoked, whatever the brakes say,', () => {
  const tagged = (value: string, key = 'unused-iam-credentials:protected') =>
    coreUser({ password: idle, tags: [{ key, value }] });

  it('of a user tagged protected, in any case of key and value', () => {
    expect(bar(tagged('true'))?.outcome).toBe('Protected');
    expect(bar(tagged(' TRUE ', 'Unused-IAM-Credentials:Protected'))?.outcome).toBe('Protected');
  });

  it('of a user whose protection tag says neither true nor false', () => {
    const found = bar(tagged('yes'));
    expect(found?.outcome).toBe('Protected');
    expect(found?.reason).toContain('neither true nor false');
  });

  it('unless the protection tag says false', () => {
    expect(bar(tagged('false'))).toBeNull();
  });

  it('of an exempt user, by tag or by path; protection is named first', () => {
    const exempt = coreUser({ password: idle, tags: [exemptUntil('2027-01-31')] });
    expect(bar(exempt)).toMatchObject({ outcome: 'Exempt', reason: 'exempt until 2027-01-31' });
    const byPath = { ...user, path: '/break-glass/ops/' };
    expect(bar(byPath, {}, { exemptPathPrefixes: '/break-glass/' })?.outcome).toBe('Exempt');
    const both = [
      exemptUntil('2027-01-31'),
      { key: 'unused-iam-credentials:protected', value: 'true' },
    ];
    expect(bar({ ...user, tags: both })?.outcome).toBe('Protected');
  });

  it('but a refused exemption protects nobody', () => {
    expect(bar(coreUser({ password: idle, tags: [exemptUntil('next summer')] }))).toBeNull();
  });

  it('of a user with nothing due, or of whom all that is due is kept or too young', () => {
    expect(bar(coreUser())?.outcome).toBe('NothingDue');
    expect(bar(user, { passwordAction: 'Keep' })).toMatchObject({
      outcome: 'NothingDue',
      reason: 'password: kept, since PasswordAction is Keep',
    });
    expect(bar(user, { minimumIdleDays: 101 })?.reason).toContain('MinimumIdleDays, 101');
  });
});

describe('the brakes', () => {
  it('come in the order Paused, NotYet, LimitReached, DryRun, Wait', () => {
    const all = { enforceFrom: now + 1, maxRevocationsPerDay: 5, dryRun: true };
    const held = { paused: true, recentRecords: 5 };
    expect(decide(user, all, held, stale).outcome).toBe('Paused');
    const open = { ...held, paused: false };
    expect(decide(user, all, open, stale).outcome).toBe('NotYet');
    const begun = { ...all, enforceFrom: now };
    expect(decide(user, begun, open, stale).outcome).toBe('LimitReached');
    expect(decide(user, begun, { ...open, recentRecords: 4 }, stale).outcome).toBe('DryRun');
    const real = { ...begun, dryRun: false };
    expect(decide(user, real, free, stale).outcome).toBe('Wait');
    expect(decide(user, real, free, fresh).outcome).toBe('Revoke');
  });

  it('know no daily limit when it is 0', () => {
    const many = { paused: false, recentRecords: 10_000 };
    expect(decide(user, { maxRevocationsPerDay: 0 }, many).outcome).toBe('Revoke');
  });

  it('say why', () => {
    expect(decide(user, {}, { paused: true, recentRecords: 0 }).reason).toContain(
      '/unused-iam-credentials/pause',
    );
    expect(decide(user, { enforceFrom: now + day }).reason).toContain('before 2026-11-22');
    expect(decide(user, {}, { paused: false, recentRecords: 21 }).reason).toContain(
      '21 revocations',
    );
    expect(decide(user, { dryRun: true }).reason).toBe(
      'would revoke: password (Delete): used 2026-08-13 (100 days, limit 45)',
    );
  });
});

describe('waiting for a report', () => {
  // Follows from the user's ID alone.
  const spread = 76_000;

  it('is asked for what cannot be undone, once the report is older than 15 minutes', () => {
    expect(decide(user, {}, free, stale)).toMatchObject({
      outcome: 'Wait',
      waitUntil: stale.generatedAt + 241 * minute + spread,
    });
    expect(decide(keyOnly, {}, free, stale).outcome).toBe('Revoke');
    expect(decide(keyOnly, { accessKeyAction: 'Delete' }, free, stale).outcome).toBe('Wait');
  });

  it('is asked for any change that the report does not cover', () => {
    const partial = { ...fresh, complete: false };
    expect(decide(keyOnly, {}, free, partial).outcome).toBe('Wait');
  });

  it('never names an instant that has passed', () => {
    const old = { generatedAt: now - 10 * day, complete: true };
    expect(decide(user, {}, free, old).waitUntil).toBe(now + minute + spread);
  });

  it('is foretold by a dry run', () => {
    expect(decide(user, { dryRun: true }, free, stale).reason).toContain('of the last 15 minutes');
  });

  it('does not wake all at once: for each user it ends at another second within ten minutes', () => {
    const changes = planChanges(assess(user), options());
    const waits = Array.from({ length: 200 }, (_, index) => {
      const id = `AIDATESTUSER${index}`;
      return decideRevocation(changes, free, stale, options(), id, now).waitUntil ?? 0;
    });
    const first = stale.generatedAt + 241 * minute;
    for (const until of waits) {
      expect(until).toBeGreaterThanOrEqual(first);
      expect(until).toBeLessThan(first + 10 * minute);
    }
    expect(new Set(waits).size).toBeGreaterThan(100);
  });
});

describe('the reason of a plan', () => {
  it('is given in words where nothing is revoked', () => {
    const tagged = (value: string) =>
      coreUser({ password: idle, tags: [{ key: 'unused-iam-credentials:protected', value }] });
    const carries = 'the user carries the tag unused-iam-credentials:protected';
    expect(bar(tagged('True'))?.reason).toBe(carries);
    expect(bar(tagged('no'))?.reason).toBe(`${carries}, whose value is neither true nor false`);
    expect(bar(tagged(' FALSE '))).toBeNull();
    const exempt = bar({ ...user, path: '/x/y/' }, {}, { exemptPathPrefixes: '/x/' });
    expect(exempt?.reason).toBe('the user is exempt by path /x/');
    expect(bar(coreUser())?.reason).toBe(
      'no credential is unused as the rule and its scope define it',
    );
  });

  it('names what is due and kept, and nothing that is not due', () => {
    const keys = [coreKey({ id: 'AKIA1', ...idle }), coreKey({ id: 'AKIA2', ...idle })];
    const fresh2 = coreKey({ id: 'AKIA3', used: ago(1), changed: ago(400) });
    const someone = coreUser({ accessKeys: [...keys, fresh2] });
    expect(bar(someone, { accessKeyAction: 'Keep' })?.reason).toBe(
      'access key AKIA1: kept, since AccessKeyAction is Keep; access key AKIA2: kept, since AccessKeyAction is Keep',
    );
    expect(decide(coreUser({ accessKeys: keys })).reason).toBe(
      'access key AKIA1 (Deactivate): used 2026-08-13 (100 days, limit 45); ' +
        'access key AKIA2 (Deactivate): used 2026-08-13 (100 days, limit 45)',
    );
  });

  it('says of a report what it lacks', () => {
    const partial = { generatedAt: now, complete: false };
    expect(decide(keyOnly, {}, free, partial).reason).toBe(
      "the credential report of 2026-11-21T06:30:00Z does not cover all of the user's credentials",
    );
  });

  it('waits where one of several changes cannot be undone', () => {
    const both = coreUser({ password: idle, accessKeys: keyOnly.accessKeys });
    expect(decide(both, {}, free, stale).outcome).toBe('Wait');
  });
});
