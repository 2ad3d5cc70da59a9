import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../rule/core/annotation.ts';
import type { User } from '../../../rule/core/credentials.ts';
import { evaluationScopes } from '../../../rule/core/rule-parameters.ts';
import { ago, now } from '../../builders/account.ts';
import { arbitraryText } from '../../builders/arbitrary-user.ts';
import { coreKey, coreUser, exemptUntil, parameters } from '../../builders/core-user.ts';

const runs = { numRuns: 500, seed: 20261121 };

function annotation(user: User, given: Parameters<typeof parameters>[0] = {}): string {
  return judge(user, { parameters: parameters(given), now }).annotation;
}

// IAM's access key IDs have 16 to 128 characters.
const keyId = fc
  .integer({ min: 16, max: 128 })
  .map((length) => 'AKIA'.padEnd(length, 'X').slice(0, length));
const age = fc.integer({ min: 0, max: 4000 });
const dates = fc.record({
  used: fc.option(age.map(ago), { nil: undefined }),
  changed: age.map(ago),
});
const keys = fc.array(
  fc.record({ id: keyId, dates }).map(({ id, dates: known }) => coreKey({ id, ...known })),
  { maxLength: 4 },
);
const tagValue = fc.oneof(
  arbitraryText,
  fc.string({ unit: 'grapheme', maxLength: 256 }),
  fc.constant('\u{1F600}'.repeat(128)),
  fc.constantFrom('2026-12-01', '2020-01-01', '9999-12-31', ''),
);

describe('the annotation, with the longest of everything', () => {
  it('has 1 to 256 characters on one line, and says at most once, at its end, how many clauses it dropped', () => {
    const user = fc.record({
      password: fc.option(dates),
      accessKeys: keys,
      tags: fc.option(
        tagValue.map((value) => [exemptUntil(value)]),
        { nil: [] },
      ),
      unjudged: fc.record({
        certificates: fc.array(
          fc.record({ status: fc.constantFrom('Active' as const, 'Inactive' as const) }),
          { maxLength: 2 },
        ),
        other: fc.boolean(),
      }),
    });
    fc.assert(
      fc.property(user, fc.constantFrom(...evaluationScopes), (parts, evaluationScope) => {
        const text = annotation(coreUser(parts), { evaluationScope });
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(256);
        expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(text.replace(/; \+[1-9] more$/u, '')).not.toMatch(/\+\d+ more/u);
      }),
      runs,
    );
  });

  it('says "days" only for the first idle time, whatever is due', () => {
    fc.assert(
      fc.property(fc.option(dates), keys, (password, accessKeys) => {
        const text = annotation(coreUser({ password, accessKeys }));
        fc.pre(text.includes('limit'));
        expect(text.match(/ days/gu)).toHaveLength(1);
        expect(text.indexOf(' days')).toBeLessThan(text.indexOf('limit'));
      }),
      runs,
    );
  });

  it('fits exactly 256 characters without dropping anything, and drops a clause at 257', () => {
    const withIdOf = (length: number) =>
      annotation(
        coreUser({
          accessKeys: [
            coreKey({ id: 'A'.repeat(128), used: ago(100) }),
            coreKey({ id: 'B'.repeat(length), used: ago(90) }),
          ],
        }),
      );
    const room = 256 - withIdOf(1).length;
    expect(withIdOf(1 + room)).toHaveLength(256);
    expect(withIdOf(1 + room)).not.toContain('more');
    expect(withIdOf(2 + room)).toMatch(/^key A{128} used \S+ \(100 days, limit 45\); \+1 more$/u);
  });
});

describe('an exempt path in the annotation', () => {
  it.each([
    [40, `/${'p'.repeat(38)}/`],
    [41, `/${'p'.repeat(38)}…`],
  ])('of %i characters takes no more than 40', (length, shown) => {
    const path = `/${'p'.repeat(length - 2)}/`;
    const text = annotation(coreUser({ path }), { exemptPathPrefixes: path });
    expect(text).toBe(`Exempt by path ${shown}; no password or active access key`);
  });
});
