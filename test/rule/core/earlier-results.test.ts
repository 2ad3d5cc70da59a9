import { describe, expect, it } from 'vitest';
import {
  type EarlierResult,
  findNewlyNonCompliant,
  mustPut,
} from '../../../rule/core/earlier-results.ts';
import { formatDate } from '../../../rule/core/instant.ts';
import { ago, day, now } from '../../builders/account.ts';

const weekly = { reportUnchanged: 'Weekly', automaticRemediation: false } as const;
const userId = 'AIDASOMEONE';

/** Whether a run puts a result whose annotation was the first one a minute ago, and is the second one now. */
function puts(before: string, after: string, options: Parameters<typeof mustPut>[2] = weekly) {
  const earlier = { compliance: 'COMPLIANT', annotation: before, orderedAt: now - 60_000 } as const;
  const result = { userId, compliance: 'COMPLIANT', annotation: after } as const;
  return mustPut(result, earlier, options, now);
}

const inDays = (days: number) => formatDate(now + days * day);
const flips = (days: number, credential = 'key 1') =>
  `becomes unused ${inDays(days)}: ${credential}`;

describe('a run puts', () => {
  const result = { userId, compliance: 'NON_COMPLIANT', annotation: 'password unused' } as const;
  const same: EarlierResult = { ...result, orderedAt: now - 1 };

  it('a result of a user without an earlier one', () => {
    expect(mustPut(result, undefined, weekly, now)).toBe(true);
  });

  it('another compliance type, in both directions', () => {
    expect(mustPut(result, { ...same, compliance: 'COMPLIANT' }, weekly, now)).toBe(true);
    expect(mustPut({ ...result, compliance: 'COMPLIANT' }, same, weekly, now)).toBe(true);
    expect(mustPut({ ...result, compliance: 'NOT_APPLICABLE' }, same, weekly, now)).toBe(true);
  });

  it('nothing that differs only in service and Region of the last use, which earlier versions did not write', () => {
    const due = 'key 1 used 2026-08-13 (100 days, limit 45)';
    const later = `${due}; key 1 last used by s3 in eu-west-1`;
    expect([puts(due, later), puts(later, due)]).toEqual([false, false]);
    expect(puts(due, `${later}; not announced yet`)).toBe(true);
  });

  it('another warning that was sent, or the next run would send it again', () => {
    const sent = (text: string) => `${flips(10)}; warning sent: ${text}`;
    const before = sent(`key 1 ${inDays(10)}`);
    expect(puts(before, sent(`key 1 ${inDays(12)}`))).toBe(true);
    expect(puts(before, sent(`key 2 ${inDays(10)}`))).toBe(true);
    expect(puts(before, before)).toBe(false);
  });

  it('nothing that is the same', () => {
    expect(mustPut(result, same, weekly, now)).toBe(false);
  });

  it('everything with ReportUnchanged=Always', () => {
    const always = { ...weekly, reportUnchanged: 'Always' } as const;
    expect(mustPut(result, same, always, now)).toBe(true);
  });

  it('every NON_COMPLIANT result, but no COMPLIANT one, while remediation is automatic', () => {
    const automatic = { ...weekly, automaticRemediation: true };
    expect(mustPut(result, same, automatic, now)).toBe(true);
    expect(puts('nothing unused', 'nothing unused', automatic)).toBe(false);
  });

  it('a result for which AWS Config returned no ordering timestamp', () => {
    expect(mustPut(result, { ...same, orderedAt: null }, weekly, now)).toBe(true);
  });

  it('an unchanged result on exactly one of seven days, and one that is older than a week', () => {
    for (const id of ['AIDAA', 'AIDAB', 'AIDAC', 'AIDAD', 'AIDAE']) {
      const repeats = [0, 1, 2, 3, 4, 5, 6].filter((days) => {
        const run = now + days * day;
        return mustPut({ ...result, userId: id }, { ...same, orderedAt: run - day }, weekly, run);
      });
      expect(repeats).toHaveLength(1);
      const old = { ...same, orderedAt: now - 7 * day - 1 };
      expect(mustPut({ ...result, userId: id }, old, weekly, now)).toBe(true);
    }
  });

  it('about a seventh of 5,000 unchanged results on each day', () => {
    for (let days = 0; days < 7; days += 1) {
      const run = now + days * day;
      const put = Array.from({ length: 5_000 }, (_, index) => `AIDA${index}`).filter((id) =>
        mustPut({ ...result, userId: id }, { ...same, orderedAt: run - day }, weekly, run),
      );
      expect(put.length).toBeGreaterThan(600);
      expect(put.length).toBeLessThan(830);
    }
  });
});

it('puts a later date of becoming unused if the date before was less than a week ahead, to the millisecond', () => {
  const midnight = Date.UTC(2026, 10, 21);
  const earlier = { compliance: 'COMPLIANT', orderedAt: midnight - 60_000 } as const;
  const [before, after] = ['becomes unused 2026-11-28: key 1', 'becomes unused 2026-11-30: key 1'];
  const result = { userId, compliance: 'COMPLIANT', annotation: after } as const;
  const putsAt = (instant: number) =>
    mustPut(result, { ...earlier, annotation: before }, weekly, instant);
  expect(putsAt(midnight)).toBe(false);
  expect(putsAt(midnight + 1)).toBe(true);
});

describe('an annotation is put', () => {
  it.each([
    ['it has fewer clauses', 'nothing unused; certificates not evaluated', 'nothing unused'],
    ['it has more clauses', 'nothing unused', 'nothing unused; certificates not evaluated'],
    ['another clause', 'nothing unused', 'no password or active access key'],
    [
      'the exemption ends on another date',
      'Exempt until 2027-01-01; nothing unused',
      'Exempt until 2027-02-01; nothing unused',
    ],
    [
      'the path is another',
      'Exempt by path /a/; nothing unused',
      'Exempt by path /b/; nothing unused',
    ],
    [
      'the credential is another',
      'key 1 unused 50 days; allowed by scope console-password',
      'key 2 unused 50 days; allowed by scope console-password',
    ],
    [
      'the last use is another',
      'password used 2026-08-01 (112 days, limit 45)',
      'password used 2026-08-02 (112 days, limit 45)',
    ],
    [
      'the limit is another',
      'password used 2026-08-01 (112 days, limit 45)',
      'password used 2026-08-01 (112 days, limit 90)',
    ],
    [
      'the scope is another',
      `key 1 unused 50 days; allowed by scope user until ${inDays(30)}`,
      `key 1 unused 50 days; allowed by scope console-password until ${inDays(31)}`,
    ],
    ['the earlier text is of another version', 'password idle since spring', 'nothing unused'],
    ['the later text is of another version', 'nothing unused', 'password idle since spring'],
    [
      'it is now due to be announced',
      'password used 2026-08-01 (112 days, limit 45); not announced yet',
      'password used 2026-08-01 (112 days, limit 45)',
    ],
    ['the date of becoming unused moved earlier', flips(31), flips(30)],
    ['the date is near now', flips(5), flips(6)],
    ['the date was near', flips(6), flips(9)],
    ['the date moved by more than a week', flips(20), flips(28)],
    ['another credential is next on the same date', flips(20), flips(20, 'key 2')],
  ])('because %s', (_, before, after) => {
    expect(puts(before, after)).toBe(true);
  });

  it.each([
    [
      'the idle days went up',
      'password used 2026-08-01 (112 days, limit 45)',
      'password used 2026-08-01 (113 days, limit 45)',
    ],
    [
      'those of an exempt user went up',
      'Exempt until 2027-01-01; password unused 50 days',
      'Exempt until 2027-01-01; password unused 51 days',
    ],
    ['the date of becoming unused moved later by at most a week', flips(20), flips(27)],
    ['another credential is next, at most a week later', flips(20), flips(22, 'password')],
    [
      'the date that a scope allows moved later',
      `key 1 unused 50 days; allowed by scope user until ${inDays(20)}`,
      `key 1 unused 51 days; allowed by scope user until ${inDays(22)}`,
    ],
    ['the same date is near', flips(3), flips(3)],
  ])('not because %s', (_, before, after) => {
    expect(puts(before, after)).toBe(false);
  });
});

type Results = Readonly<Record<string, readonly [EarlierResult['compliance'], string]>>;
const accused = 'password used 2026-08-01 (112 days, limit 45)';
const byChange = `${accused}; not announced yet`;

/** The newly NON_COMPLIANT users. Every given user is NON_COMPLIANT now, unless their entry says otherwise. */
function newOnes(
  earlier: Results,
  current: Readonly<Record<string, 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE'>>,
) {
  const users = Object.entries(current).map(([id, compliance]) => ({
    ...{ userId: id, compliance, annotation: accused },
  }));
  const results = Object.entries(earlier).map(([id, [compliance, annotation]]) => {
    return [id, { compliance, annotation, orderedAt: ago(1) }] as const;
  });
  return findNewlyNonCompliant(users, new Map(results)).map((user) => user.userId);
}

describe('newly NON_COMPLIANT', () => {
  it('is every NON_COMPLIANT user without an earlier result', () => {
    const current = {
      a: 'NON_COMPLIANT',
      b: 'NON_COMPLIANT',
      c: 'COMPLIANT',
      d: 'NOT_APPLICABLE',
    } as const;
    expect(newOnes({ b: ['NON_COMPLIANT', accused] }, current)).toEqual(['a']);
  });

  it('is a user who was COMPLIANT', () => {
    expect(newOnes({ a: ['COMPLIANT', 'nothing unused'] }, { a: 'NON_COMPLIANT' })).toEqual(['a']);
  });

  it('is a user who became so by a change, which announces nothing', () => {
    expect(newOnes({ a: ['NON_COMPLIANT', byChange] }, { a: 'NON_COMPLIANT' })).toEqual(['a']);
  });

  it('is a user who became so by a change, even if an earlier version wrote another clause', () => {
    const earlier = `${accused}; warning sent for 2026-12-24; not announced yet`;
    expect(newOnes({ a: ['NON_COMPLIANT', earlier] }, { a: 'NON_COMPLIANT' })).toEqual(['a']);
  });

  it('is not a user who became so by a scheduled run, even if an earlier version wrote the annotation', () => {
    const earlier: Results = {
      a: ['NON_COMPLIANT', accused],
      b: ['NON_COMPLIANT', 'of a version before'],
      c: ['NON_COMPLIANT', `${accused}; warning sent: key 1 2026-12-24`],
    };
    const current = { a: 'NON_COMPLIANT', b: 'NON_COMPLIANT', c: 'NON_COMPLIANT' } as const;
    expect(newOnes(earlier, current)).toEqual([]);
  });

  it('is not a user who is COMPLIANT now, whatever they were', () => {
    const earlier: Results = { a: ['NON_COMPLIANT', byChange], b: ['COMPLIANT', 'nothing unused'] };
    expect(newOnes(earlier, { a: 'COMPLIANT', b: 'NOT_APPLICABLE' })).toEqual([]);
  });
});
