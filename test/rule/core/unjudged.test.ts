import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCounts,
  countUnjudged,
  describeUnjudged,
  groupByUser,
  type OwnedCredential,
  unjudgedOf,
} from '../../../rule/core/unjudged.ts';
import { ago, day, now } from '../../builders/account.ts';
import { coreKey, coreUser } from '../../builders/core-user.ts';

const credential = (rest: Partial<OwnedCredential> = {}): OwnedCredential => ({
  ...{ kind: 'service-specific-credential', userName: 'someone', id: 'ACCA1', status: 'Active' },
  ...{ service: 'bedrock.amazonaws.com', created: ago(9), expires: null, ...rest },
});
const read = { serviceSpecific: true, ssh: true };

describe('a service-specific credential', () => {
  it.each([
    ['without an expiry', { expires: null }, 1, 0],
    ['that is inactive', { status: 'Inactive' as const }, 0, 0],
    ['that AWS calls expired', { status: 'Expired' as const }, 0, 0],
    ['that expires now', { expires: now }, 0, 0],
    ['that expires in a millisecond', { expires: now + 1 }, 1, 1],
    ['that expires in 30 days', { expires: now + 30 * day }, 1, 1],
    ['that expires in more than 30 days', { expires: now + 30 * day + 1 }, 1, 0],
  ])('%s counts as %j: %i usable, %i that expire soon', (_, rest, usable, soon) => {
    expect(countUnjudged([[credential(rest)]], read, now)).toMatchObject({
      ...{ serviceSpecificCredentials: usable, expiringSoon: soon, sshKeys: 0 },
    });
  });
});

describe('the credentials of a user that are not evaluated', () => {
  it('are certificates of any status, and the access keys beyond the two oldest', () => {
    const user = coreUser({
      unjudged: { certificates: [{ status: 'Inactive', changed: ago(5) }], other: true },
      accessKeys: [
        coreKey({ id: 'NEW', status: 'Inactive', created: ago(1) }),
        coreKey({ id: 'OLD', created: ago(9) }),
        coreKey({ id: 'MIDDLE', created: ago(5) }),
      ],
    });
    const found = unjudgedOf(user);
    expect(found).toMatchObject([
      { kind: 'signing-certificate', id: null, status: 'Inactive', created: ago(5) },
      { kind: 'access-key', id: 'NEW', status: 'Inactive', created: ago(1) },
    ]);
    const accessKeys = [coreKey(), coreKey()];
    expect(unjudgedOf(coreUser({ accessKeys }))).toEqual([]);
    expect(unjudgedOf({ ...user, accessKeys })).toEqual(found.slice(0, 1));
  });

  it('are the youngest access key, whatever the order of the keys, where a key without a date counts as old', () => {
    const keys = [
      coreKey({ id: 'UNDATED' }),
      coreKey({ id: 'OLD', created: ago(9) }),
      coreKey({ id: 'NEW', created: ago(1) }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(keys, { minLength: keys.length }), (accessKeys) => {
        expect(unjudgedOf(coreUser({ accessKeys })).map(({ id }) => id)).toEqual(['NEW']);
      }),
    );
  });

  it('count if they can be used, and access keys whatever their status', () => {
    const certificate = credential({ kind: 'signing-certificate', id: null });
    const key = credential({ kind: 'access-key', status: 'Inactive' });
    const inactive = credential({ kind: 'signing-certificate', status: 'Inactive' });
    const users = [[certificate, key, key], [key, inactive], [credential({ kind: 'ssh-key' })]];
    expect(countUnjudged(users, { serviceSpecific: false, ssh: false }, now)).toEqual({
      ...{ serviceSpecificCredentials: null, expiringSoon: 0, sshKeys: null },
      ...{ signingCertificates: 1, usersWithMoreThanTwoAccessKeys: 2 },
    });
  });

  it('are described unless there are none', () => {
    expect(describeUnjudged(countUnjudged([], read, now))).toBeNull();
    const keys = [credential({ kind: 'ssh-key' }), credential({ kind: 'ssh-key' })];
    expect(describeUnjudged(countUnjudged([keys], read, now))).toBe('Not evaluated: 2 SSH keys.');
  });

  it('are described with how many expire soon, if any does', () => {
    const described = (expires: number | null) =>
      describeUnjudged(countUnjudged([[credential({ expires })]], read, now));
    expect(described(null)).toBe('Not evaluated: 1 service-specific credential.');
    expect(described(now + day)).toBe(
      'Not evaluated: 1 service-specific credential (1 expires within 30 days).',
    );
  });

  it('belong to the user of exactly that name, or to no user if there is none', () => {
    const [own, other] = [credential(), credential({ userName: '__proto__' })];
    const { of, rest } = groupByUser([own, other], ['someone', 'nobody']);
    expect([of('someone'), of('nobody'), of('__proto__'), rest]).toEqual([[own], [], [], [other]]);
  });
});

describe('the counts of two accounts', () => {
  const counts = {
    ...{ serviceSpecificCredentials: 1, expiringSoon: 2, sshKeys: 3 },
    ...{ signingCertificates: 4, usersWithMoreThanTwoAccessKeys: 5 },
  };

  it('are added', () => {
    expect(addCounts(counts, counts)).toEqual({
      ...{ serviceSpecificCredentials: 2, expiringSoon: 4, sshKeys: 6 },
      ...{ signingCertificates: 8, usersWithMoreThanTwoAccessKeys: 10 },
    });
  });

  it('are not known where one of them is not', () => {
    const unread = { ...counts, serviceSpecificCredentials: null };
    expect(addCounts(counts, unread)).toMatchObject({
      serviceSpecificCredentials: null,
      sshKeys: 6,
    });
    expect(addCounts({ ...counts, sshKeys: null }, counts)).toMatchObject({ sshKeys: null });
  });
});
