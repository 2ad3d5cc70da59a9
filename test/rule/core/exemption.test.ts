import { describe, expect, it } from 'vitest';
import {
  exemptUntil as exemptionAfterRestoration,
  findExemption,
} from '../../../rule/core/exemption.ts';
import { ago, day, now } from '../../builders/account.ts';
import { coreUser, exemptUntil, parameters } from '../../builders/core-user.ts';

function byTag(
  value: string,
  at = now,
  given: Parameters<typeof parameters>[0] = {},
  key?: string,
) {
  const user = coreUser({ tags: [{ key: 'other', value: '2026-12-01' }, exemptUntil(value, key)] });
  return findExemption(user, parameters(given), at);
}

describe('an exemption by tag', () => {
  const end = Date.parse('2026-12-02T00:00:00Z');

  it.each([
    ['a date lasts to the end of that day, UTC', '2026-12-01', end],
    ['spaces around it do not matter', ' 2026-12-01 ', end],
    ['a leap day is one', '2028-02-29', Date.parse('2028-03-01T00:00:00Z')],
    ['an instant in UTC', '2026-12-01T12:00:00Z', Date.parse('2026-12-01T12:00:00Z')],
    ['an instant with an offset', '2026-12-01T12:00:00+02:00', Date.parse('2026-12-01T10:00:00Z')],
    ['an instant to the minute', '2026-12-01T12:00-05:30', Date.parse('2026-12-01T17:30:00Z')],
    [
      'an instant to the millisecond',
      '2026-12-01T12:00:00.25Z',
      Date.parse('2026-12-01T12:00:00.250Z'),
    ],
  ])('%s', (_, value, until) => {
    expect(byTag(value, now, { maxExemptionDays: '3650' })).toEqual({
      kind: 'tag',
      until,
      text: value.trim(),
    });
  });

  it('holds until the last millisecond before its end', () => {
    expect(byTag('2026-12-01', end - 1)).toMatchObject({ kind: 'tag' });
    expect(byTag('2026-12-01', end)).toEqual({
      kind: 'refused',
      text: '2026-12-01',
      reason: 'ended',
    });
  });

  it('is valid up to maxExemptionDays from now, and not a millisecond further', () => {
    const given = { maxExemptionDays: '10' };
    expect(byTag('2026-12-01', end - 10 * day, given)).toMatchObject({ kind: 'tag' });
    expect(byTag('2026-12-01', end - 10 * day - 1, given)).toMatchObject({ reason: 'too-distant' });
  });

  it.each(['', 'tomorrow', '2026-13-01', '2026-12-01T12:00:00', '2026-12-01x'])(
    '%j is malformed, and its text goes no further',
    (value) => {
      expect(byTag(value)).toEqual({ kind: 'refused', reason: 'malformed' });
    },
  );

  it('is found by its key without regard to case', () => {
    const key = 'Unused-IAM-Credentials:EXEMPT-until';
    expect(byTag('2026-12-01', now, {}, key)).toMatchObject({ kind: 'tag' });
  });

  it('is found by the key that the parameter names, and by no other', () => {
    const given = { exemptUntilTag: 'Keep until' };
    expect(byTag('2026-12-01', now, given, 'keep UNTIL')).toMatchObject({ kind: 'tag' });
    expect(byTag('2026-12-01', now, given)).toEqual({ kind: 'none' });
  });
});

describe('an exemption by path', () => {
  const given = { exemptPathPrefixes: '/a/b/, /break-glass/' };
  const byPath = (path: string) => findExemption(coreUser({ path }), parameters(given), now);

  it.each([
    ['/break-glass/', '/break-glass/'],
    ['/break-glass/emea/', '/break-glass/'],
    ['/a/b/', '/a/b/'],
  ])('covers %s', (path, prefix) => {
    expect(byPath(path)).toEqual({ kind: 'path', prefix });
  });

  it.each(['/', '/a/', '/break-glassy/', '/x/break-glass/', '/BREAK-GLASS/'])(
    'does not cover %s',
    (path) => {
      expect(byPath(path)).toEqual({ kind: 'none' });
    },
  );

  it('comes before the tag, since it has no end', () => {
    const user = coreUser({ path: '/a/b/', tags: [exemptUntil('2026-12-01')] });
    expect(findExemption(user, parameters(given), now)).toMatchObject({ kind: 'path' });
  });
});

describe('no exemption', () => {
  it('is what a user without tags and with any path has by default', () => {
    expect(findExemption(coreUser({ path: '/a/' }), parameters(), now)).toEqual({ kind: 'none' });
  });
});

const none = { kind: 'none' } as const;

describe('the exemption after a restoration', () => {
  it('lasts for the days of grace', () => {
    expect(exemptionAfterRestoration(none, 14, 365, now)).toBe('2026-12-05T06:30:00Z');
    expect(exemptionAfterRestoration(none, 14, 365, now + 999)).toBe('2026-12-05T06:30:00Z');
  });

  it('keeps a valid exemption that lasts longer as it is written', () => {
    const longer = { kind: 'tag', until: ago(-20), text: '2026-12-10' } as const;
    expect(exemptionAfterRestoration(longer, 14, 365, now)).toBe('2026-12-10');
    const same = { kind: 'tag', until: ago(-14), text: '2026-12-05T07:30:00+01:00' } as const;
    expect(exemptionAfterRestoration(same, 14, 365, now)).toBe('2026-12-05T07:30:00+01:00');
    const shorter = { kind: 'tag', until: ago(-3), text: '2026-11-23' } as const;
    expect(exemptionAfterRestoration(shorter, 14, 365, now)).toBe('2026-12-05T06:30:00Z');
  });

  it.each([1, 10, 14, 30])(
    'is valid for a rule that allows %i days, even if its clock is minutes behind',
    (days) => {
      const value = exemptionAfterRestoration(none, 30, days, now);
      const user = coreUser({ tags: [exemptUntil(value)] });
      const rule = parameters({ maxExemptionDays: String(days) });
      for (const at of [now - 240_000, now, now + day / 2]) {
        expect(findExemption(user, rule, at).kind).toBe('tag');
      }
    },
  );
});
