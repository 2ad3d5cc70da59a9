import { describe, expect, it } from 'vitest';
import { assessUser } from '../../rule/core/assess-user.ts';
import type { AccessKeyStatus, User } from '../../rule/core/credentials.ts';
import { ago, day, now } from '../builders/account.ts';
import { coreKey, coreUser, exemptUntil, parameters } from '../builders/core-user.ts';

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

  it.each(cases)('a password last used %s it is judged to the millisecond', (_, used, expected) => {
    expect(verdict(coreUser({ password: { used, created: ago(900) } })).compliance).toBe(expected);
  });

  it.each(cases)(
    'an access key last used %s it is judged to the millisecond',
    (_, used, expected) => {
      expect(verdict(coreUser({ accessKeys: [coreKey({ used })] })).compliance).toBe(expected);
    },
  );

  it.each(cases)(
    'a password never used and changed %s it is judged by that',
    (_, changed, expected) => {
      expect(verdict(coreUser({ password: { changed } })).compliance).toBe(expected);
    },
  );

  it.each(cases)('a key never used and created %s it is judged by that', (_, created, expected) => {
    const key = coreKey({ created, changed: undefined });
    expect(verdict(coreUser({ accessKeys: [key] })).compliance).toBe(expected);
  });

  it('each kind has its own', () => {
    const given = { maxPasswordUsageAge: '90', maxAccessKeyUsageAge: '30' };
    const user = coreUser({
      password: { used: ago(89), created: ago(99) },
      accessKeys: [coreKey({ used: ago(30) })],
    });
    expect(verdict(user, given)).toMatchObject({ category: 'unused-access-key', due: [1] });
    expect(verdict(user, given, now + day)).toMatchObject({ due: ['password', 1] });
  });
});

describe('the last activity', () => {
  it.each([
    ['use', { used: ago(3), created: ago(20), changed: ago(10) }, 'used', 3],
    [
      'creation, as of a re-issued password that still shows the old one’s use',
      { used: ago(300), created: ago(2) },
      'created',
      2,
    ],
    [
      'change, as of a reactivated key whose last_rotated moved',
      { used: ago(300), created: ago(300), changed: ago(4) },
      'changed',
      4,
    ],
    [
      'use before creation and change of the same instant',
      { used: ago(3), created: ago(3), changed: ago(3) },
      'used',
      3,
    ],
    [
      'creation before change of the same instant',
      { used: ago(9), created: ago(3), changed: ago(3) },
      'created',
      3,
    ],
  ] as const)('is the latest of all: %s', (_, password, basis, days) => {
    const [credential] = assessUser(coreUser({ password }), parameters(), now).credentials;
    expect(credential).toMatchObject({ basis, lastActivity: ago(days), idleDays: days });
  });

  it('of a reactivated key is its old use, where last_rotated does not move', () => {
    const key = coreKey({ used: ago(300), created: ago(400), changed: ago(400) });
    expect(verdict(coreUser({ accessKeys: [key] })).compliance).toBe('NON_COMPLIANT');
  });

  it('tells idle time in milliseconds and whole days, and when the credential becomes unused', () => {
    const used = ago(3.75);
    const [credential] = assessUser(
      coreUser({ password: { used } }),
      parameters(),
      now,
    ).credentials;
    expect(credential).toEqual({
      type: 'password',
      id: null,
      slot: null,
      basis: 'used',
      everUsed: true,
      lastActivity: used,
      idle: 3.75 * day,
      idleDays: 3,
      threshold: 45,
      unused: false,
      unusedFrom: used + 45 * day,
    });
  });

  it.each([1, day - 1, day])('up to 24 hours ahead (%i ms) counts as idle 0', (ahead) => {
    const [credential] = assessUser(
      coreUser({ password: { used: now + ahead } }),
      parameters(),
      now,
    ).credentials;
    expect(credential).toMatchObject({ idle: 0, idleDays: 0, unused: false });
  });

  it('further ahead is an error for that user that names the credential and the date', () => {
    const user = coreUser({ accessKeys: [coreKey({ slot: 2, used: now + day + 1 })] });
    expect(() => assessUser(user, parameters(), now)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message:
          'key 2: used 2026-11-22T06:30:00.001Z, more than 24 hours after 2026-11-21T06:30:00Z; expected a date that has passed',
      }),
    );
  });

  it('after an evaluation that looks back counts as idle 0, but not 24 hours after the present', () => {
    const back = ago(100);
    const user = coreUser({ password: { used: ago(1), created: ago(300) } });
    expect(assessUser(user, parameters(), back, now).credentials[0]).toMatchObject({ idle: 0 });
    const ahead = coreUser({ password: { used: now + day + 1 } });
    expect(() => assessUser(ahead, parameters(), back, now)).toThrow(
      /more than 24 hours after 2026-11-21/u,
    );
    expect(assessUser(ahead, parameters(), now + day, now).credentials[0]).toMatchObject({
      idle: 0,
    });
  });

  it('unknown altogether is an error for that user', () => {
    expect(() => assessUser(coreUser({ password: {} }), parameters(), now)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: 'password: no date of use, creation or change is known; expected at least one',
      }),
    );
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

  it('of one unused key beside a used one is unused-access-key', () => {
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

  it('is nothing of an exempt user', () => {
    const user = coreUser({ password: old, tags: [exemptUntil('2026-12-01')] });
    expect(verdict(user)).toEqual({ compliance: 'COMPLIANT', category: 'exempt', due: [] });
  });
});

describe('scope console-password', () => {
  const given = { evaluationScope: 'console-password', maxAccessKeyUsageAge: '20' };
  const withKey = (key: Partial<ReturnType<typeof coreKey>>) =>
    verdict(coreUser({ password: old, accessKeys: [coreKey(key)] }), given).compliance;

  it.each([
    ['one millisecond less than the key threshold ago', ago(20) + 1, 'COMPLIANT'],
    ['exactly the key threshold ago', ago(20), 'NON_COMPLIANT'],
  ])('spares a password where a key was used %s', (_, used, expected) => {
    expect(withKey({ used })).toBe(expected);
  });

  it.each(['Inactive', 'Expired'] satisfies AccessKeyStatus[])(
    'looks at %s keys as well',
    (status) => {
      expect(withKey({ status, used: ago(1) })).toBe('COMPLIANT');
    },
  );

  it('takes neither creation nor rotation of a key for use', () => {
    expect(withKey({ created: ago(1), changed: ago(1) })).toBe('NON_COMPLIANT');
  });

  it('fails where an inactive key was used in the future', () => {
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

  it('in scope console-password is the password’s, where keys are used no longer', () => {
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

  it('is not told of users who are NON_COMPLIANT or exempt', () => {
    expect(next(coreUser({ password: old }))).toBeNull();
    expect(next(coreUser({ password: old }), { evaluationScope: 'user' })).toBeNull();
    expect(next(coreUser({ password: old }), { evaluationScope: 'console-password' })).toBeNull();
    expect(next(coreUser({ password: recent, tags: [exemptUntil('2026-12-01')] }))).toBeNull();
  });
});
