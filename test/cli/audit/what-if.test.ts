import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countByLimit } from '../../../cli/audit/what-if.ts';
import { assessUser } from '../../../rule/core/assess-user.ts';
import { evaluationScopes } from '../../../rule/core/rule-parameters.ts';
import { now } from '../../builders/account.ts';
import { arbitraryUser } from '../../builders/arbitrary-user.ts';
import { exemptUntil, parameters } from '../../builders/core-user.ts';
import { resultOf } from './audit-result.ts';

const longest = 250;

/** Any users, of whom some are exempt by tag or path. With `onlyUsable`, no key but a usable one was ever used. */
const arbitraryUsers = (onlyUsable: boolean) =>
  fc.array(
    fc
      .record({
        user: arbitraryUser,
        tags: fc.constantFrom([], [exemptUntil('2026-12-31')], [exemptUntil('2026-01-01')]),
        path: fc.constantFrom('/', '/', '/break-glass/'),
      })
      .map(({ user, tags, path }) => ({
        ...{ ...user, tags, path },
        accessKeys: user.accessKeys.filter(
          ({ status, used }) => !onlyUsable || status === 'Active' || used === undefined,
        ),
      })),
    { maxLength: 12 },
  );

describe('countByLimit', () => {
  it.each(evaluationScopes)(
    'counts for each limit what the rule would find with that limit, in scope %s',
    (scope) => {
      const exempt = { evaluationScope: scope, exemptPathPrefixes: '/break-glass/' };
      const present = parameters({ ...exempt, maxCredentialUsageAge: '90' });
      fc.assert(
        fc.property(
          arbitraryUsers(scope === 'console-password'),
          fc.integer({ min: 1, max: longest }),
          (users, limit) => {
            const other = parameters({ ...exempt, maxCredentialUsageAge: String(limit) });
            const expected = users.filter(
              (user) => assessUser(user, other, now).compliance === 'NON_COMPLIANT',
            ).length;
            const counts = countByLimit(resultOf(users, {}, present), longest);
            expect(counts[limit - 1]).toEqual({ limit, nonCompliant: expected });
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  it('has an entry for each limit from 1, and its counts never grow', () => {
    fc.assert(
      fc.property(arbitraryUsers(false), fc.constantFrom(...evaluationScopes), (users, scope) => {
        const counts = countByLimit(
          resultOf(users, {}, parameters({ evaluationScope: scope })),
          400,
        );
        expect(counts.map(({ limit }) => limit)).toEqual(
          Array.from({ length: 400 }, (_, index) => index + 1),
        );
        const numbers = counts.map(({ nonCompliant }) => nonCompliant);
        expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
      }),
    );
  });
});
