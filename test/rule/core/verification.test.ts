import { expect, it } from 'vitest';
import type { AccessKeyStatus } from '../../../rule/core/credentials.ts';
import { stillUnusable } from '../../../rule/core/restoration-plan.ts';
import { nameOf, stillUsable } from '../../../rule/core/revocation-record.ts';
import { ago } from '../../builders/account.ts';
import { recordedKey, recordedPassword } from '../../builders/revocation.ts';

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

it.each([
  ['inactive or missing', ['AKIA1', 'AKIA2'], true, false, [key('AKIA1', 'Inactive')]],
  ['restored', ['AKIA1'], true, true, [key('AKIA1', 'Active')]],
  ['not requested', [], false, false, []],
  ['one of two', ['AKIA1', 'AKIA2'], false, true, twoKeys],
])(
  'after a restoration, still unusable is what is %s',
  (what, ids, password, hasPassword, keys) => {
    const left = stillUnusable(ids, password, { hasPassword, accessKeys: keys });
    const expected = new Map([
      ['inactive or missing', ['access key AKIA1', 'access key AKIA2', 'password']],
      ['one of two', ['access key AKIA1']],
    ]);
    expect(left.map(nameOf)).toEqual(expected.get(what) ?? []);
  },
);
