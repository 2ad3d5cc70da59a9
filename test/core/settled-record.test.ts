import { describe, expect, it } from 'vitest';
import type { OutstandingRecord, PresentCredentials } from '../../rule/core/restoration-plan.ts';
import { areKeysSettled, isSettled, nothingRestored } from '../../rule/core/settled-record.ts';
import { ago, now } from '../builders/account.ts';
import { record, recordedKey, recordedPassword } from '../builders/revocation.ts';

const hour = 3_600_000;
const lag = 600_000;
const key = (id: string, status: 'Active' | 'Inactive' | 'Expired') => ({ id, status });
const outstanding = (
  of: Parameters<typeof record>[0],
  recordedAt = ago(1),
  rest: Partial<OutstandingRecord> = {},
): OutstandingRecord => ({
  record: record(of, { recordedAt }),
  applied: true,
  keysRestored: false,
  ...rest,
});
const both = [recordedKey('AKIA1'), recordedPassword];
const back: PresentCredentials = { hasPassword: true, accessKeys: [key('AKIA1', 'Active')] };
const all = { accessKeyIds: ['AKIA1'], password: true };

describe('a record is settled', () => {
  const settled = (
    of: OutstandingRecord,
    present: PresentCredentials,
    restored = nothingRestored,
  ) => isSettled(of, present, restored, now);

  it('when everything in it is active again, issued anew, or gone for good', () => {
    expect(settled(outstanding(both), back)).toBe(true);
    expect(settled(outstanding(both), { hasPassword: true, accessKeys: [] })).toBe(true);
    expect(settled(outstanding(both), { ...back, hasPassword: false })).toBe(false);
    const inactive = { hasPassword: true, accessKeys: [key('AKIA1', 'Inactive')] };
    expect(settled(outstanding(both), inactive)).toBe(false);
    const expired = { hasPassword: true, accessKeys: [key('AKIA1', 'Expired')] };
    expect(settled(outstanding(both), expired)).toBe(true);
    const deleted = outstanding([recordedKey('AKIA1', { action: 'Delete' })]);
    expect(settled(deleted, { hasPassword: false, accessKeys: [] })).toBe(true);
  });

  it('not by what looks usable within ten minutes: the read may be older than the revocation', () => {
    const young = outstanding(both, now - lag + 1);
    expect(settled(young, back)).toBe(false);
    expect(settled(young, back, { ...all, password: false })).toBe(false);
    expect(settled(young, back, { ...all, accessKeyIds: [] })).toBe(false);
    expect(settled(young, back, all)).toBe(true);
    expect(settled(outstanding(both, now - lag), back)).toBe(true);
  });

  it('not while its execution may be about to act: young, and without the mark', () => {
    const unmarked = (recordedAt: number) => outstanding(both, recordedAt, { applied: false });
    expect(settled(unmarked(now - hour + 1), back, all)).toBe(false);
    expect(settled(unmarked(now - hour), back)).toBe(true);
  });

  it('when its keys were given back before, whatever happened to them since', () => {
    const present = { hasPassword: true, accessKeys: [key('AKIA1', 'Inactive')] };
    expect(settled(outstanding(both, ago(1), { keysRestored: true }), present)).toBe(true);
  });
});

describe('the access keys of a record are settled', () => {
  const settled = (
    of: OutstandingRecord,
    present: PresentCredentials,
    restored = nothingRestored,
  ) => areKeysSettled(of, present, restored, now);
  const keysBack: PresentCredentials = { ...back, hasPassword: false };

  it('when they are given back and only the password is left', () => {
    expect(settled(outstanding(both), keysBack)).toBe(true);
    expect(settled(outstanding(both), back)).toBe(false);
    const inactive = { hasPassword: false, accessKeys: [key('AKIA1', 'Inactive')] };
    expect(settled(outstanding(both), inactive)).toBe(false);
    expect(settled(outstanding([recordedPassword]), keysBack)).toBe(false);
    expect(settled(outstanding(both, ago(1), { keysRestored: true }), keysBack)).toBe(false);
  });

  it('within ten minutes only where they were given back just now, by a record that is marked', () => {
    const young = outstanding(both, now - lag + 1);
    expect(settled(young, keysBack)).toBe(false);
    expect(settled(young, keysBack, { accessKeyIds: ['AKIA1'], password: false })).toBe(true);
    const unmarked = outstanding(both, now - hour + 1, { applied: false });
    expect(settled(unmarked, keysBack, all)).toBe(false);
  });
});
