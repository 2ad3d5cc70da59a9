import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkDailyLimit,
  describeReturning,
  type EarlierRevocation,
  findRestoration,
  findReturning,
  keepsFailing,
} from '../../../rule/core/earlier-revocations.ts';
import { day, now } from '../../builders/account.ts';
import { executionId, otherExecutionId } from '../../builders/revocation.ts';

const minute = 60_000;
const earlier = (rest: Partial<EarlierRevocation> = {}): EarlierRevocation => ({
  ...{ executionId, recordedAt: now - day, applied: true, running: false, restoredAt: [] },
  ...{ credentials: [{ type: 'access-key', id: 'AKIA1' }], restored: new Set<string>() },
  ...rest,
});

describe('a restoration', () => {
  const found = (restoredAt: EarlierRevocation['restoredAt'], running: string | null = null) =>
    findRestoration([earlier(), earlier({ restoredAt })], running, now);

  it('exempts for nearly a day, by each mark of each record', () => {
    const outcome = { outcome: 'Exempt', why: `revocation ${executionId} was restored ` };
    const last = day - 10 * minute - 1;
    expect(found([now])).toMatchObject({ why: `${outcome.why}2026-11-21T06:30:00Z` });
    expect(found([now - 2 * day, now - last])?.outcome).toBe('Exempt');
    expect(found([now - last - 1])).toBeNull();
    expect(found([])).toBeNull();
  });

  it('does not exempt by a mark that no restoration writes: not an instant, or one in the future', () => {
    expect(found([null])).toBeNull();
    expect(found([now + 10 * minute])?.outcome).toBe('Exempt');
    expect(found([now + 10 * minute + 1])).toBeNull();
  });

  it('exempts while it runs', () => {
    expect(found([], otherExecutionId)).toMatchObject({
      outcome: 'Exempt',
      why: `execution ${otherExecutionId} of UnusedIamCredentials-Restore is restoring the user`,
    });
  });
});

describe('a credential that keeps coming back', () => {
  const key = { type: 'access-key', id: 'AKIA1' } as const;
  const password = { type: 'password', id: null } as const;
  const found = (records: readonly EarlierRevocation[], usable = [key, password]) =>
    findReturning(usable, records, now).map(({ id, revokedAt }) => [id, revokedAt]);
  const revoked = (ages: readonly number[], rest: Partial<EarlierRevocation> = {}) =>
    ages.map((age) => earlier({ recordedAt: now - age, ...rest }));

  it('was revoked three times within 30 days, and is held until the third last is 30 days old', () => {
    const [oldest, middle, last] = [30 * day - 1, 20 * day, day];
    const records = revoked([middle, last, oldest]);
    expect(findReturning([key, password], records, now)).toEqual([
      { ...key, revokedAt: [oldest, middle, last].map((age) => now - age), heldUntil: now + 1 },
    ]);
    expect(found(revoked([30 * day, middle, last]))).toEqual([]);
    expect(found(records, [])).toEqual([]);
    const [returning] = findReturning([key], revoked([2 * day, day, 9 * day]), now);
    expect(returning && describeReturning(returning)).toBe(
      'revoked 3 times within 30 days (2026-11-12T06:30:00Z, 2026-11-19T06:30:00Z, 2026-11-20T06:30:00Z), and somebody made it usable again each time',
    );
  });

  it('is each of several that the same executions revoked', () => {
    const records = revoked([3 * day, 2 * day, day], { credentials: [key, password] });
    expect(found(records).map(([id]) => id)).toEqual([key.id, password.id]);
  });

  it('was not restored by this project: a mark on a record applies to all older records, and only to its credential', () => {
    const three = revoked([3 * day, 2 * day, day]);
    const mark = (name: string, age: number) =>
      earlier({ recordedAt: now - age, credentials: [key, password], restored: new Set([name]) });
    expect(found([...three, mark('AKIA1', 1.5 * day)])).toEqual([]);
    expect(found([...three, mark('AKIA1', 4 * day)])).toHaveLength(1);
    expect(found([...three, mark('password', day / 2)])).toHaveLength(1);
  });

  // A second implementation: it walks through time, and each restoration resets the count.
  it('is one for which a simple count over its history finds three', () => {
    const event = fc.record({
      age: fc.integer({ min: 0, max: 40 * 24 * 6 }).map((tenMinutes) => tenMinutes * 10 * minute),
      applied: fc.boolean(),
      isRestored: fc.boolean(),
      ofKey: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(event, { maxLength: 8, selector: ({ age }) => age }), (events) => {
        const records = events.map(({ age, applied, isRestored, ofKey }) => {
          const credential = ofKey ? key : password;
          const names = isRestored ? [credential.id ?? 'password'] : [];
          return earlier({
            ...{ recordedAt: now - age, applied, credentials: [credential] },
            restored: new Set(names),
          });
        });
        const expected = [key, password].filter(({ id }) => {
          let count = 0;
          for (const each of events.toSorted((a, b) => b.age - a.age)) {
            if (each.ofKey !== (id !== null)) continue;
            if (each.isRestored) count = 0;
            else if (each.applied && each.age < 30 * day) count += 1;
          }
          return count >= 3;
        });
        expect(found(records).map(([id]) => id)).toEqual(expected.map(({ id }) => id));
      }),
      { numRuns: 300 },
    );
  });

  it('was revoked once by executions that overlap', () => {
    const twice = [2 * day, 2 * day - 10 * minute + 1, day, day - minute];
    expect(found(revoked(twice))).toEqual([]);
    expect(found(revoked([...twice, 1]))).toHaveLength(1);
    expect(found(revoked([2 * day, 2 * day - 10 * minute, day]))).toHaveLength(1);
  });
});

describe('revocations of a user', () => {
  const failed = (age: number, rest: Partial<EarlierRevocation> = {}) =>
    earlier({ recordedAt: now - age, applied: false, ...rest });

  it.each<[string, boolean, EarlierRevocation[]]>([
    ['two failed ones', true, [failed(minute), failed(day)]],
    ['two failed ones after a success', true, [earlier(), failed(minute), failed(minute)]],
    ['one failed one', false, [failed(minute)]],
    [
      'a success after two failed ones',
      false,
      [failed(day), failed(day), earlier({ recordedAt: now })],
    ],
    ['a failed one and a running one', false, [failed(day), failed(0, { running: true })]],
    ['two failed ones, one of a week ago', false, [failed(minute), failed(7 * day)]],
    ['none', false, []],
  ])('%s: they keep failing is %s', (_, expected, records) => {
    expect(keepsFailing(records, now)).toBe(expected);
  });
});

describe('the daily limit', () => {
  const outcome = (others: number, limit: number, failing = false) =>
    checkDailyLimit(others, limit, failing)?.outcome ?? 'none';

  it('is reached by that many other users', () => {
    expect([outcome(4, 5), outcome(5, 5), outcome(6, 5), outcome(0, 1)]).toEqual([
      'none',
      'LimitReached',
      'LimitReached',
      'none',
    ]);
    expect(checkDailyLimit(1, 1, false)?.why).toBe(
      'revocations of 1 other user were recorded within 24 hours; MaxRevocationsPerDay is 1',
    );
  });

  it('of 0 is none', () => {
    expect(outcome(10_000, 0, true)).toBe('none');
  });

  it('leaves its second half to users whose revocations do not keep failing', () => {
    expect([outcome(1, 5, true), outcome(2, 5, true), outcome(2, 5)]).toEqual([
      'none',
      'LimitReached',
      'none',
    ]);
    expect(outcome(0, 1, true)).toBe('LimitReached');
    expect(checkDailyLimit(2, 5, true)?.why).toContain(
      'revocations of 2 other users were recorded within 24 hours; MaxRevocationsPerDay is 5, and half of it is reserved for users whose last two revocations did not fail',
    );
  });
});
