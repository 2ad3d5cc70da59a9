import { describe, expect, it } from 'vitest';
import type { AccessKeyStatus } from '../../../rule/core/credentials.ts';
import { withKeyIds } from '../../../rule/formats/user-snapshot.ts';
import { ago } from '../../builders/account.ts';
import { coreKey, coreUser } from '../../builders/core-user.ts';

const inReport = (slot: 1 | 2, changed: number, status: AccessKeyStatus = 'Active') =>
  coreKey({ id: null, slot, status, changed, created: undefined });
const listed = (id: string, createDate: number, status: AccessKeyStatus = 'Active') => ({
  ...{ id, createDate, status },
});
const [old, recent] = [ago(300), ago(30)];

/** The IDs of the report's keys, in the order of the report; null if they are not certain. */
function idsOf(keys: ReturnType<typeof inReport>[], ...live: ReturnType<typeof listed>[]) {
  const user = withKeyIds(coreUser({ accessKeys: keys }), live);
  return user?.accessKeys.map(({ id }) => id) ?? null;
}

describe('the IDs of the keys of a report', () => {
  const both = [inReport(1, old), inReport(2, recent)];

  it('are those of the keys created when the report says, in any order', () => {
    const keys = [listed('B', recent), listed('A', old)];
    expect(idsOf(both, ...keys)).toEqual(['A', 'B']);
    const user = withKeyIds(coreUser({ accessKeys: both }), keys);
    expect(user?.accessKeys).toMatchObject([
      { slot: 1, created: old, changed: old, status: 'Active' },
      { slot: 2, created: recent, changed: recent },
    ]);
  });

  it('take the exact status of a key that cannot be used', () => {
    const user = withKeyIds(coreUser({ accessKeys: [inReport(1, old, 'Inactive')] }), [
      listed('A', old, 'Expired'),
    ]);
    expect(user?.accessKeys).toMatchObject([{ id: 'A', status: 'Expired' }]);
  });

  it('distinguish two keys of the same second by their status', () => {
    const keys = [inReport(1, old, 'Inactive'), inReport(2, old)];
    expect(idsOf(keys, listed('A', old), listed('B', old, 'Inactive'))).toEqual(['B', 'A']);
  });

  it.each([
    ['a key is missing', both, [listed('A', old)]],
    ['there is another key', [inReport(1, old)], [listed('A', old), listed('B', recent)]],
    ['a key was created at another time', both, [listed('A', old), listed('B', recent + 1000)]],
    ['a key has another status', both, [listed('A', old), listed('B', recent, 'Inactive')]],
    [
      'two keys of the same status were created in the same second',
      [inReport(1, old), inReport(2, old)],
      [listed('A', old), listed('B', old)],
    ],
  ])('are not certain if %s', (_, keys, live) => {
    expect(idsOf(keys, ...live)).toBeNull();
  });
});
