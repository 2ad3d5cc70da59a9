import { describe, expect, it } from 'vitest';
import {
  isSettled,
  nothingRestored,
  type OutstandingRecord,
  type PresentCredentials,
  recordsGivingBack,
} from '../../rule/core/restoration-plan.ts';
import { ago, now } from '../builders/account.ts';
import { record, recordedKey, recordedPassword } from '../builders/revocation.ts';

const lag = 600_000;
const key = (id: string, status: 'Active' | 'Inactive' | 'Expired') => ({ id, status });
const outstanding = (
  of: Parameters<typeof record>[0],
  recordedAt = ago(1),
  rest: Partial<OutstandingRecord> = {},
): OutstandingRecord => ({
  record: record(of, { recordedAt }),
  applied: true,
  running: false,
  givenBack: new Set(),
  ...rest,
});
const both = [recordedKey('AKIA1'), recordedPassword];
const back: PresentCredentials = { hasPassword: true, accessKeys: [key('AKIA1', 'Active')] };
const off: PresentCredentials = { hasPassword: false, accessKeys: [key('AKIA1', 'Inactive')] };
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
    expect(settled(outstanding(both), { ...off, hasPassword: true })).toBe(false);
    const expired = { hasPassword: true, accessKeys: [key('AKIA1', 'Expired')] };
    expect(settled(outstanding(both), expired)).toBe(true);
    const deleted = outstanding([recordedKey('AKIA1', { action: 'Delete' })]);
    expect(settled(deleted, { hasPassword: false, accessKeys: [] })).toBe(true);
    expect(settled(deleted, off)).toBe(true);
    const another = {
      hasPassword: true,
      accessKeys: [key('AKIA1', 'Inactive'), key('AKIA2', 'Active')],
    };
    expect(settled(outstanding(both), another)).toBe(false);
  });

  it('not by what looks usable within ten minutes: the read may be older than the revocation', () => {
    const young = outstanding(both, now - lag + 1);
    expect(settled(young, back)).toBe(false);
    expect(settled(young, back, { ...all, password: false })).toBe(false);
    expect(settled(young, back, { ...all, accessKeyIds: [] })).toBe(false);
    expect(settled(young, back, all)).toBe(true);
    expect(
      settled(young, { hasPassword: true, accessKeys: [] }, { ...all, accessKeyIds: [] }),
    ).toBe(true);
    expect(settled(outstanding(both, now - lag), back)).toBe(true);
  });

  it('not while its execution is at work', () => {
    expect(settled(outstanding(both, ago(1), { running: true }), back, all)).toBe(false);
  });

  it('when everything was given back before, whatever happened since', () => {
    const gaveBack = (...names: string[]) =>
      outstanding(both, ago(1), { givenBack: new Set(names) });
    expect(settled(gaveBack('AKIA1', 'password'), off)).toBe(true);
    expect(settled(gaveBack('AKIA1'), off)).toBe(false);
    expect(settled(gaveBack('password'), off)).toBe(false);
    expect(settled(gaveBack('AKIA1'), { ...off, hasPassword: true })).toBe(true);
  });
});

describe('the records to mark as having given back a credential', () => {
  const second = outstanding([recordedKey('AKIA2')]);
  const marked = outstanding(both, ago(1), { givenBack: new Set(['AKIA1']) });

  it('are those that hold it and are not marked, once this restoration has given it back', () => {
    const records = [outstanding(both), second];
    const [name] = records.map((each) => each.record.name);
    expect(recordsGivingBack(records, all, 'AKIA1')).toEqual([name]);
    expect(recordsGivingBack(records, all, 'password')).toEqual([name]);
    expect(recordsGivingBack(records, all, 'AKIA2')).toEqual([]);
    expect(recordsGivingBack(records, nothingRestored, 'AKIA1')).toEqual([]);
    expect(recordsGivingBack(records, { ...all, password: false }, 'password')).toEqual([]);
    expect(recordsGivingBack([marked], all, 'AKIA1')).toEqual([]);
    expect(recordsGivingBack([marked], all, 'password')).toEqual([name]);
  });
});

it('a record looks only at the keys that it holds', () => {
  const one = outstanding([recordedKey('AKIA1')]);
  const present = (...keys: ReturnType<typeof key>[]) => ({ hasPassword: false, accessKeys: keys });
  const settled = (at: PresentCredentials) => isSettled(one, at, nothingRestored, now);
  expect(settled(present(key('AKIA2', 'Inactive')))).toBe(true);
  expect(settled(present(key('AKIA2', 'Inactive'), key('AKIA1', 'Active')))).toBe(true);
  expect(settled(present(key('AKIA2', 'Active'), key('AKIA1', 'Inactive')))).toBe(false);
  expect(nothingRestored).toEqual({ accessKeyIds: [], password: false });
});
