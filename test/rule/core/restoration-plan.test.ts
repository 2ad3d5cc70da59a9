import { describe, expect, it } from 'vitest';
import { ago, now } from '../../builders/account.ts';
import { applied, gone, inactive, key, plan } from '../../builders/restoration.ts';
import {
  executionId,
  otherExecutionId,
  recordedKey,
  recordedPassword,
} from '../../builders/revocation.ts';

describe('what is restored', () => {
  it('is what a record lists and is still revoked', () => {
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

  it('does not restore a key or a password by an old record that is not named', () => {
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

  it('says when a purge deleted a key, but not if the key still exists', () => {
    const purged = { ...applied([recordedKey('AKIA1')]), deleted: new Map([['AKIA1', now]]) };
    expect(plan([purged], gone).notRestored).toEqual([
      'AKIA1: deleted 2026-11-21T06:30:00Z by UnusedIamCredentials-Purge, and cannot be restored',
    ]);
    expect(plan([purged]).keys).toEqual(['AKIA1']);
    const other = { ...purged, deleted: new Map([['AKIA2', now]]) };
    expect(plan([other], gone).notRestored).toEqual([
      'AKIA1: was deleted since, and cannot be restored',
    ]);
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

  it('treats a login profile with the recorded date as deleted while reads may lag', () => {
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

  it('leaves a password to people if the deployment cannot issue one', () => {
    const found = plan([applied([recordedPassword])], gone, { passwordsByHand: true });
    expect(found.password).toBeNull();
    expect(found.notRestored.join()).toContain('create one by hand: aws iam create-login-profile');
  });

  it('gives one reason for each credential, from the newest record unless another one was named', () => {
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

  it('does not restore a key for which the record has a mark, but restores its password', () => {
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

  it('does not issue a password again if the record has a mark for it', () => {
    const before = { ...applied([recordedPassword]), restored: new Set(['password']) };
    expect(plan([before], gone)).toMatchObject({
      ...{
        password: null,
        notRestored: [expect.stringMatching(/^password: was restored before/u)],
      },
    });
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

  it('is that one restoration has steps for two keys', () => {
    const names = ['AKIA1', 'AKIA2', 'AKIA3'];
    const current = { ...gone, accessKeys: names.map((id) => key(id, 'Inactive')) };
    const third = applied([recordedKey('AKIA3')], { executionId: otherExecutionId });
    const first = [recordedKey('AKIA1'), recordedKey('AKIA2')];
    expect(plan([applied(first), third], current)).toEqual({
      keys: ['AKIA1', 'AKIA2'],
      password: null,
      notRestored: [
        'AKIA3: one restoration reactivates two access keys; run it again to restore this one',
      ],
    });
  });

  it('is not given for a password that another record restores', () => {
    const old = applied([recordedPassword], { executionId: otherExecutionId, recordedAt: ago(91) });
    const found = plan([old, applied([recordedPassword])], gone);
    expect(found).toEqual({ keys: [], password: executionId, notRestored: [] });
  });
});
