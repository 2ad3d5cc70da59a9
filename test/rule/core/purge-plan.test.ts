import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessKey } from '../../../rule/core/credentials.ts';
import {
  applyPurgeLimits,
  type KeyDecision,
  type MarkedRecord,
  type PurgeSubject,
  planKeys,
  planPurge,
  requireShown,
} from '../../../rule/core/purge-plan.ts';
import { decide } from '../../../rule/core/revocation-plan.ts';
import { ago, day, now } from '../../builders/account.ts';
import { coreUser, parameters } from '../../builders/core-user.ts';
import { otherExecutionId, record, recordedKey } from '../../builders/revocation.ts';

const id = 'AKIADUE';
const key = (rest: Partial<AccessKey> = {}): AccessKey => ({
  ...{ id, slot: 1, status: 'Inactive', used: ago(300), created: ago(400), changed: ago(400) },
  ...rest,
});
/** A record that was carried out 100 days ago, and whose key was announced 10 days ago. */
const marked = (rest: Partial<MarkedRecord> = {}, recorded = {}): MarkedRecord => ({
  record: record([recordedKey(id)], { recordedAt: ago(100), ...recorded }),
  ...{ appliedAt: ago(100), closed: false, restored: new Set() },
  announced: new Map([[id, ago(10)]]),
  ...rest,
});
const subject = (rest: Partial<PurgeSubject> = {}, ofKey: Partial<AccessKey> = {}) => ({
  user: coreUser({ accessKeys: [key(ofKey)] }),
  ...{ records: [marked()], foreign: 0, restoration: null, restoredKeys: new Set<string>() },
  ...rest,
});
const plan = (of: PurgeSubject, days = 90, given = {}) =>
  planKeys(of, days, parameters(given), now);
const kinds = (decisions: readonly KeyDecision[]) =>
  decisions.map((decision) => (decision.kind === 'Held' ? decision.why : decision.kind));

/** Days before now; of the announcement, milliseconds. */
interface Change {
  readonly announced?: number | null | undefined;
  readonly applied?: number;
  readonly recorded?: number;
}

describe('a key that we deactivated', () => {
  it.each<[string, Change, (KeyDecision['kind'] | undefined)?, number?]>([
    ['long ago, and announced 7 days ago, is deleted', {}, 'Delete'],
    [
      'is deleted no sooner than 7 days after its announcement',
      { announced: 7 * day - 1 },
      'Announced',
    ],
    ['is deleted from that instant on', { announced: 7 * day }, 'Delete'],
    ['is deleted until 28 days after its announcement', { announced: 28 * day }, 'Delete'],
    ['is announced if nothing announced it', { announced: undefined }, 'Announce'],
    ['is announced if the mark is no instant', { announced: null }, 'Announce'],
    ['is announced if the mark is of the future', { announced: -1 }, 'Announce'],
    [
      'is announced again if the announcement is long past',
      { announced: 28 * day + 1 },
      'Announce',
    ],
    [
      'is announced if the mark is older than the revocation',
      { announced: 20 * day, applied: 19 },
      'Announce',
      20,
    ],
    [
      'is deleted if the mark is as old as the revocation',
      { announced: 20 * day, applied: 20 },
      'Delete',
      20,
    ],
    ['waits from the instant of its announcement on', { announced: 0 }, 'Announced'],
    ['is announced 7 days before it is due', { announced: undefined, applied: 83 }, 'Announce'],
    ['is not listed before that', { announced: undefined, applied: 82.99 }, undefined],
    ['waits until it is due even if it was announced', { applied: 89.99 }, 'Announced'],
    [
      'counts from its record if the mark says that it is older',
      { applied: 500, recorded: 50 },
      undefined,
    ],
    ['is never deleted where DeleteAfterDays is 0', {}, undefined, 0],
  ])('%s', (_, change, kind, days = 90) => {
    const { applied = 100, recorded = applied } = change;
    const { announced = 10 * day } = 'announced' in change ? { announced: change.announced } : {};
    const mark = announced === null ? null : now - announced;
    const isMarked = !('announced' in change) || change.announced !== undefined;
    const rest = {
      appliedAt: ago(applied),
      announced: new Map(isMarked ? [[id, mark] as const] : []),
    };
    const of = subject({ records: [marked(rest, { recordedAt: ago(recorded) })] });
    expect(kinds(plan(of, days))).toEqual(kind === undefined ? [] : [kind]);
  });

  it('is held with a reason if anything shows that somebody used or changed it since', () => {
    const held = (rest: Partial<PurgeSubject>, ofKey: Partial<AccessKey> = {}) =>
      kinds(plan(subject(rest, ofKey))).join();
    const records = (rest: Partial<MarkedRecord>) => ({ records: [marked(rest)] });
    expect(held(records({ restored: new Set([id]) }))).toContain('it was restored since');
    expect(held(records({ closed: true }))).toContain('it was restored since');
    expect(held({ restoredKeys: new Set([id]) })).toContain('it was restored since');
    expect(held({ foreign: 1 })).toContain('genuine');
    expect(held({}, { used: ago(100) + 1 })).toMatch(
      /^it was used 2026-08-13T06:30:00.001Z, after/u,
    );
    expect(held({}, { used: ago(100) })).toBe('Delete');
    expect(held({}, { created: ago(399) })).toContain('not created when');
    const undated = record([recordedKey(id, { created: undefined })], { recordedAt: ago(100) });
    expect(held(records({ record: undated }), { created: undefined })).toContain('not created');
    expect(held({}, { changed: undefined })).toContain('does not show it');
    expect(held({}, { changed: ago(99) })).toMatch(/^it was changed 2026-08-14/u);
    expect(held({}, { changed: ago(100) + 10 * 60_000 })).toBe('Delete');
    expect(held({}, { changed: ago(100) + 10 * 60_000 + 1 })).toContain('it was changed');
    const restoration = decide('Exempt', 'is being restored');
    expect(held({ restoration })).toBe('is being restored');
  });

  it('is not listed if its record has no mark that it was applied', () => {
    const of = subject({ records: [marked({ appliedAt: null })] });
    expect(kinds(plan(of))).toEqual([]);
  });

  it('is held while its user is protected or exempt', () => {
    const tagged = (name: string, value: string, path = '/') =>
      subject({
        user: coreUser({
          ...{ path, accessKeys: [key()] },
          tags: [{ key: `unused-iam-credentials:${name}`, value }],
        }),
      });
    expect(kinds(plan(tagged('protected', 'maybe'))).join()).toContain('protected');
    expect(kinds(plan(tagged('protected', 'False')))).toEqual(['Delete']);
    expect(kinds(plan(tagged('exempt-until', '2026-12-01'))).join()).toContain('exempt until');
    expect(kinds(plan(tagged('exempt-until', '2026-11-01')))).toEqual(['Delete']);
    const byPath = tagged('other', 'x', '/break-glass/');
    expect(kinds(plan(byPath, 90, { exemptPathPrefixes: '/break-glass/' })).join()).toContain(
      'path',
    );
  });

  it.each(['Active', 'Expired'] as const)('is not listed while it is %s', (status) => {
    expect(plan(subject({}, { status }))).toEqual([]);
  });

  it('is not listed if no record names it, or if the newest one is young or deleted it', () => {
    expect(plan(subject({ records: [] }))).toEqual([]);
    const newer = (recorded: Parameters<typeof record>[0], days: number) =>
      marked({}, { executionId: otherExecutionId, recordedAt: ago(days), credentials: recorded });
    const young = { ...newer([recordedKey(id)], 20), appliedAt: ago(20) };
    for (const records of [
      [young, marked()],
      [marked(), young],
    ]) {
      expect(plan(subject({ records }))).toEqual([]);
    }
    const deletes = newer([recordedKey(id, { action: 'Delete' })], 95);
    expect(plan(subject({ records: [marked(), deletes] }))).toEqual([]);
    const other = newer([recordedKey('AKIAOTHER')], 20);
    expect(kinds(plan(subject({ records: [other, marked()] })))).toEqual(['Delete']);
  });
});

describe('an announcement that only a mark claims', () => {
  const own = { accessKeyId: id, recordName: record([]).name };
  const otherKey = { ...own, accessKeyId: `${id}2` };
  const otherRecord = { ...own, recordName: `${own.recordName}2` };
  const minute = 60_000;
  it.each([
    ['counts if an execution shows it', ago(10), [otherKey, own], 'Delete'],
    ['counts if the execution started minutes before', ago(10) - 10 * minute, [own], 'Delete'],
    ['counts whose clock is 10 minutes ahead', ago(10) + 10 * minute, [own], 'Delete'],
    [
      'counts if its clock is behind and the step took long',
      ago(10) - 20 * minute,
      [own],
      'Delete',
    ],
    ['counts for no later execution', ago(10) + 10 * minute + 1, [own], 'Announce'],
    ['counts for no earlier execution', ago(10) - 20 * minute - 1, [own], 'Announce'],
    ['counts for no other key', ago(10), [otherKey], 'Announce'],
    ['counts for no other record of the key', ago(10), [otherRecord], 'Announce'],
  ] as const)('%s', (_, startedAt, keys, kind) => {
    const [found] = requireShown(plan(subject()), [{ startedAt, keys }], now);
    expect(found?.kind).toBe(kind);
    if (kind === 'Announce') expect(found?.key.deletedFrom).toBe(now + 7 * day);
  });

  it('changes nothing for keys that are not deleted', () => {
    const others = [
      ...plan(subject({ foreign: 1 })),
      ...plan(subject({ records: [marked({ announced: new Map([[id, now]]) })] })),
    ];
    expect(others.map(({ kind }) => kind)).toEqual(['Held', 'Announced']);
    expect(requireShown(others, [], now)).toEqual(others);
  });

  it('does not count if no execution is known', () => {
    expect(kinds(requireShown(plan(subject()), [], now))).toEqual(['Announce']);
  });
});

const daysAgo = (...days: number[]) => fc.constantFrom(...days).map(ago);
/** Mostly the value with which a key is deleted. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
const dates = fc.option(daysAgo(0, 20, 59.9, 60, 61, 200, 200, 200), { nil: undefined });

it('whatever the dates and marks, what is deleted is inactive, applied, old, unused, not restored, announced for 7 days and of an unprotected user', () => {
  const anyRecord = fc.record({
    recordedAt: mostly(ago(90), now, ago(20), ago(59), ago(60)),
    appliedAt: mostly<number | null>(ago(60), now, ago(20), ago(59.9), ago(90), null),
    announcedAt: mostly<number | null | undefined>(ago(7), ago(6.9), ago(-1), null, undefined),
    ...{ closed: mostly(false, true), isRestored: mostly(false, true) },
    action: mostly<'Deactivate' | 'Delete'>('Deactivate', 'Delete'),
  });
  const anyCase = fc.record({
    records: fc.array(anyRecord, { maxLength: 2 }),
    status: mostly<AccessKey['status']>('Inactive', 'Active', 'Expired'),
    ...{ used: dates, changed: dates, foreign: mostly(0, 1) },
    ...{ isProtected: mostly(false, true), days: mostly(60, 0, 30) },
  });
  let deleted = 0;
  const check = fc.property(
    anyCase,
    ({ records, status, used, changed, foreign, isProtected, days }) => {
      const tags = isProtected ? [{ key: 'Unused-IAM-credentials:protected', value: 'true' }] : [];
      const [first] = plan(
        subject({
          ...{ foreign, user: coreUser({ tags, accessKeys: [key({ status, used, changed })] }) },
          records: records.map(
            ({ recordedAt, appliedAt, announcedAt, closed, isRestored, action }) => ({
              record: record([recordedKey(id, { action })], { recordedAt }),
              ...{ appliedAt, closed, restored: new Set(isRestored ? [id] : []) },
              announced: new Map(announcedAt === undefined ? [] : [[id, announcedAt]]),
            }),
          ),
        }),
        days,
      );
      if (first?.kind !== 'Delete') return;
      deleted += 1;
      const newest = records.toSorted((a, b) => b.recordedAt - a.recordedAt)[0];
      expect([days > 0, status, foreign, isProtected]).toEqual([true, 'Inactive', 0, false]);
      expect([newest?.closed, newest?.isRestored, newest?.action]).toEqual([
        false,
        false,
        'Deactivate',
      ]);
      const [recordedAt = now, appliedAt = now] = [newest?.recordedAt, newest?.appliedAt ?? now];
      expect(now - Math.max(recordedAt, appliedAt)).toBeGreaterThanOrEqual(days * day);
      expect(used ?? 0).toBeLessThanOrEqual(recordedAt);
      expect(changed ?? now).toBeLessThanOrEqual(Math.max(recordedAt, appliedAt) + 10 * 60_000);
      expect(now - (newest?.announcedAt ?? now)).toBeGreaterThanOrEqual(7 * day);
    },
  );
  fc.assert(check, { numRuns: 3_000, seed: 7 });
  expect(deleted).toBeGreaterThan(20);
});

describe('the plan of a day', () => {
  const decision = (kind: 'Delete' | 'Announce', count: number): KeyDecision[] => {
    const [first] = plan(subject());
    if (first === undefined) throw new Error('expected a key');
    return Array.from({ length: count }, (_, index) => ({
      ...{ kind, key: { ...first.key, id: `${kind}${index}`, deletedFrom: now - index } },
    }));
  };
  const planned = (given: KeyDecision[], most: number, today = 0, dryRun = false, at = now) => {
    const options = { deleteAfterDays: 90, maxRevocationsPerDay: most };
    const { outcome, why, toAnnounce, toDelete } = planPurge(given, options, today, dryRun, at);
    const deleted = toDelete.map((each) => each.id);
    return { outcome, why, toAnnounce, announced: toAnnounce.length, deleted };
  };

  it('deletes at most as many keys as the daily limit leaves, or 60 without a limit, and begins with a different key each day', () => {
    const due = decision('Delete', 120);
    const limited = planned(due, 20, 18);
    expect(limited).toMatchObject({
      ...{ outcome: 'Delete', announced: 0, deleted: { length: 2 } },
      why: 'of 120 due keys 2 are deleted now; 18 were deleted today, and MaxRevocationsPerDay is 20',
    });
    // One that cannot be deleted uses up the limit on one of its days only.
    const three = decision('Delete', 3);
    const firsts = [0, 1, 2, 3].map(
      (days) => planned(three, 1, 0, false, now + days * day).deleted,
    );
    expect(new Set(firsts.flat()).size).toBe(3);
    expect(firsts[3]).toEqual(firsts[0]);
    expect(planned(due, 0, 500).deleted).toHaveLength(60);
    expect(planned(due, 20, 20)).toMatchObject({ outcome: 'LimitReached', deleted: [] });
    expect(planned(due, 20, 21)).toMatchObject({ outcome: 'LimitReached', deleted: [] });
  });

  it('announces whatever the limit, and says what a dry run would do', () => {
    const both = [...decision('Announce', 3), ...decision('Delete', 1)];
    expect(planned(both, 20)).toMatchObject({ outcome: 'Delete', announced: 3 });
    expect(planned(both, 20, 20)).toMatchObject({ outcome: 'Announce', announced: 3, deleted: [] });
    expect(planned(both, 20, 0, true)).toMatchObject({ outcome: 'DryRun', announced: 3 });
    expect(planned([], 20, 0, true)).toMatchObject({ outcome: 'NothingDue' });
  });

  it('announces at most 60 keys at once, in the order in which they may be deleted', () => {
    const { announced, toAnnounce } = planned(decision('Announce', 101).toReversed(), 20);
    expect(announced).toBe(60);
    const last = toAnnounce.map(({ deletedFrom }) => now - deletedFrom);
    expect(last).toEqual(Array.from({ length: 60 }, (_, index) => 100 - index));
  });

  it('deletes each due key at most once, as many as the limits allow, and says if any is left, whatever the order of the keys', () => {
    const cases = fc.record({
      ...{ announce: fc.nat(2), due: fc.nat(8), most: fc.nat(9), today: fc.nat(9) },
      ...{ dryRun: fc.boolean(), days: fc.nat(9), tied: fc.boolean(), seed: fc.nat() },
    });
    fc.assert(
      fc.property(cases, ({ announce, due, most, today, dryRun, days, tied, seed }) => {
        const all = [...decision('Announce', announce), ...decision('Delete', due)].map((each) =>
          tied ? { ...each, key: { ...each.key, deletedFrom: now } } : each,
        );
        const of = (given: KeyDecision[]) => planned(given, most, today, dryRun, now + days * day);
        const found = of(all);
        const [shuffled = []] = fc.sample(fc.shuffledSubarray(all, { minLength: all.length }), {
          seed,
          numRuns: 1,
        });
        expect(of(shuffled)).toEqual(found);
        const { deleted, outcome, why } = found;
        expect(new Set(deleted).size).toBe(deleted.length);
        expect(deleted).toHaveLength(most === 0 ? due : Math.min(due, Math.max(0, most - today)));
        expect(why === null).toBe(deleted.length === due);
        const act = deleted.length > 0 ? 'Delete' : announce > 0 ? 'Announce' : 'LimitReached';
        const expected = announce > 0 || due > 0 ? (dryRun ? 'DryRun' : act) : 'NothingDue';
        expect(outcome).toBe(expected);
      }),
    );
  });

  it.each([
    [
      [90, 20],
      [30, 20],
      [90, 20],
    ],
    [
      [30, 0],
      [90, 5],
      [90, 5],
    ],
    [
      [0, 9],
      [90, 5],
      [0, 5],
    ],
    [
      [90, 3],
      [0, 0],
      [0, 3],
    ],
  ])('by the stricter of %j and the limit %j: %j', (given, limit, counts) => {
    const options = ([deleteAfterDays = 0, maxRevocationsPerDay = 0]: number[]) => ({
      ...{ deleteAfterDays, maxRevocationsPerDay },
    });
    expect(applyPurgeLimits(options(given), options(limit))).toEqual(options(counts));
  });
});
