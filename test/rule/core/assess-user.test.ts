import { describe, expect, it } from 'vitest';
import { assessUser } from '../../../rule/core/assess-user.ts';
import type { AccessKeyStatus, User } from '../../../rule/core/credentials.ts';
import { ago, day, now } from '../../builders/account.ts';
import { coreKey, coreUser, exemptUntil, parameters } from '../../builders/core-user.ts';

const limit = 45;
const atLimit = ago(limit);

function verdict(user: User, given: Parameters<typeof parameters>[0] = {}, at = now) {
  const { compliance, category, due } = assessUser(user, parameters(given), at);
  return { compliance, category, due: due.map(({ type, slot }) => slot ?? type) };
}

describe('at the threshold', () => {
  const cases = [
    ['one millisecond before', atLimit + 1, 'COMPLIANT'],
    ['exactly', atLimit, 'NON_COMPLIANT'],
    ['one millisecond after', atLimit - 1, 'NON_COMPLIANT'],
  ] as const;

  it.each(cases)(
    'a password last used %s it is evaluated to the millisecond',
    (_, used, expected) => {
      expect(verdict(coreUser({ password: { used, created: ago(900) } })).compliance).toBe(
        expected,
      );
    },
  );

  it.each(cases)(
    'an access key last used %s it is evaluated to the millisecond',
    (_, used, expected) => {
      expect(verdict(coreUser({ accessKeys: [coreKey({ used })] })).compliance).toBe(expected);
    },
  );

  it.each(cases)(
    'a password never used and changed %s it is evaluated by that',
    (_, changed, expected) => {
      expect(verdict(coreUser({ password: { changed } })).compliance).toBe(expected);
    },
  );

  it.each(cases)(
    'a key never used and created %s it is evaluated by that',
    (_, created, expected) => {
      const key = coreKey({ created, changed: undefined });
      expect(verdict(coreUser({ accessKeys: [key] })).compliance).toBe(expected);
    },
  );

  it('passwords and access keys have separate thresholds', () => {
    const given = { maxPasswordUsageAge: '90', maxAccessKeyUsageAge: '30' };
    const user = coreUser({
      password: { used: ago(89), created: ago(99) },
      accessKeys: [coreKey({ used: ago(30) })],
    });
    expect(verdict(user, given)).toMatchObject({ category: 'unused-access-key', due: [1] });
    expect(verdict(user, given, now + day)).toMatchObject({ due: ['password', 1] });
  });
});

describe('what can be used', () => {
  it.each(['Inactive', 'Expired'] satisfies AccessKeyStatus[])('is no %s key', (status) => {
    const user = coreUser({ accessKeys: [coreKey({ status, used: ago(300) })] });
    expect(verdict(user)).toEqual({ compliance: 'COMPLIANT', category: 'no-credentials', due: [] });
  });

  it('is nothing without a password or an access key', () => {
    expect(verdict(coreUser())).toEqual({
      compliance: 'COMPLIANT',
      category: 'no-credentials',
      due: [],
    });
  });
});

const old = { used: ago(300), changed: ago(900) };
const recent = { used: ago(3), changed: ago(900) };
const users: Record<string, User> = {
  active: coreUser({ password: recent, accessKeys: [coreKey(recent)] }),
  'unused-password': coreUser({ password: old, accessKeys: [coreKey(recent)] }),
  'unused-access-key': coreUser({ password: recent, accessKeys: [coreKey(old)] }),
  'unused-password-and-access-key': coreUser({
    password: old,
    accessKeys: [coreKey(old), coreKey({ ...recent, slot: 2 })],
  }),
  'inactive-user': coreUser({
    password: old,
    accessKeys: [coreKey(old), coreKey({ ...old, slot: 2 })],
  }),
  'no-credentials': coreUser({ accessKeys: [coreKey({ ...old, status: 'Inactive' })] }),
  exempt: coreUser({ password: old, path: '/break-glass/x/' }),
};

describe('categories', () => {
  const exemptPathPrefixes = '/break-glass/';
  const scopes = ['credential', 'user', 'console-password'];
  const cases = Object.entries(users).flatMap(([category, user]) =>
    scopes.map((evaluationScope) => ({ category, user, evaluationScope })),
  );
  it.each(cases)(
    '$category does not depend on scope $evaluationScope',
    ({ category, user, evaluationScope }) => {
      expect(verdict(user, { evaluationScope, exemptPathPrefixes }).category).toBe(category);
    },
  );

  it('of one unused key and one used key is unused-access-key', () => {
    const user = coreUser({ accessKeys: [coreKey(old), coreKey({ ...recent, slot: 2 })] });
    expect(verdict(user).category).toBe('unused-access-key');
  });
});

describe('what is due', () => {
  it.each([
    ['credential', 'active', []],
    ['credential', 'unused-password', ['password']],
    ['credential', 'unused-access-key', [1]],
    ['credential', 'unused-password-and-access-key', ['password', 1]],
    ['credential', 'inactive-user', ['password', 1, 2]],
    ['credential', 'no-credentials', []],
    ['user', 'active', []],
    ['user', 'unused-password', []],
    ['user', 'unused-access-key', []],
    ['user', 'unused-password-and-access-key', []],
    ['user', 'inactive-user', ['password', 1, 2]],
    ['user', 'no-credentials', []],
    ['console-password', 'active', []],
    ['console-password', 'unused-password', []],
    ['console-password', 'unused-access-key', []],
    ['console-password', 'unused-password-and-access-key', []],
    ['console-password', 'inactive-user', ['password']],
    ['console-password', 'no-credentials', []],
  ] as const)('in scope %s of a user of category %s is %j', (evaluationScope, category, due) => {
    const user = users[category] ?? coreUser();
    const compliance = due.length > 0 ? 'NON_COMPLIANT' : 'COMPLIANT';
    expect(verdict(user, { evaluationScope })).toEqual({ compliance, category, due });
  });

  it('is nothing for an exempt user', () => {
    const user = coreUser({ password: old, tags: [exemptUntil('2026-12-01')] });
    expect(verdict(user)).toEqual({ compliance: 'COMPLIANT', category: 'exempt', due: [] });
  });
});
