import { describe, expect, it } from 'vitest';
import { exemptUntil, findExemption } from '../../rule/core/exemption.ts';
import { ago, day, now } from '../builders/account.ts';
import { coreUser, parameters, exemptUntil as tag } from '../builders/core-user.ts';

const none = { kind: 'none' } as const;

describe('the exemption after a restoration', () => {
  it('lasts for the days of grace', () => {
    expect(exemptUntil(none, 14, 365, now)).toBe('2026-12-05T06:30:00Z');
    expect(exemptUntil(none, 14, 365, now + 999)).toBe('2026-12-05T06:30:00Z');
  });

  it('keeps an honoured exemption that lasts longer as it is written', () => {
    const longer = { kind: 'tag', until: ago(-20), text: '2026-12-10' } as const;
    expect(exemptUntil(longer, 14, 365, now)).toBe('2026-12-10');
    const shorter = { kind: 'tag', until: ago(-3), text: '2026-11-23' } as const;
    expect(exemptUntil(shorter, 14, 365, now)).toBe('2026-12-05T06:30:00Z');
  });

  it.each([1, 10, 14, 30])(
    'is honoured by a rule that allows %i days, though its clock be minutes behind',
    (days) => {
      const value = exemptUntil(none, 30, days, now);
      const user = coreUser({ tags: [tag(value)] });
      const rule = parameters({ maxExemptionDays: String(days) });
      for (const at of [now - 240_000, now, now + day / 2]) {
        expect(findExemption(user, rule, at).kind).toBe('tag');
      }
    },
  );
});

it('an honoured exemption that ends just when the grace does is kept as it is written', () => {
  const same = { kind: 'tag', until: ago(-14), text: '2026-12-05T07:30:00+01:00' } as const;
  expect(exemptUntil(same, 14, 365, now)).toBe('2026-12-05T07:30:00+01:00');
});
