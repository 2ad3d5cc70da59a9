import { describe, expect, it } from 'vitest';
import {
  checkDailyLimit,
  type EarlierRevocation,
  findRestoration,
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

  it('does not exempt by a mark that no restoration writes: no instant, or one of the future', () => {
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
      'revocations of 2 other users were recorded within 24 hours; MaxRevocationsPerDay is 5, of which the second half is left to',
    );
  });
});
