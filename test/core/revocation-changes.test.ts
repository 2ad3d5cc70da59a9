import { describe, expect, it } from 'vitest';
import type { User } from '../../rule/core/credentials.ts';
import { planChanges } from '../../rule/core/revocation-plan.ts';
import { ago, day } from '../builders/account.ts';
import { coreKey, coreUser } from '../builders/core-user.ts';
import { assess, options } from '../builders/revocation.ts';

const idle = { used: ago(100), changed: ago(400) };
const busy = { used: ago(1), changed: ago(400) };
const user = coreUser({
  password: idle,
  accessKeys: [
    coreKey({ id: 'AKIAUSED', ...idle }),
    coreKey({ id: 'AKIANEVER', changed: ago(90) }),
  ],
});

function changes(someone: User, rest = {}, by = {}) {
  const { revocations, spared } = planChanges(assess(someone, by), options(rest));
  return {
    revoked: revocations.map(
      ({ credential, action }) => `${credential.id ?? 'password'} ${action}`,
    ),
    spared: spared.map(({ credential, why }) => `${credential.id ?? 'password'}: ${why}`),
  };
}

describe('what is to be revoked', () => {
  it('is everything due, keys first since they can come back', () => {
    expect(changes(user).revoked).toEqual([
      'AKIAUSED Deactivate',
      'AKIANEVER Deactivate',
      'password Delete',
    ]);
  });

  it('follows the action for used keys, for keys never used and for passwords', () => {
    const actions = { accessKeyAction: 'Delete', neverUsedAccessKeyAction: 'Keep' } as const;
    const plan = changes(user, { ...actions, passwordAction: 'Keep' });
    expect(plan.revoked).toEqual(['AKIAUSED Delete']);
    expect(plan.spared).toEqual([
      'password: kept, since PasswordAction is Keep',
      'AKIANEVER: kept, since NeverUsedAccessKeyAction is Keep',
    ]);
    expect(changes(user, { accessKeyAction: 'Keep' }).spared).toEqual([
      'AKIAUSED: kept, since AccessKeyAction is Keep',
    ]);
  });

  it('leaves alone what is not due, and says so', () => {
    const mixed = coreUser({ password: busy, accessKeys: [coreKey({ id: 'AKIAUSED', ...idle })] });
    expect(changes(mixed)).toEqual({
      revoked: ['AKIAUSED Deactivate'],
      spared: ['password: not due'],
    });
    const byScope = changes(mixed, {}, { evaluationScope: 'user' });
    expect(byScope.revoked).toEqual([]);
  });

  it('has MinimumIdleDays as a floor to the millisecond, whatever the rule says', () => {
    const just = (milliseconds: number) =>
      coreUser({ password: { used: ago(30) + milliseconds, changed: ago(400) } });
    const typo = { maxCredentialUsageAge: '4' };
    expect(changes(just(0), {}, typo).revoked).toEqual(['password Delete']);
    expect(changes(just(1), {}, typo)).toEqual({
      revoked: [],
      spared: ['password: idle for less than MinimumIdleDays, 30'],
    });
    expect(changes(just(26 * day), { minimumIdleDays: 1 }, typo).revoked).toEqual([
      'password Delete',
    ]);
  });

  it('leaves a third access key, for which the document has no step, to the next run', () => {
    const keys = ['AKIA1', 'AKIA2', 'AKIA3'].map((id) => coreKey({ id, ...idle }));
    expect(changes(coreUser({ accessKeys: keys }))).toEqual({
      revoked: ['AKIA1 Deactivate', 'AKIA2 Deactivate'],
      spared: ['AKIA3: left to the next run'],
    });
  });
});
