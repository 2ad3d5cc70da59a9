import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { User } from '../../../rule/core/credentials.ts';
import { decideRevocation, findBlocker, planChanges } from '../../../rule/core/revocation-plan.ts';
import { evaluationScopes } from '../../../rule/core/rule-parameters.ts';
import { ago, now } from '../../builders/account.ts';
import { arbitraryUser, likelyLimit } from '../../builders/arbitrary-user.ts';
import { coreUser } from '../../builders/core-user.ts';
import { assess, options, userId } from '../../builders/revocation.ts';

/** IAM allows a user two access keys, each with an ID. */
const user: fc.Arbitrary<User> = arbitraryUser.map((someone) => ({
  ...someone,
  accessKeys: someone.accessKeys.slice(0, 2).map((key, index) => ({ ...key, id: `AKIA${index}` })),
}));
const rule = fc.record({
  evaluationScope: fc.constantFrom(...evaluationScopes),
  maxPasswordUsageAge: fc.constantFrom('1', String(likelyLimit), '90'),
  maxAccessKeyUsageAge: fc.constantFrom('1', String(likelyLimit), '90'),
});
const unlimited = options({ minimumIdleDays: 1, maxRevocationsPerDay: 0 });

/** The user after the planned changes. */
function revoke(someone: User, changes: ReturnType<typeof planChanges>): User {
  const revoked = new Set(changes.revocations.map(({ credential }) => credential.id));
  const password = changes.revocations.some(({ credential }) => credential.type === 'password');
  return coreUser({
    ...someone,
    password: password ? null : someone.password,
    accessKeys: someone.accessKeys.map((key) =>
      revoked.has(key.id) ? { ...key, status: 'Inactive' } : key,
    ),
  });
}

describe('over generated users, parameters and all scopes, without safeguards', () => {
  it('the plan revokes what the assessment calls due, no more and no less, and then the user is COMPLIANT', () => {
    let revoking = 0;
    fc.assert(
      fc.property(user, rule, (someone, by) => {
        const assessment = assess(someone, by);
        const changes = planChanges(assessment, unlimited);
        const planned = changes.revocations.map(({ credential }) => credential);
        expect(new Set(planned)).toEqual(new Set(assessment.due));
        const blocker = findBlocker(someone, assessment, changes);
        expect(blocker?.outcome).toBe(
          assessment.compliance === 'COMPLIANT' ? 'NothingDue' : undefined,
        );
        if (blocker === null) {
          revoking += 1;
          const evidence = { generatedAt: now, complete: true };
          const trigger = { userId, automaticSince: null };
          const decision = decideRevocation(changes, false, evidence, unlimited, trigger, ago(0));
          expect(decision.outcome).toBe('Revoke');
        }
        expect(assess(revoke(someone, changes), by).compliance).toBe('COMPLIANT');
      }),
      { numRuns: 5_000, seed: 20261121 },
    );
    expect(revoking).toBeGreaterThan(1_000);
  });
});
