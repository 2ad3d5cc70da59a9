import { describe, expect, it } from 'vitest';
import {
  denyMark,
  listPermissions,
  stillRemoved,
  withPermissions,
} from '../../../rule/core/permission-plan.ts';
import type {
  DamagedPart,
  JustRestored,
  OutstandingRecord,
} from '../../../rule/core/restoration-plan.ts';
import {
  checkGivenBack,
  isEverythingGivenBack,
  permissionsMayLag,
  recordsToMarkAsGivenBack,
  recordsToMarkAsLifted,
} from '../../../rule/core/restored-permissions.ts';
import { isFullyRestored } from '../../../rule/core/restored-records.ts';
import { type CurrentPermissions, noPermissions } from '../../../rule/core/retired-permissions.ts';
import { ago, now } from '../../builders/account.ts';
import { applied, gone } from '../../builders/restoration.ts';
import { names, nothingLeft, retirement, some } from '../../builders/retirement.ts';
import { otherExecutionId } from '../../builders/revocation.ts';

describe('a retirement', () => {
  const groupOnly = { ...noPermissions, groups: some.groups };
  const lostPart: DamagedPart = {
    ...{ name: '/x/1', why: 'it is missing', writer: 'unknown', more: 0 },
    holds: [{ kind: 'group', id: 'x' }],
  };
  const back: CurrentPermissions = {
    ...{ groups: new Set(['admins']), policies: new Set(['arn:1']), gone: new Set() },
    ids: new Map([['group admins', 'AGPA1'] as const]),
    ...{ inlinePolicies: new Map([['own', '{}']]), deniesAll: false },
  };
  const isDone = (outstanding: OutstandingRecord, permissions: CurrentPermissions | undefined) =>
    isFullyRestored(
      outstanding,
      { ...gone, permissions },
      { accessKeyIds: [], password: false },
      now,
    );

  it('is fully restored only when all permissions are back or gone, and AWSDenyAll is detached', () => {
    expect(isDone(retirement(), back)).toBe(true);
    expect(isDone(retirement(), { ...back, groups: new Set() })).toBe(false);
    const lost = { ...back, groups: new Set<string>(), gone: new Set(['group admins']) };
    expect(isDone(retirement(), lost)).toBe(true);
    expect(isDone(retirement(), { ...back, inlinePolicies: new Map([['own', 'other']]) })).toBe(
      true,
    );
    expect(isDone(retirement(), { ...back, deniesAll: true })).toBe(false);
    expect(isDone(retirement(some, {}, false), { ...back, deniesAll: true })).toBe(true);
    expect(isDone(retirement(), undefined)).toBe(false);
    const { permissions: _, ...unread } = retirement();
    expect(isDone(unread, back)).toBe(false);
  });

  it('with a damaged part is fully restored once somebody detached AWSDenyAll', () => {
    const damaged = retirement(some, {}, true, [lostPart]);
    expect(isDone(damaged, back)).toBe(true);
    expect(isDone(damaged, { ...back, deniesAll: true })).toBe(false);
    expect(isDone(retirement(some, {}, false, [lostPart]), { ...back, deniesAll: true })).toBe(
      false,
    );
    const lifted = { ...damaged, restored: new Set([denyMark]) };
    expect(isDone(lifted, { ...back, deniesAll: true })).toBe(true);
  });

  it('that is young is not fully restored because of reads that may lag', () => {
    const young = retirement(some, { recordedAt: now - 60_000 });
    expect(isDone(young, back)).toBe(false);
    expect(permissionsMayLag([young], back, now)).toBe(true);
    expect(permissionsMayLag([young], nothingLeft, now)).toBe(false);
    expect(permissionsMayLag([young], { ...nothingLeft, deniesAll: false }, now)).toBe(true);
    expect(permissionsMayLag([retirement()], back, now)).toBe(false);
    const given = { accessKeyIds: [], password: false, permissions: names, deny: true };
    expect(isFullyRestored(young, { ...gone, permissions: back }, given, now)).toBe(true);
    expect(recordsToMarkAsGivenBack([young], back, given, now)).toEqual([young.record.name]);
    expect(recordsToMarkAsLifted([young], given)).toEqual([young.record.name]);
    const marked = { ...young, restored: new Set([...names, denyMark]) };
    expect(recordsToMarkAsGivenBack([marked], back, given, now)).toEqual([]);
    expect(recordsToMarkAsLifted([marked], given)).toEqual([]);
  });

  it('that is marked as given back has restored each of its permissions', () => {
    const marked = { ...applied([]), restored: new Set(['permissions']) };
    const { restored } = withPermissions(marked, { permissions: some, damaged: [] });
    expect([...restored]).toEqual(['permissions', ...names]);
    expect(retirement().restored).toEqual(new Set());
  });

  it('is checked against the text of its inline policies', () => {
    const replaced = { ...back, inlinePolicies: new Map([['own', 'other']]) };
    expect(checkGivenBack([...names, 'group unknown'], [retirement()], replaced)).toEqual({
      restored: names.slice(0, 2),
      left: ['group unknown'],
      notRestored: [
        { name: 'inline policy own', why: { kind: 'Replaced', permission: 'inline policy' } },
      ],
    });
    expect(listPermissions(noPermissions)).toEqual([]);
  });

  it('reports as removed what the user lacks, but not what they have or what others attached', () => {
    const off = (kind: 'Present' | 'Gone' | 'DenyOfOthers' | 'DenyDetached' | 'MfaDevice') =>
      stillRemoved([{ name: 'x', why: { kind } }]).length;
    expect([off('Gone'), off('MfaDevice'), off('Present')]).toEqual([1, 1, 0]);
    expect([off('DenyOfOthers'), off('DenyDetached')]).toEqual([0, 0]);
  });

  const young = { recordedAt: now - 60_000 };
  const unconfirmed = (changed: string[]) => ({
    ...{ ...retirement(some, young), applied: false, changed: new Set(changed) },
  });
  const none = { ...nothingLeft, deniesAll: true };

  it.each<[string, boolean, OutstandingRecord, Partial<CurrentPermissions>]>([
    ['a group', true, retirement(some, young), { groups: back.groups }],
    ['an inline policy', true, retirement(some, young), { inlinePolicies: back.inlinePolicies }],
    ['nothing', false, retirement(some, young), {}],
    [
      'a group of which its steps say nothing',
      false,
      { ...retirement(some, young), applied: false },
      { groups: back.groups },
    ],
    [
      'another inline policy',
      false,
      retirement(some, young),
      {
        inlinePolicies: new Map([['own', 'x']]),
      },
    ],
    [
      'a group that its steps removed',
      true,
      unconfirmed(['group admins']),
      {
        groups: back.groups,
      },
    ],
    ['a group that they may not have removed', false, unconfirmed([]), { groups: back.groups }],
    [
      'a group that was given back',
      false,
      { ...retirement(some, young), restored: new Set(['group admins']) },
      { groups: back.groups },
    ],
    ['no AWSDenyAll', true, retirement(some, young), { deniesAll: false }],
    [
      'no AWSDenyAll, which its steps attached',
      true,
      unconfirmed([denyMark]),
      {
        deniesAll: false,
      },
    ],
    [
      'no AWSDenyAll, which they may not have attached',
      false,
      unconfirmed([]),
      {
        deniesAll: false,
      },
    ],
    [
      'no AWSDenyAll, which it did not attach',
      false,
      retirement(some, young, false),
      {
        deniesAll: false,
      },
    ],
    [
      'no AWSDenyAll, which was detached again',
      false,
      { ...retirement(some, young), restored: new Set([denyMark]) },
      { deniesAll: false },
    ],
    ['no AWSDenyAll after a revocation', false, applied([], young), { deniesAll: false }],
  ])('of a minute ago may not show yet if the user has %s: %s', (_, expected, of, current) => {
    expect(permissionsMayLag([of], { ...none, ...current }, now)).toBe(expected);
    expect(permissionsMayLag([retirement(), of], { ...none, ...current }, now)).toBe(expected);
  });

  const nothing: JustRestored = { accessKeyIds: [], password: false };

  it.each<[string, boolean, OutstandingRecord, CurrentPermissions | undefined, JustRestored?]>([
    ['a revocation', true, applied([]), undefined],
    ['a young retirement', false, retirement(some, young, false), back],
    [
      'one of which one is missing',
      false,
      retirement(some, young, false),
      none,
      { ...nothing, permissions: names.slice(1) },
    ],
    [
      'one whose permissions are all marked',
      true,
      { ...retirement(some, young, false), restored: new Set(names) },
      none,
    ],
    [
      'one whose groups were made again',
      true,
      retirement(groupOnly, young, false),
      { ...none, ids: new Map([['group admins', 'AGPA2']]) },
    ],
    [
      'a young one whose AWSDenyAll is not shown',
      false,
      retirement(noPermissions, young),
      { ...none, deniesAll: false },
    ],
    [
      'one whose AWSDenyAll this restoration detached',
      true,
      retirement(noPermissions, young),
      none,
      { ...nothing, deny: true },
    ],
    [
      'one that removed nothing and has no parts',
      true,
      applied([], { retirement: { denyAttached: false, parts: [] } }),
      none,
    ],
    [
      'a young one with a damaged part',
      false,
      retirement(noPermissions, young, false, [lostPart]),
      { ...none, deniesAll: false },
    ],
  ])('is everything given back of %s: %s', (_, expected, of, current, just = nothing) => {
    expect(isEverythingGivenBack(of, current, just, now)).toBe(expected);
  });

  it('marks the newest 100 records, the items of a loop, from which something was removed', () => {
    const many = Array.from({ length: 101 }, (_, days) =>
      retirement(groupOnly, { name: `record ${days}`, recordedAt: ago(days) }),
    );
    const newest = Array.from({ length: 100 }, (_, days) => `record ${days}`);
    const given = { ...nothing, permissions: ['group admins'], deny: true };
    const others = [retirement(noPermissions, {}, false), applied([])];
    const records = [...others, ...many.toReversed()];
    expect(recordsToMarkAsGivenBack(records, back, given, now)).toEqual(newest);
    expect(recordsToMarkAsLifted(records, given)).toEqual(newest);
  });

  it('is not marked where nothing was given back, or not all of it', () => {
    const marks = (just: Partial<JustRestored>, current: CurrentPermissions | null = back) =>
      recordsToMarkAsGivenBack(
        [retirement(some, young)],
        current ?? undefined,
        { ...nothing, ...just },
        now,
      );
    expect(marks({ permissions: names })).toHaveLength(1);
    expect(marks({})).toEqual([]);
    expect(marks({ permissions: names }, null)).toEqual([]);
    expect(marks({ permissions: names.slice(0, 2) })).toEqual([]);
    expect(marks({ permissions: ['group others'] })).toEqual([]);
    expect(recordsToMarkAsLifted([retirement()], nothing)).toEqual([]);
  });

  it('is checked against the newest text of an inline policy, and by ID', () => {
    const text = (document: string) => ({
      ...noPermissions,
      inlinePolicies: [{ name: 'own', document }],
    });
    const newer = { recordedAt: ago(1), executionId: otherExecutionId };
    const records = [
      retirement(text('first'), { recordedAt: ago(2) }),
      retirement(text('last'), newer),
    ];
    const has = (document: string) => ({ ...back, inlinePolicies: new Map([['own', document]]) });
    for (const each of [records, records.toReversed()]) {
      const { restored } = checkGivenBack(['inline policy own'], each, has('last'));
      expect(restored).toEqual(['inline policy own']);
    }
    const lacks = { ...back, groups: new Set<string>() };
    expect(checkGivenBack(['group admins'], [retirement()], lacks).left).toEqual(['group admins']);
  });
});
