import { describe, expect, it } from 'vitest';
import {
  type CurrentCredentials,
  fullyRestoredRecords,
  isFullyRestored,
  type JustRestored,
  mayLag,
  nothingRestored,
  type OutstandingRecord,
  planRestoration,
  type RestorationOptions,
  recordsToMark,
  staysOff,
  stillUnusable,
  withHistory,
} from '../../../rule/core/restoration-plan.ts';
import { describeReason } from '../../../rule/formats/restoration-answer.ts';
import { ago, now } from '../../builders/account.ts';
import {
  executionId,
  otherExecutionId,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../../builders/revocation.ts';

const all: RestorationOptions = {
  ...{ revocationId: null, accessKeyId: null, includeUnconfirmed: false },
  ...{ restorePassword: true, maxRecordAgeDays: 90 },
};
const key = (id: string, status: 'Active' | 'Inactive' | 'Expired', lastUsed?: number) => ({
  id,
  status,
  lastUsed,
});
const applied = (of: Parameters<typeof record>[0], rest = {}): OutstandingRecord => ({
  record: record(of, rest),
  applied: true,
  running: false,
  restored: new Set(),
});
const gone: CurrentCredentials = { passwordCreated: null, accessKeys: [] };
const inactive: CurrentCredentials = {
  ...gone,
  accessKeys: [key('AKIA1', 'Inactive', ago(100)), key('AKIA2', 'Inactive')],
};

function plan(records: OutstandingRecord[], current = inactive, rest = {}) {
  const { accessKeyIds, passwordRecord, notRestored } = planRestoration(
    records,
    current,
    { ...all, ...rest },
    now,
  );
  return {
    keys: accessKeyIds,
    password: passwordRecord?.executionId ?? null,
    notRestored: notRestored.map(
      ({ credential, why }) => `${credential.id ?? 'password'}: ${describeReason(why)}`,
    ),
  };
}

describe('what is restored', () => {
  it('is what a record lists and what is still revoked', () => {
    expect(plan([applied([recordedKey('AKIA1'), recordedPassword])])).toEqual({
      keys: ['AKIA1'],
      password: executionId,
      notRestored: [],
    });
  });

  it('does not restore what someone else reactivated, deleted or issued since', () => {
    const current = { passwordCreated: now, accessKeys: [key('AKIA1', 'Active')] };
    const records = [applied([recordedKey('AKIA1'), recordedKey('AKIA2'), recordedPassword])];
    expect(plan(records, current)).toEqual({
      keys: [],
      password: null,
      notRestored: [
        'AKIA1: is already Active; it is left unchanged',
        'AKIA2: was deleted since, and cannot be restored',
        'password: a new one was issued since; it is left unchanged',
      ],
    });
  });

  it('does not restore a key that was used after its revocation, unless AccessKeyId names it', () => {
    const used = (at: number) => ({ ...gone, accessKeys: [key('AKIA1', 'Inactive', at)] });
    const quarter = 15 * 60_000;
    expect(plan([applied([recordedKey('AKIA1')])], used(ago(1) + quarter)).keys).toEqual(['AKIA1']);
    const later = plan([applied([recordedKey('AKIA1')])], used(ago(1) + quarter + 1));
    expect(later.keys).toEqual([]);
    expect(later.notRestored.join()).toContain('someone else may have deactivated it since');
    const named = { accessKeyId: 'AKIA1' };
    const asked = plan([applied([recordedKey('AKIA1')])], used(ago(1) + quarter + 1), named);
    expect(asked.keys).toEqual(['AKIA1']);
  });

  it('looks at the use of the key itself, not of another one', () => {
    const accessKeys = [key('AKIA1', 'Inactive', now), key('AKIA2', 'Inactive', ago(100))];
    const { keys } = plan([applied([recordedKey('AKIA2')])], { ...gone, accessKeys });
    expect(keys).toEqual(['AKIA2']);
  });

  it('does not restore by an old record without its name, be it of a key or a password', () => {
    const old = applied([recordedKey('AKIA1'), recordedPassword], { recordedAt: ago(91) });
    const asked = plan([old], { ...inactive, accessKeys: [key('AKIA1', 'Inactive')] });
    expect(asked).toMatchObject({ keys: [], password: null });
    expect(asked.notRestored.join()).toMatch(/AKIA1: .*90.*,password: .*90/u);
  });

  it('does not restore a key again that a restoration has given back', () => {
    const before = { ...applied([recordedKey('AKIA1')]), restored: new Set(['AKIA1']) };
    expect(plan([before]).notRestored.join()).toContain('AKIA1: ');
    expect(plan([before]).notRestored.join()).toContain('restored before');
  });

  it('does not include expired or deleted keys', () => {
    const deleted = recordedKey('AKIA2', { action: 'Delete' });
    const current = { ...gone, accessKeys: [key('AKIA1', 'Expired')] };
    expect(plan([applied([recordedKey('AKIA1'), deleted])], current).notRestored).toEqual([
      'AKIA1: has expired, and cannot be restored',
      'AKIA2: deleted, and cannot be restored',
    ]);
    const there = { ...gone, accessKeys: [key('AKIA2', 'Inactive')] };
    expect(plan([applied([deleted])], there).notRestored.join()).toContain(
      'should have been deleted but is Inactive',
    );
  });

  it('includes the password only with RestorePassword', () => {
    expect(plan([applied([recordedPassword])], gone, { restorePassword: false })).toEqual({
      keys: [],
      password: null,
      notRestored: ['password: deleted; use RestorePassword (--password) to issue a new one'],
    });
  });

  it('can be limited to one access key, one revocation and recent records', () => {
    const both = [recordedKey('AKIA1'), recordedKey('AKIA2')];
    expect(plan([applied(both)], inactive, { accessKeyId: 'AKIA2' }).keys).toEqual(['AKIA2']);
    const other = applied([recordedKey('AKIA2')], { executionId: otherExecutionId });
    const records = [applied([recordedKey('AKIA1')]), other];
    expect(plan(records, inactive, { revocationId: otherExecutionId }).keys).toEqual(['AKIA2']);
    const old = (at: number) => applied(both, { recordedAt: at });
    expect(plan([old(ago(90))]).keys).toEqual(['AKIA1', 'AKIA2']);
    expect(plan([old(ago(90) - 1)]).keys).toEqual([]);
    expect(plan([old(ago(95))], inactive, { revocationId: executionId }).keys).toHaveLength(2);
    expect(plan([old(ago(95))], inactive, { accessKeyId: 'AKIA2' })).toMatchObject({
      keys: ['AKIA2'],
      notRestored: [expect.stringContaining('AKIA1: revocation')],
    });
  });

  it('includes what an unfinished revocation changed according to the history of its steps', () => {
    const unfinished = { ...applied([recordedKey('AKIA1'), recordedKey('AKIA2')]), applied: false };
    const found = plan([{ ...unfinished, changed: new Set(['AKIA2']) }]);
    expect(found).toMatchObject({
      keys: ['AKIA2'],
      notRestored: [expect.stringContaining('AKIA1: revocation')],
    });
  });

  it('takes a login profile with the recorded date for the deleted one, while reads may lag', () => {
    const shown = { ...gone, passwordCreated: recordedPassword.created ?? null };
    const of = (recordedAt: number) => applied([recordedPassword], { recordedAt });
    expect(plan([of(now - 599_999)], shown).password).toBe(executionId);
    expect(plan([of(now - 600_000)], shown)).toEqual({
      ...{ keys: [], password: null },
      notRestored: ['password: the old one was not deleted; it is left unchanged'],
    });
    const other = { ...gone, passwordCreated: now };
    expect(plan([of(now - 1)], other).notRestored.join()).toContain('a new one was issued since');
    const { created: _, ...undated } = recordedPassword;
    const withoutDate = applied([undated], { recordedAt: now - 1 });
    expect(plan([withoutDate], shown).notRestored.join()).toContain('a new one was issued since');
  });

  it('leaves a password to people where the deployment cannot issue one', () => {
    const found = plan([applied([recordedPassword])], gone, { passwordsByHand: true });
    expect(found.password).toBeNull();
    expect(found.notRestored.join()).toContain('create one by hand: aws iam create-login-profile');
  });

  it('gives one reason for each credential: of the newest record, unless another one was named', () => {
    const newer = applied([recordedKey('AKIA1')]);
    const unfinished = { ...newer, applied: false };
    const older = applied([recordedKey('AKIA1')], {
      ...{ executionId: otherExecutionId, recordedAt: ago(91) },
    });
    expect(plan([older, unfinished]).notRestored).toEqual([
      expect.stringContaining(`revocation ${executionId} did not finish`),
    ]);
    const named = { revocationId: otherExecutionId, accessKeyId: 'AKIA2' };
    expect(plan([newer, older], inactive, named).notRestored).toEqual([
      'AKIA1: AccessKeyId (--access-key) names another key',
    ]);
  });

  it('includes what an unfinished revocation recorded only with IncludeUnconfirmed', () => {
    const unfinished = { ...applied([recordedKey('AKIA1')]), applied: false };
    expect(plan([unfinished]).notRestored.join()).toContain(
      'did not finish and may not have revoked it; use IncludeUnconfirmed (--include-unconfirmed) to restore it',
    );
    expect(plan([unfinished], inactive, { includeUnconfirmed: true }).keys).toEqual(['AKIA1']);
  });

  it('lists a key of two records once, and uses the newest record for the password', () => {
    const older = applied([recordedKey('AKIA1'), recordedPassword], {
      executionId: otherExecutionId,
      recordedAt: ago(2),
    });
    const newer = applied([recordedKey('AKIA1'), recordedPassword]);
    expect(plan([older, newer])).toMatchObject({ keys: ['AKIA1'], password: executionId });
    expect(plan([newer, older])).toMatchObject({ keys: ['AKIA1'], password: executionId });
  });

  it('does not restore again a key that the record is marked for, but its password', () => {
    const before = {
      ...applied([recordedKey('AKIA1'), recordedPassword]),
      restored: new Set(['AKIA1']),
    };
    const again = plan([before]);
    expect(again).toMatchObject({ keys: [], password: executionId });
    expect(again.notRestored.join()).toMatch(
      /was restored before, according to record .*, and removed again since/,
    );
  });

  it('does not issue a password if a newer one was used and deleted since', () => {
    const used = (at: number) => ({ ...gone, passwordLastUsed: at });
    const quarter = 15 * 60_000;
    expect(plan([applied([recordedPassword])], used(ago(1) + quarter)).password).toBe(executionId);
    const later = plan([applied([recordedPassword])], used(ago(1) + quarter + 1));
    expect(later.password).toBeNull();
    expect(later.notRestored.join()).toContain('and deleted since');
  });

  it('does not issue a password again that the record is marked for', () => {
    const before = { ...applied([recordedPassword]), restored: new Set(['password']) };
    expect(plan([before], gone)).toMatchObject({ password: null });
  });

  it('does not restore what a running execution recorded', () => {
    const running = { ...applied([recordedKey('AKIA1')]), applied: false, running: true };
    const all = plan([running], inactive, { includeUnconfirmed: true });
    expect(all).toMatchObject({
      keys: [],
      notRestored: [expect.stringContaining('still running')],
    });
  });

  it('does not report a credential that another record restores', () => {
    const before = { ...applied([recordedKey('AKIA1')]), restored: new Set(['AKIA1']) };
    const again = applied([recordedKey('AKIA1')], { executionId: otherExecutionId });
    expect(plan([before, again])).toEqual({ keys: ['AKIA1'], password: null, notRestored: [] });
  });
});

describe('a mark on a record', () => {
  const older = applied([recordedKey('AKIA1')], { recordedAt: ago(3) });
  const newer = applied([recordedKey('AKIA1')], {
    ...{ executionId: otherExecutionId, recordedAt: ago(2) },
  });
  const why = expect.stringMatching(
    /^AKIA1: was restored before, .* removed again since; it is left/u,
  );

  it('holds for older records of the credential, because the restoration came after them', () => {
    const marked = { ...newer, restored: new Set(['AKIA1']) };
    expect(plan([older, marked])).toMatchObject({ keys: [], notRestored: [why] });
  });

  it('does not hold for newer records, which revoked the credential again', () => {
    const marked = { ...older, restored: new Set(['AKIA1']) };
    expect(plan([marked, newer])).toMatchObject({ keys: ['AKIA1'], notRestored: [] });
  });
});

describe('the reason why something is not restored', () => {
  it('names the setting that applies', () => {
    const other = applied([recordedKey('AKIA1')], { executionId: otherExecutionId });
    expect(plan([other], inactive, { revocationId: executionId }).notRestored).toEqual([
      `AKIA1: revocation ${otherExecutionId} is not the requested one`,
    ]);
    const old = applied([recordedKey('AKIA1')], { recordedAt: ago(91) });
    expect(plan([old]).notRestored).toEqual([
      `AKIA1: revocation ${executionId} is older than MaxRecordAgeDays (--max-record-age-days), 90; name it with RevocationId (--revocation) to restore it`,
    ]);
    expect(plan([applied([recordedKey('AKIA1')])], inactive, { accessKeyId: 'AKIA2' })).toEqual({
      keys: [],
      password: null,
      notRestored: ['AKIA1: AccessKeyId (--access-key) names another key'],
    });
  });

  it('is not given for a password that another record restores', () => {
    const old = applied([recordedPassword], { executionId: otherExecutionId, recordedAt: ago(91) });
    const found = plan([old, applied([recordedPassword])], gone);
    expect(found).toEqual({ keys: [], password: executionId, notRestored: [] });
  });
});

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
    staysOff([left(credential, 'Expired')], current).length;

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
    expect(staysOff([left(recordedPassword, 'OldPasswordWorks')], shown)).toEqual([]);
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
  const restoration = { startedAt: ago(1), accessKeyIds: ['AKIA1'], passwordOf: null };
  const marksOf = (earlier: typeof restoration | Record<string, unknown>) =>
    withHistory([applied(both)], [{ ...restoration, ...earlier }]).map(({ restored }) => [
      ...restored,
    ]);

  it('counts what was given back since the record was written, like its marks', () => {
    expect(marksOf({})).toEqual([['AKIA1']]);
    expect(marksOf({ startedAt: ago(1) - 1 })).toEqual([[]]);
    expect(marksOf({ passwordOf: userId })).toEqual([['AKIA1', 'password']]);
    expect(marksOf({ passwordOf: 'AIDAANOTHERUSER00001' })).toEqual([['AKIA1']]);
    expect(withHistory([marked('password')], []).map(({ restored }) => [...restored])).toEqual([
      ['password'],
    ]);
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

  it('by nothing that a plan restored', () => {
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
    const marked = new Set(recordsToMark(many, restoredAll, 'AKIA1'));
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
