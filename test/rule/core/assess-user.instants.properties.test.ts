import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessUser, categories } from '../../../rule/core/assess-user.ts';
import { evaluationScopes } from '../../../rule/core/rule-parameters.ts';
import { day, now } from '../../builders/account.ts';
import { arbitraryUser, likelyLimit } from '../../builders/arbitrary-user.ts';
import { coreKey, exemptUntil, parameters } from '../../builders/core-user.ts';

const runs = { numRuns: 600, seed: 20261121 };
const years = 20 * 365 * day;
const limit = fc.constantFrom(likelyLimit, 1, 90, 3650).map(String);
const rule = fc
  .record({
    evaluationScope: fc.constantFrom(...evaluationScopes),
    maxPasswordUsageAge: limit,
    maxAccessKeyUsageAge: limit,
  })
  .map((given) => parameters(given));

describe('the decision, to the millisecond around the threshold', () => {
  it('stays NON_COMPLIANT at every later instant', () => {
    fc.assert(
      fc.property(arbitraryUser, rule, fc.nat({ max: years }), (user, by, later) => {
        fc.pre(assessUser(user, by, now).compliance === 'NON_COMPLIANT');
        expect(assessUser(user, by, now + later).compliance).toBe('NON_COMPLIANT');
      }),
      runs,
    );
  });

  it("predicts a compliant user's next change, or none happens in twenty years", () => {
    fc.assert(
      fc.property(arbitraryUser, rule, (user, by) => {
        const { compliance, becomesUnused } = assessUser(user, by, now);
        fc.pre(compliance === 'COMPLIANT');
        const at = becomesUnused?.at ?? now + years;
        expect(at).toBeGreaterThan(now);
        expect(assessUser(user, by, at - 1).compliance).toBe('COMPLIANT');
        expect(assessUser(user, by, at).compliance).toBe(
          becomesUnused === null ? 'COMPLIANT' : 'NON_COMPLIANT',
        );
      }),
      runs,
    );
  });

  it('calls a credential unused exactly where its idle time reaches the threshold', () => {
    fc.assert(
      fc.property(arbitraryUser, rule, (user, by) => {
        for (const { idle, idleDays, threshold, unused, unusedFrom } of assessUser(user, by, now)
          .credentials) {
          expect(unused).toBe(idle >= threshold * day);
          expect(unused).toBe(now >= unusedFrom);
          expect(idleDays).toBe(Math.floor(idle / day));
        }
      }),
      runs,
    );
  });

  it('does not depend on the order in which keys are listed', () => {
    fc.assert(
      fc.property(arbitraryUser, rule, (user, by) => {
        const turned = { ...user, accessKeys: user.accessKeys.toReversed() };
        const [first, second] = [assessUser(user, by, now), assessUser(turned, by, now)];
        expect(second.compliance).toBe(first.compliance);
        expect(second.category).toBe(first.category);
        expect(second.becomesUnused?.at).toBe(first.becomesUnused?.at);
        expect(second.due).toHaveLength(first.due.length);
      }),
      runs,
    );
  });

  it('is never changed by an Inactive or Expired key that was never used', () => {
    const status = fc.constantFrom('Inactive' as const, 'Expired' as const);
    fc.assert(
      fc.property(arbitraryUser, rule, status, (user, by, unusable) => {
        const more = { ...user, accessKeys: [...user.accessKeys, coreKey({ status: unusable })] };
        expect(assessUser(more, by, now)).toEqual(assessUser(user, by, now));
      }),
      runs,
    );
  });

  it('of an exempt user is COMPLIANT with nothing due, and keeps the facts', () => {
    fc.assert(
      fc.property(arbitraryUser, rule, (user, by) => {
        const exempt = assessUser({ ...user, tags: [exemptUntil('2026-11-21')] }, by, now);
        expect(exempt).toMatchObject({
          compliance: 'COMPLIANT',
          category: 'exempt',
          due: [],
          becomesUnused: null,
          credentials: assessUser(user, by, now).credentials,
        });
      }),
      runs,
    );
  });

  it('names every category but "exempt" for some user', () => {
    const by = parameters();
    const seen = new Set(
      fc.sample(arbitraryUser, runs).map((user) => assessUser(user, by, now).category),
    );
    expect(seen).toEqual(new Set(categories.filter((name) => name !== 'exempt')));
  });
});
