import { describe, expect, it } from 'vitest';
import type { AccessKeyStatus } from '../../../rule/core/credentials.ts';
import {
  changedSince,
  issuedSince,
  nameOf,
  recordOf,
  stillUsable,
} from '../../../rule/core/revocation-record.ts';
import { ago, now } from '../../builders/account.ts';
import { coreKey, coreUser } from '../../builders/core-user.ts';
import {
  assess,
  executionId,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../../builders/revocation.ts';

const context = { accountId: '123456789012', executionId, userId, ruleName: 'rule' };
const user = coreUser({
  password: { used: ago(101), created: ago(401), changed: ago(301) },
  accessKeys: [
    coreKey({ id: 'AKIA1', used: ago(102), created: ago(402), changed: ago(302) }),
    coreKey({
      id: 'AKIA2',
      used: ago(103),
      created: ago(403),
      changed: ago(303),
      lastUsedService: 's3',
      lastUsedRegion: 'eu-west-1',
    }),
  ],
});
const due = assess(user).due.map((credential) => ({ credential, action: 'Delete' as const }));

it('a record lists each credential with its own dates, and why it is revoked', () => {
  const common = { action: 'Delete' };
  expect(recordOf(user, due, context, now)).toEqual({
    ...context,
    schemaVersion: 1,
    name: `/unused-iam-credentials/records/${userId}/${executionId}`,
    userName: 'someone',
    recordedAt: now,
    credentials: [
      {
        ...{ ...common, type: 'password', id: null, used: ago(101), created: ago(401) },
        ...{ changed: ago(301), reason: 'used 2026-08-12 (101 days, limit 45)' },
      },
      {
        ...{ ...common, type: 'access-key', id: 'AKIA1', used: ago(102), created: ago(402) },
        ...{ changed: ago(302), reason: 'used 2026-08-11 (102 days, limit 45)' },
      },
      {
        ...{ ...common, type: 'access-key', id: 'AKIA2', used: ago(103), created: ago(403) },
        ...{ lastUsedService: 's3', lastUsedRegion: 'eu-west-1' },
        ...{ changed: ago(303), reason: 'used 2026-08-10 (103 days, limit 45)' },
      },
    ],
  });
});

it.each([
  ['password', { ...user, password: null }],
  ['key AKIA2', { ...user, accessKeys: user.accessKeys.slice(0, 1) }],
])('a record is not created if a live read did not find the due %s', (name, someone) => {
  expect(() => recordOf(someone, due, context, now)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message: `${name} of user someone is due, but a live read did not find it; run again`,
    }),
  );
});

it('a record is not created if the ID of a due key is not known', () => {
  const unknown = coreUser({ accessKeys: [coreKey({ id: null, used: ago(102) })] });
  const dueOfUnknown = assess(unknown).due.map((credential) => {
    return { credential, action: 'Delete' as const };
  });
  expect(() => recordOf(unknown, dueOfUnknown, context, now)).toThrow(
    'key 1 of user someone is due',
  );
});

it('a credential has a name for people', () => {
  expect(nameOf({ type: 'password', id: null })).toBe('password');
  expect(nameOf({ type: 'access-key', id: 'AKIA1' })).toBe('access key AKIA1');
  expect(nameOf({ type: 'access-key', id: null })).toBe('access key of unknown ID');
});

const key = (id: string, status: AccessKeyStatus) => ({ id, status });
const recorded = [recordedKey('AKIA1'), recordedPassword];
const unknown = { ...recordedPassword, created: undefined };
const twoKeys = [key('AKIA1', 'Inactive'), key('AKIA2', 'Active')];

it.each([
  ['no inactive key', recorded, null, [key('AKIA1', 'Inactive')], []],
  ['no expired key', recorded, null, [key('AKIA1', 'Expired')], []],
  ['nothing that is gone', recorded, null, [], []],
  [
    'an active key and the password',
    recorded,
    400,
    [key('AKIA1', 'Active')],
    ['AKIA1', 'password'],
  ],
  ['no password that was issued since', recorded, 0, [], []],
  ['a password of unknown creation date', [unknown], 0, [], ['password']],
  ['no password if there is none', [unknown], null, twoKeys, []],
  [
    'each key by itself',
    [recordedKey('AKIA1'), recordedKey('AKIA2')],
    ...([400, twoKeys, ['AKIA2']] as const),
  ],
  ['no key that is not recorded', [recordedKey('AKIA1')], 400, twoKeys, []],
])('after a revocation, still usable is %s', (_, of, created, accessKeys, expected) => {
  const passwordCreated = created === null ? null : ago(created);
  const left = stillUsable(of, { passwordCreated, accessKeys });
  expect(left.map(({ id }) => id ?? 'password')).toEqual(expected);
});

const toDelete = [recordedKey('AKIA1', { action: 'Delete' })];

it.each([
  ['nothing as recorded', [...recorded, ...toDelete], 400, [key('AKIA1', 'Active')], [], []],
  ['no key that is gone', [...recorded, ...toDelete], 400, [], [], []],
  ['a password that is gone', recorded, null, [], [], ['password']],
  ['an inactive key to deactivate', recorded, 400, [key('AKIA1', 'Inactive')], [], ['AKIA1']],
  ['an inactive key to delete', toDelete, 400, [key('AKIA1', 'Inactive')], ['AKIA1'], []],
  ['an expired key to delete', toDelete, 400, [key('AKIA1', 'Expired')], ['AKIA1'], []],
  ['no key that is not recorded', toDelete, 400, [key('AKIA2', 'Inactive')], [], []],
  ['a password of another creation date', recorded, 0, [], ['password'], []],
  ['no password of unknown creation date', [unknown], 0, [], [], []],
])(
  'before a revocation, changed since the plan is %s',
  (_, of, created, accessKeys, replaced, revoked) => {
    const passwordCreated = created === null ? null : ago(created);
    const changed = changedSince(of, { passwordCreated, accessKeys });
    const names = [changed.replaced, changed.revoked].map((each) =>
      each.map(({ id }) => id ?? 'password'),
    );
    expect(names).toEqual([replaced, revoked]);
  },
);

describe('the credentials issued since a plan', () => {
  const plannedAt = now + 700;
  const key = (id: string, createDate: number) => ({ id, createDate });
  const issued = (
    credentials: Parameters<typeof record>[0],
    accessKeys: ReturnType<typeof key>[],
    passwordCreated: number | null,
  ) => issuedSince(record(credentials, { recordedAt: plannedAt }), { accessKeys, passwordCreated });

  it('are those of the second of the plan and later, because IAM rounds creations down', () => {
    const keys = [key('AKIAOLD', now - 1000), key('AKIANOW', now), key('AKIANEW', now + 1000)];
    expect(issued([], keys, null)).toEqual([
      { type: 'access-key', id: 'AKIANOW' },
      { type: 'access-key', id: 'AKIANEW' },
    ]);
  });

  it.each([
    [now - 1000, []],
    [now, [{ type: 'password', id: null }]],
    [now + 1000, [{ type: 'password', id: null }]],
    [null, []],
  ])('include a password that was created at %s: %j', (created, expected) => {
    expect(issued([recordedKey('AKIA1')], [], created)).toEqual(expected);
    // One that replaced a recorded password is another change.
    expect(issued([recordedPassword, recordedKey('AKIA1')], [], created)).toEqual([]);
  });
});
