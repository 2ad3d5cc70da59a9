import { describe, expect, it } from 'vitest';
import { assessUser } from '../../../rule/core/assess-user.ts';
import type { AccessKeyStatus, User } from '../../../rule/core/credentials.ts';
import { ago, day, now } from '../../builders/account.ts';
import { coreKey, coreUser, exemptUntil, parameters } from '../../builders/core-user.ts';

const old = { used: ago(300), changed: ago(900) };
const recent = { used: ago(3), changed: ago(900) };

function verdict(user: User, given: Parameters<typeof parameters>[0] = {}) {
  return assessUser(user, parameters(given), now).compliance;
}

describe('scope console-password', () => {
  const given = { evaluationScope: 'console-password', maxAccessKeyUsageAge: '20' };
  const withKey = (key: Partial<ReturnType<typeof coreKey>>) =>
    verdict(coreUser({ password: old, accessKeys: [coreKey(key)] }), given);

  it.each([
    ['one millisecond less than the key threshold ago', ago(20) + 1, 'COMPLIANT'],
    ['exactly the key threshold ago', ago(20), 'NON_COMPLIANT'],
  ])('does not count a password as due if a key was used %s', (_, used, expected) => {
    expect(withKey({ used })).toBe(expected);
  });

  it.each(['Inactive', 'Expired'] satisfies AccessKeyStatus[])(
    'looks at %s keys as well',
    (status) => {
      expect(withKey({ status, used: ago(1) })).toBe('COMPLIANT');
    },
  );

  it('does not count creation or rotation of a key as use', () => {
    expect(withKey({ created: ago(1), changed: ago(1) })).toBe('NON_COMPLIANT');
  });

  it('fails if an inactive key was used in the future', () => {
    expect(() => withKey({ status: 'Inactive', used: now + day + 1 })).toThrow(
      /key 1: used 2026-11-22/u,
    );
  });

  it('looks back in time at keys too', () => {
    const key = coreKey({ status: 'Inactive', used: ago(1) });
    const user = coreUser({ password: { changed: ago(900) }, accessKeys: [key] });
    const at = assessUser(user, parameters(given), ago(100), now);
    expect(at.compliance).toBe('COMPLIANT');
  });
});

describe('the next change of a compliant user', () => {
  const next = (user: User, given: Parameters<typeof parameters>[0] = {}) => {
    const { becomesUnused } = assessUser(user, parameters(given), now);
    return (
      becomesUnused && [
        becomesUnused.by.slot ?? becomesUnused.by.type,
        (becomesUnused.at - now) / day,
      ]
    );
  };
  const user = coreUser({
    password: { used: ago(10) },
    accessKeys: [coreKey({ used: ago(30) }), coreKey({ slot: 2, used: ago(5) })],
  });

  it.each([
    ['credential', [1, 15]],
    ['user', [2, 40]],
    ['console-password', ['password', 40]],
  ])('in scope %s is %j', (evaluationScope, expected) => {
    expect(next(user, { evaluationScope })).toEqual(expected);
  });

  it('in scope console-password is that of the password, if keys are no longer used', () => {
    const keyless = coreUser({
      password: { used: ago(10) },
      accessKeys: [coreKey({ used: ago(40) })],
    });
    expect(next(keyless, { evaluationScope: 'console-password' })).toEqual(['password', 35]);
  });

  it('never comes without a usable credential, or without a password in scope console-password', () => {
    expect(next(coreUser())).toBeNull();
    expect(
      next(coreUser({ accessKeys: [coreKey(recent)] }), { evaluationScope: 'console-password' }),
    ).toBeNull();
  });

  it('is null for users who are NON_COMPLIANT or exempt', () => {
    expect(next(coreUser({ password: old }))).toBeNull();
    expect(next(coreUser({ password: old }), { evaluationScope: 'user' })).toBeNull();
    expect(next(coreUser({ password: old }), { evaluationScope: 'console-password' })).toBeNull();
    expect(next(coreUser({ password: recent, tags: [exemptUntil('2026-12-01')] }))).toBeNull();
  });
});
