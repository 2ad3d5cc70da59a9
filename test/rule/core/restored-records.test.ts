import { describe, expect, it } from 'vitest';
import {
  type CurrentCredentials,
  type JustRestored,
  mayLag,
  nothingRestored,
  type OutstandingRecord,
  stillRevoked,
  stillUnusable,
  withHistory,
} from '../../../rule/core/restoration-plan.ts';
import {
  fullyRestoredRecords,
  isFullyRestored,
  recordsToMark,
} from '../../../rule/core/restored-records.ts';
import { ago, now } from '../../builders/account.ts';
import { applied, gone, inactive, key, plan } from '../../builders/restoration.ts';
import { recordedKey, recordedPassword, userId } from '../../builders/revocation.ts';

const lag = 600_000;
const both = [recordedKey('AKIA1'), recordedPassword];
const back: CurrentCredentials = { passwordCreated: now, accessKeys: [key('AKIA1', 'Active')] };
const allOff: CurrentCredentials = {
  passwordCreated: null,
  accessKeys: [key('AKIA1', 'Inactive')],
};
const restoredAll = { accessKeyIds: ['AKIA1'], password: true };
const marked = (...names: string[]) => ({ ...applied(both), restored: new Set(names) });

describe('what stays off', () => {
  const left = (
    credential: ReturnType<typeof recordedKey>,
    kind: 'OldPasswordWorks' | 'Expired',
  ) => ({
    ...{ credential, why: { kind } },
  });
  const off = (credential: ReturnType<typeof recordedKey>, current: CurrentCredentials) =>
    stillRevoked([left(credential, 'Expired')], current).length;

  it('is what a record lists and the user cannot use', () => {
    expect(off(recordedKey('AKIA1'), inactive)).toBe(1);
    expect(off(recordedKey('AKIA3'), inactive)).toBe(1);
    expect(off(recordedKey('AKIA1'), back)).toBe(0);
    expect(off(recordedPassword, allOff)).toBe(1);
    expect(off(recordedPassword, back)).toBe(0);
  });

  it('counts only the key that the record lists, and only if it can be used', () => {
    const keys = [key('AKIA1', 'Inactive'), key('AKIA2', 'Active')];
    expect(off(recordedKey('AKIA1'), { ...gone, accessKeys: keys })).toBe(1);
    expect(off(recordedKey('AKIA2'), { ...gone, accessKeys: keys })).toBe(0);
    const issued = { ...gone, passwordCreated: now };
    expect(off(recordedKey('AKIA1'), issued)).toBe(1);
  });

  it('is a password that a read of IAM still shows, unless it was never deleted', () => {
    const shown = { ...gone, passwordCreated: recordedPassword.created ?? null };
    expect(off(recordedPassword, shown)).toBe(1);
    expect(stillRevoked([left(recordedPassword, 'OldPasswordWorks')], shown)).toEqual([]);
  });
});

describe('reads of IAM may lag', () => {
  const young = applied([recordedKey('AKIA1'), recordedPassword], { recordedAt: now - lag + 1 });
  it.each<[string, boolean, OutstandingRecord, CurrentCredentials?]>([
    ['a key looks active', true, young],
    [
      'the steps say that it was deactivated',
      true,
      { ...young, applied: false, changed: new Set(['AKIA1']) },
    ],
    ['it may not have been deactivated', false, { ...young, applied: false }],
    ['it was restored', false, { ...young, restored: new Set(['AKIA1']) }],
    ['it is inactive', false, young, allOff],
    ['only another key is active', false, young, { ...gone, accessKeys: [key('AKIA2', 'Active')] }],
    [
      'it was to be deleted',
      false,
      applied([recordedKey('AKIA1', { action: 'Delete' })], { recordedAt: now }),
    ],
    ['the revocation is older', false, applied(both, { recordedAt: now - lag })],
  ])('or not, when %s: %s', (_, expected, of, current = back) => {
    expect(mayLag([of], current, now)).toBe(expected);
  });

  it('if one of several records or keys shows it', () => {
    const old = applied(both, { recordedAt: now - lag });
    const keys = [key('AKIA1', 'Active'), key('AKIA2', 'Inactive')];
    expect(mayLag([old, young], { ...gone, accessKeys: keys }, now)).toBe(true);
    expect(mayLag([], back, now)).toBe(false);
  });
});

describe('the history of restorations', () => {
  const restoration = { startedAt: ago(1), userId, restored: ['AKIA1', 'group admins', 'deny'] };
  const marksOf = (earlier: Partial<typeof restoration>) =>
    withHistory([applied(both)], [{ ...restoration, ...earlier }]).map(({ restored }) => [
      ...restored,
    ]);

  it('counts what was given back since the record was written, like its marks', () => {
    expect(marksOf({})).toEqual([['AKIA1', 'group admins', 'deny']]);
    expect(marksOf({ startedAt: ago(1) - 1 })).toEqual([[]]);
    expect(marksOf({ userId: 'AIDAANOTHERUSER00001' })).toEqual([[]]);
    const [outstanding] = withHistory([marked('password')], [restoration]);
    expect([...(outstanding?.restored ?? [])]).toEqual(['password', ...restoration.restored]);
  });
});

describe('a record is fully restored', () => {
  const deleted = [recordedKey('AKIA1', { action: 'Delete' })];
  const one = [recordedKey('AKIA1')];
  const only = (...keys: ReturnType<typeof key>[]) => ({ passwordCreated: null, accessKeys: keys });
  const gonePassword = { passwordCreated: now, accessKeys: [] };
  const [activeKey, inactiveKey] = [key('AKIA1', 'Active'), key('AKIA1', 'Inactive')];
  const young = applied(both, { recordedAt: now - lag + 1 });

  it.each<[string, boolean, OutstandingRecord, CurrentCredentials, JustRestored?]>([
    ['everything is usable again', true, applied(both), back],
    ['a key is gone and a new password exists', true, applied(both), gonePassword],
    ['the password is missing', false, applied(both), { ...back, passwordCreated: null }],
    ['the key is inactive', false, applied(both), { ...allOff, passwordCreated: now }],
    ['the key has expired', true, applied(one), only(key('AKIA1', 'Expired'))],
    ['a deleted key is gone', true, applied(deleted), gone],
    ['a key to delete is inactive', true, applied(deleted), allOff],
    ['only another key is inactive', true, applied(one), only(key('AKIA2', 'Inactive'))],
    ['another key is active', false, applied(one), only(key('AKIA2', 'Active'), inactiveKey)],
    [
      'only the other key is inactive',
      true,
      applied(one),
      only(activeKey, key('AKIA2', 'Inactive')),
    ],
    ['the read may be older than the revocation', false, young, back],
    ['only the key is verified', false, young, back, { ...restoredAll, password: false }],
    ['only the password is verified', false, young, back, { ...restoredAll, accessKeyIds: [] }],
    ['everything is verified', true, young, back, restoredAll],
    ['the key is gone', true, young, gonePassword, { ...restoredAll, accessKeyIds: [] }],
    ['the lag is over', true, applied(both, { recordedAt: now - lag }), back],
    ['its execution is running', false, { ...applied(both), running: true }, back, restoredAll],
    ['everything is marked', true, marked('AKIA1', 'password'), allOff],
    ['only the key is marked', false, marked('AKIA1'), allOff],
    ['only the password is marked', false, marked('password'), allOff],
    ['the rest is usable', true, marked('AKIA1'), { ...allOff, passwordCreated: now }],
  ])('or not, when %s: %s', (_, expected, of, current, justRestored = nothingRestored) => {
    expect(isFullyRestored(of, current, justRestored, now)).toBe(expected);
  });

  it('only once AWSDenyAll of a retirement is detached', () => {
    const retirement = { denyAttached: true, parts: [] };
    expect(isFullyRestored(applied([], { retirement }), gone, nothingRestored, now)).toBe(false);
  });

  it('only by what was verified, not by a plan', () => {
    expect(nothingRestored).toEqual({ accessKeyIds: [], password: false });
  });
});

describe('the records to mark for a credential', () => {
  const records = [applied(both), applied([recordedKey('AKIA2')])];
  const [name] = records.map(({ record: { name: each } }) => each);

  it.each([
    ['list the key', records, restoredAll, 'AKIA1', [name]],
    ['list the password', records, restoredAll, 'password', [name]],
    ['need the key restored', records, restoredAll, 'AKIA2', []],
    ['need anything restored', records, nothingRestored, 'AKIA1', []],
    ['need the password restored', records, { ...restoredAll, password: false }, 'password', []],
    ['are not marked for it yet', [marked('AKIA1')], restoredAll, 'AKIA1', []],
    ['may be marked for another', [marked('AKIA1')], restoredAll, 'password', [name]],
  ])('%s', (_, of, justRestored, credential, expected) => {
    expect(recordsToMark(of, justRestored, credential)).toEqual(expected);
  });
});

describe('of more records than a loop of the document takes', () => {
  const nameOfDay = (days: number) => `record of ${days} days`;
  const many = Array.from({ length: 102 }, (_, days) =>
    applied([recordedKey('AKIA1')], { name: nameOfDay(days), recordedAt: ago(days) }),
  );
  const active = { ...gone, accessKeys: [key('AKIA1', 'Active')] };

  it('the newest are marked for a credential, whose marks alone keep the older ones from restoring it again', () => {
    const marked = new Set(recordsToMark(many.toReversed(), restoredAll, 'AKIA1'));
    expect([...marked]).toEqual(Array.from({ length: 100 }, (_, days) => nameOfDay(days)));
    const since = many.map((each) =>
      marked.has(each.record.name) ? { ...each, restored: new Set(['AKIA1']) } : each,
    );
    expect(plan(since, inactive, { maxRecordAgeDays: 365 }).keys).toEqual([]);
  });

  it('none is closed while its credential stays off', () => {
    expect(fullyRestoredRecords(many, allOff, nothingRestored, now)).toEqual([]);
  });

  it('the oldest are closed first: the newer ones, which stay open, have marks of their own', () => {
    const names = fullyRestoredRecords(many, active, nothingRestored, now);
    expect(names).toEqual(Array.from({ length: 100 }, (_, index) => nameOfDay(101 - index)));
  });
});

it.each([
  ['inactive or missing', ['AKIA1', 'AKIA2'], true, false, ['Inactive'], ['AKIA1', 'AKIA2', null]],
  ['restored', ['AKIA1'], true, true, ['Active'], []],
  ['not requested', [], false, false, [], []],
  ['one of two', ['AKIA1', 'AKIA2'], false, true, ['Inactive', 'Active'], ['AKIA1']],
] as const)(
  'after a restoration, still unusable is what is %s',
  (_, ids, password, hasPassword, statuses, expected) => {
    const passwordCreated = hasPassword ? now : null;
    const accessKeys = statuses.map((status, index) => ({ id: `AKIA${index + 1}`, status }));
    const type = (id: string | null) => (id === null ? 'password' : 'access-key');
    const left = stillUnusable(ids, password, { passwordCreated, accessKeys });
    expect(left).toEqual(expected.map((id) => ({ type: type(id), id })));
  },
);
