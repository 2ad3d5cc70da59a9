import { describe, expect, it } from 'vitest';
import {
  decideOnFullQuota,
  findObstacle,
  limitsOfRetirement,
  planRetirementOf,
} from '../../../rule/core/retirement-plan.ts';
import type { RevocationOptions } from '../../../rule/core/revocation-plan.ts';
import { ago } from '../../builders/account.ts';
import { coreKey, coreUser, exemptUntil } from '../../builders/core-user.ts';
import { assess, options } from '../../builders/revocation.ts';

const changed = { created: ago(900), changed: ago(900) };
const key = (used: number) => coreKey({ ...changed, id: `AKIA${used}`, used: ago(used) });
const password = (used: number) => ({ ...changed, used: ago(used) });
const unused = coreUser({ password: password(100), accessKeys: [key(100), key(50)] });

describe('who is not retired', () => {
  const why = (
    user = unused,
    { retiredBefore = false, minimumIdleDays = 30, category = assess(user).category } = {},
  ) => {
    const limits = options({ minimumIdleDays });
    const obstacle = findObstacle(user, { ...assess(user), category }, limits, retiredBefore);
    return obstacle === null ? null : `${obstacle.outcome}: ${obstacle.why}`;
  };

  it('does not include a user whose usable credentials are all unused', () => {
    expect(why()).toBeNull();
  });

  it('includes a user with a credential in use, which the reason names', () => {
    const active = coreUser({ password: password(3), accessKeys: [key(100), key(4), key(50)] });
    expect(why(active)).toBe(
      "NotInactive: the user's category is unused-access-key; only a user of category inactive-user can be retired, which means that all usable credentials are unused" +
        '; not unused for long enough: password used 2026-11-18 (3 days, limit 45), access key AKIA4 used 2026-11-17 (4 days, limit 45)',
    );
  });

  it('includes a user without credentials, unless this completes an earlier retirement', () => {
    const reason =
      "NotInactive: the user's category is no-credentials; only a user of category inactive-user can be retired, which means that all usable credentials are unused";
    expect(why(coreUser())).toBe(reason);
    expect(why(coreUser(), { retiredBefore: true })).toBeNull();
    const active = coreUser({ password: password(3) });
    expect(why(active, { retiredBefore: true })).toContain('category is active');
  });

  it('includes a user with a credential that is idle for less than MinimumIdleDays', () => {
    expect(why(unused, { minimumIdleDays: 50 })).toBeNull();
    expect(why(unused, { minimumIdleDays: 51 })).toBe(
      'NotInactive: access key AKIA50 is idle for less than MinimumIdleDays (51)',
    );
  });

  it('includes a protected or exempt user, even to complete an earlier retirement', () => {
    const tagged = { key: 'unused-iam-credentials:protected', value: 'true' };
    const protectedUser = coreUser({ ...unused, tags: [tagged] });
    expect(why(protectedUser)).toMatch(/^Protected: /u);
    const exempt = coreUser({ tags: [exemptUntil('2026-12-01')] });
    expect(why(exempt, { retiredBefore: true })).toBe('Exempt: exempt until 2026-12-01');
  });
});

describe('a retirement', () => {
  it("revokes every usable credential, whatever the rule's scope, and deletes no access key", () => {
    const limits = options({ accessKeyAction: 'Delete', neverUsedAccessKeyAction: 'Delete' });
    const given = { removeGroups: true, detachPolicies: true, deactivateMfaDevices: true };
    const ofRetirement = limitsOfRetirement(
      { ruleName: 'r', options: limits },
      { ...given, dryRun: true },
    );
    expect(ofRetirement.dryRun).toBe(true);
    const neverUsed = coreKey({ ...changed, id: 'AKIANEVER', used: undefined });
    const user = coreUser({ password: password(100), accessKeys: [key(100), neverUsed] });
    const assessment = assess(user, { evaluationScope: 'console-password' });
    expect(assessment.due).toHaveLength(1);
    const { revocations, skipped } = planRetirementOf(assessment, ofRetirement);
    const made = revocations.map(({ credential, action }) => [credential.id, action]);
    expect(made).toEqual([
      ['AKIA100', 'Deactivate'],
      ['AKIANEVER', 'Deactivate'],
      [null, 'Delete'],
    ]);
    expect(skipped).toEqual([]);
  });

  it('keeps what the deployment keeps', () => {
    const kept: Partial<RevocationOptions> = {
      ...{ accessKeyAction: 'Keep', neverUsedAccessKeyAction: 'Keep', passwordAction: 'Keep' },
    };
    const given = { removeGroups: false, detachPolicies: false, deactivateMfaDevices: false };
    expect(
      limitsOfRetirement({ ruleName: 'r', options: options(kept) }, { ...given, dryRun: false }),
    ).toEqual(options(kept));
  });

  it('of a user with as many policies as IAM allows says what makes room for AWSDenyAll', () => {
    const { outcome, why } = decideOnFullQuota('frank', 10);
    expect(outcome).toBe('TooManyPolicies');
    expect(why).toBe(
      'user frank has 10 attached policies, as many as IAM allows in this account, so AWSDenyAll cannot be attached; ' +
        'detach a policy by hand (a restoration does not attach it again), or have AWS raise the quota "Managed policies attached to an IAM user" in Service Quotas, to at most 20; then run the document again',
    );
  });
});
