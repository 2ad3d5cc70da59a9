import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../rule/core/annotation.ts';
import { parseAnnotation, writeAnnotation } from '../../../rule/core/annotation-clauses.ts';
import { assessUser } from '../../../rule/core/assess-user.ts';
import type { User } from '../../../rule/core/credentials.ts';
import { evaluationScopes } from '../../../rule/core/rule-parameters.ts';
import { ago, day, now } from '../../builders/account.ts';
import { arbitraryText } from '../../builders/arbitrary-user.ts';
import { coreUser, exemptUntil, parameters } from '../../builders/core-user.ts';

const runs = { numRuns: 500, seed: 20261121 };

const date = fc.integer({ min: 0, max: 200 * 4 }).map((quarters) => ago(quarters / 4));
const dates = fc.record(
  { used: fc.option(date, { nil: undefined }), changed: date, created: date },
  { requiredKeys: ['changed'] },
);
const key = fc
  .record({
    dates,
    id: fc.constantFrom(null, 'AKIAIOSFODNN7EXAMPLE'),
    slot: fc.constantFrom(1 as const, 2 as const),
    status: fc.constantFrom('Active' as const, 'Inactive' as const, 'Expired' as const),
  })
  .map(({ dates: known, ...rest }) => ({ ...known, ...rest }));
const user: fc.Arbitrary<User> = fc
  .record({
    password: fc.option(dates),
    accessKeys: fc.array(key, { maxLength: 2 }),
    unjudged: fc.record({
      certificates: fc.array(
        fc.record({ status: fc.constantFrom('Active' as const, 'Inactive' as const) }),
        { maxLength: 2 },
      ),
      other: fc.boolean(),
    }),
  })
  .map((rest) => coreUser(rest));
const given = fc.record({
  evaluationScope: fc.constantFrom(...evaluationScopes),
  maxPasswordUsageAge: fc.integer({ min: 1, max: 150 }).map(String),
  maxAccessKeyUsageAge: fc.integer({ min: 1, max: 150 }).map(String),
});
const rule = given.map((values) => parameters(values));

describe('the decision, over any users and parameters', () => {
  it('is monotone in time: once NON_COMPLIANT, always so', () => {
    fc.assert(
      fc.property(user, rule, fc.nat({ max: 300 * day }), (someone, by, later) => {
        const first = assessUser(someone, by, now).compliance;
        const second = assessUser(someone, by, now + later).compliance;
        expect(first === 'NON_COMPLIANT' && second === 'COMPLIANT').toBe(false);
      }),
      runs,
    );
  });

  it('is never made worse in scope user by a recently used credential', () => {
    fc.assert(
      fc.property(user, given, fc.boolean(), (someone, values, password) => {
        const by = parameters({ ...values, evaluationScope: 'user' });
        const fresh = { used: ago(0.5), changed: ago(0.5) };
        const better = password
          ? { ...someone, password: fresh }
          : {
              ...someone,
              accessKeys: [
                ...someone.accessKeys,
                { ...fresh, id: null, slot: null, status: 'Active' as const },
              ],
            };
        expect(assessUser(better, by, now).compliance).toBe('COMPLIANT');
      }),
      runs,
    );
  });

  it('is never stricter in scope user than in scope credential, nor in scope console-password', () => {
    fc.assert(
      fc.property(user, given, (someone, values) => {
        const due = (evaluationScope: string) =>
          assessUser(someone, parameters({ ...values, evaluationScope }), now).due;
        expect(due('credential')).toEqual(expect.arrayContaining([...due('user')]));
        expect(due('credential')).toEqual(expect.arrayContaining([...due('console-password')]));
      }),
      runs,
    );
  });

  it('calls due only what is unused, and something exactly when the user is NON_COMPLIANT', () => {
    fc.assert(
      fc.property(user, rule, (someone, by) => {
        const { due, compliance, credentials } = assessUser(someone, by, now);
        expect(due.every(({ unused }) => unused)).toBe(true);
        expect(credentials).toEqual(expect.arrayContaining([...due]));
        expect(due.length > 0).toBe(compliance === 'NON_COMPLIANT');
      }),
      runs,
    );
  });

  it('changes exactly when it says: not a millisecond before', () => {
    fc.assert(
      fc.property(user, rule, (someone, by) => {
        const { becomesUnused } = assessUser(someone, by, now);
        fc.pre(becomesUnused !== null);
        const at = becomesUnused?.at ?? 0;
        expect(assessUser(someone, by, at - 1).compliance).toBe('COMPLIANT');
        expect(assessUser(someone, by, at).compliance).toBe('NON_COMPLIANT');
      }),
      runs,
    );
  });

  it('names a category that does not depend on the scope', () => {
    fc.assert(
      fc.property(user, given, (someone, values) => {
        const categories = evaluationScopes.map(
          (evaluationScope) =>
            assessUser(someone, parameters({ ...values, evaluationScope }), now).category,
        );
        expect(new Set(categories).size).toBe(1);
      }),
      runs,
    );
  });

  it('is explained in 1 to 256 characters on one line, whatever the tag says', () => {
    fc.assert(
      fc.property(user, rule, arbitraryText, (someone, by, value) => {
        const tagged = { ...someone, tags: [exemptUntil(value)] };
        const { annotation } = judge(tagged, { parameters: by, now });
        expect(annotation.length).toBeGreaterThan(0);
        expect(annotation.length).toBeLessThanOrEqual(256);
        expect(annotation).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        // A later run reads what this one reported.
        expect(writeAnnotation(parseAnnotation(annotation) ?? [])).toBe(annotation);
      }),
      runs,
    );
  });
});
