import { describe, expect, it } from 'vitest';
import {
  type OutstandingRecord,
  type PresentCredentials,
  planRestoration,
  type RestorationOptions,
} from '../../rule/core/restoration-plan.ts';
import { ago, now } from '../builders/account.ts';
import {
  executionId,
  otherExecutionId,
  record,
  recordedKey,
  recordedPassword,
} from '../builders/revocation.ts';

const all: RestorationOptions = {
  revocationId: null,
  accessKeyId: null,
  includeUnconfirmed: false,
  restorePassword: true,
  maxRecordAgeDays: 90,
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
  givenBack: new Set(),
});
const gone: PresentCredentials = { hasPassword: false, accessKeys: [] };
const inactive: PresentCredentials = {
  ...gone,
  accessKeys: [key('AKIA1', 'Inactive', ago(100)), key('AKIA2', 'Inactive')],
};

function plan(records: OutstandingRecord[], present = inactive, rest = {}) {
  const { accessKeyIds, passwordRecord, notRestored } = planRestoration(
    records,
    present,
    { ...all, ...rest },
    now,
  );
  return { keys: accessKeyIds, password: passwordRecord?.executionId ?? null, notRestored };
}

describe('what is restored', () => {
  it('is what a record says was revoked and what still is, and nothing else', () => {
    expect(plan([applied([recordedKey('AKIA1'), recordedPassword])])).toEqual({
      keys: ['AKIA1'],
      password: executionId,
      notRestored: [],
    });
  });

  it('leaves alone what somebody else reactivated, deleted or issued since, and says so', () => {
    const present = { hasPassword: true, accessKeys: [key('AKIA1', 'Active')] };
    const records = [applied([recordedKey('AKIA1'), recordedKey('AKIA2'), recordedPassword])];
    expect(plan(records, present)).toEqual({
      keys: [],
      password: null,
      notRestored: [
        'access key AKIA1: is active already; it is left alone',
        'access key AKIA2: was deleted since, and cannot come back',
        'password: a new one was issued since; it is left alone',
      ],
    });
  });

  it('leaves alone a key that was used after its revocation: somebody else deactivated it since', () => {
    const used = (at: number) => ({ ...gone, accessKeys: [key('AKIA1', 'Inactive', at)] });
    const quarter = 15 * 60_000;
    expect(plan([applied([recordedKey('AKIA1')])], used(ago(1) + quarter)).keys).toEqual(['AKIA1']);
    const later = plan([applied([recordedKey('AKIA1')])], used(ago(1) + quarter + 1));
    expect(later.keys).toEqual([]);
    expect(later.notRestored.join()).toContain('somebody else may have deactivated it since');
    // Whether IAM counts refused requests is not documented: who names the key gets it back.
    const named = { accessKeyId: 'AKIA1' };
    const asked = plan([applied([recordedKey('AKIA1')])], used(ago(1) + quarter + 1), named);
    expect(asked.keys).toEqual(['AKIA1']);
  });

  it('does not include expired keys, nor deleted ones', () => {
    const deleted = recordedKey('AKIA2', { action: 'Delete' });
    const present = { ...gone, accessKeys: [key('AKIA1', 'Expired')] };
    expect(plan([applied([recordedKey('AKIA1'), deleted])], present).notRestored).toEqual([
      'access key AKIA1: has expired, and cannot come back',
      'access key AKIA2: deleted, and cannot come back',
    ]);
    const there = { ...gone, accessKeys: [key('AKIA2', 'Inactive')] };
    expect(plan([applied([deleted])], there).notRestored.join()).toContain(
      'was to be deleted and is Inactive',
    );
  });

  it('has the password only if asked', () => {
    expect(plan([applied([recordedPassword])], gone, { restorePassword: false })).toEqual({
      keys: [],
      password: null,
      notRestored: ['password: deleted; RestorePassword issues a new one'],
    });
  });

  it('is limited to one access key, one revocation and young records, if asked', () => {
    const both = [recordedKey('AKIA1'), recordedKey('AKIA2')];
    expect(plan([applied(both)], inactive, { accessKeyId: 'AKIA2' }).keys).toEqual(['AKIA2']);
    const other = applied([recordedKey('AKIA2')], { executionId: otherExecutionId });
    const records = [applied([recordedKey('AKIA1')]), other];
    expect(plan(records, inactive, { revocationId: otherExecutionId }).keys).toEqual(['AKIA2']);
    const old = (at: number) => applied([recordedKey('AKIA1')], { recordedAt: at });
    expect(plan([old(ago(90))]).keys).toEqual(['AKIA1']);
    expect(plan([old(ago(90) - 1)]).keys).toEqual([]);
  });

  it('has what an unfinished revocation recorded only if asked', () => {
    const unfinished = { ...applied([recordedKey('AKIA1')]), applied: false };
    expect(plan([unfinished]).notRestored.join()).toContain('did not finish');
    expect(plan([unfinished], inactive, { includeUnconfirmed: true }).keys).toEqual(['AKIA1']);
  });

  it('names a key of two records once, and takes the newest record for the password', () => {
    const older = applied([recordedKey('AKIA1'), recordedPassword], {
      executionId: otherExecutionId,
      recordedAt: ago(2),
    });
    const newer = applied([recordedKey('AKIA1'), recordedPassword]);
    expect(plan([older, newer])).toMatchObject({ keys: ['AKIA1'], password: executionId });
    expect(plan([newer, older])).toMatchObject({ keys: ['AKIA1'], password: executionId });
  });

  it('leaves alone a key that a restoration by the record gave back before, but not its password', () => {
    const before = {
      ...applied([recordedKey('AKIA1'), recordedPassword]),
      givenBack: new Set(['AKIA1']),
    };
    const again = plan([before]);
    expect(again).toMatchObject({ keys: [], password: executionId });
    expect(again.notRestored.join()).toContain('was restored before, and taken away since');
  });

  it('issues no password where a newer one was used and deleted since', () => {
    const used = (at: number) => ({ ...gone, passwordLastUsed: at });
    const quarter = 15 * 60_000;
    expect(plan([applied([recordedPassword])], used(ago(1) + quarter)).password).toBe(executionId);
    const later = plan([applied([recordedPassword])], used(ago(1) + quarter + 1));
    expect(later.password).toBeNull();
    expect(later.notRestored.join()).toContain('and deleted since');
  });

  it('issues no password again that a restoration by the record gave back before', () => {
    const before = { ...applied([recordedPassword]), givenBack: new Set(['password']) };
    expect(plan([before], gone)).toMatchObject({ password: null });
  });

  it('leaves alone what a running execution recorded', () => {
    const running = { ...applied([recordedKey('AKIA1')]), applied: false, running: true };
    const all = plan([running], inactive, { includeUnconfirmed: true });
    expect(all).toMatchObject({
      keys: [],
      notRestored: [expect.stringContaining('still running')],
    });
  });

  it('does not say of what one record gives back that another does not', () => {
    const before = { ...applied([recordedKey('AKIA1')]), givenBack: new Set(['AKIA1']) };
    const again = applied([recordedKey('AKIA1')], { executionId: otherExecutionId });
    expect(plan([before, again])).toEqual({ keys: ['AKIA1'], password: null, notRestored: [] });
  });
});

describe('the reason why something is not restored', () => {
  it('is given in words', () => {
    const other = applied([recordedKey('AKIA1')], { executionId: otherExecutionId });
    expect(plan([other], inactive, { revocationId: executionId }).notRestored).toEqual([
      `access key AKIA1: recorded by revocation ${otherExecutionId}, which was not asked for`,
    ]);
    const old = applied([recordedKey('AKIA1')], { recordedAt: ago(91) });
    expect(plan([old]).notRestored).toEqual([
      `access key AKIA1: revocation ${executionId} is older than MaxRecordAgeDays, 90`,
    ]);
    expect(plan([applied([recordedKey('AKIA1')])], inactive, { accessKeyId: 'AKIA2' })).toEqual({
      keys: [],
      password: null,
      notRestored: ['access key AKIA1: AccessKeyId names another'],
    });
  });

  it('is not given of a password that another record gives back', () => {
    const old = applied([recordedPassword], { executionId: otherExecutionId, recordedAt: ago(91) });
    const found = plan([old, applied([recordedPassword])], gone);
    expect(found).toEqual({ keys: [], password: executionId, notRestored: [] });
  });
});
