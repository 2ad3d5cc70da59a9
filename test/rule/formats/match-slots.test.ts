import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessUser } from '../../../rule/core/assess-user.ts';
import { rowCovers } from '../../../rule/formats/credential-report.ts';
import { fromLive, type LiveAccessKey, matchSlots } from '../../../rule/formats/user-snapshot.ts';
import { ago, now } from '../../builders/account.ts';
import { parameters } from '../../builders/core-user.ts';
import { identity, key, live, reportRow, slot } from '../../builders/live-user.ts';

type Status = LiveAccessKey['status'];

describe('the date of change of a live key', () => {
  // Days in whole numbers for creation, in halves for rotation, so that no key is rotated in the
  // second in which the other was created: there only the design's rule can tell, right or wrong.
  const truth = fc.record({
    created: fc.integer({ min: 10, max: 20 }),
    rotated: fc.option(fc.constantFrom(1.5, 2.5, 3.5)),
    used: fc.option(fc.constantFrom(0.5, 0.75), { nil: undefined }),
    status: fc.constantFrom<Status[]>('Active', 'Inactive', 'Expired'),
  });
  const keysOf = fc.uniqueArray(truth, { maxLength: 2, selector: ({ created }) => created });

  it('is never earlier than the true one, in whatever order keys and slots come', () => {
    fc.assert(
      fc.property(keysOf, fc.boolean(), (keys, turned) => {
        const found = keys.map((it, i) => key(`K${i}`, it.created, it.used, it.status));
        const slots = keys.map((it, i) =>
          slot(i === 0 ? 1 : 2, it.rotated ?? it.created, it.used, it.status === 'Active'),
        );
        const matched = matchSlots(found, turned ? slots.toReversed() : slots);
        for (const [index, it] of keys.entries()) {
          expect(matched[index]?.lastRotated).toBeGreaterThanOrEqual(ago(it.rotated ?? it.created));
        }
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });
});

describe('a report on keys whose status is as it was', () => {
  const truth = fc.record({
    created: fc.constantFrom(19, 20),
    rotated: fc.constantFrom(null, null, 1.5, 2.5),
    used: fc.option(fc.constantFrom(0.5, 0.75), { nil: undefined }),
    isActive: fc.boolean(),
    isUsedSince: fc.boolean(),
  });

  it('covers its user, whatever they used since, so that nobody waits forever', () => {
    fc.assert(
      fc.property(fc.array(truth, { maxLength: 2 }), fc.boolean(), (keys, turned) => {
        const accessKeys = keys.map((it, i) => {
          const used = it.isActive && it.isUsedSince ? 0.05 : it.used;
          return key(`K${i}`, it.created, used, it.isActive ? 'Active' : 'Inactive');
        });
        const slots = keys.map((it, i) =>
          slot(i === 0 ? 1 : 2, it.rotated ?? it.created, it.used, it.isActive),
        );
        const found = live({ accessKeys: turned ? accessKeys.toReversed() : accessKeys });
        expect(rowCovers(found, reportRow({ keys: slots }), ago(0.1))).toBe(true);
      }),
      { numRuns: 1000, seed: 20261121 },
    );
  });
});

describe('two keys created in the same second, of which one was changed since', () => {
  // Creation fits slot 1 for both keys, so it settles nothing: status does.
  const keys = [key('ACTIVE', 300), key('INACTIVE', 300, undefined, 'Inactive')];
  const slots = [slot(1, 300, undefined, false), slot(2, 2)];

  it.each([
    ['in one order', keys, slots],
    ['in the other order of keys', keys.toReversed(), slots],
    ['in the other order of slots', keys, slots.toReversed()],
  ])('never leave the changed one with the older date, %s', (_, found, report) => {
    const index = found.findIndex(({ id }) => id === 'ACTIVE');
    expect(matchSlots(found, report)[index]?.lastRotated).toBe(ago(2));
  });

  it('of equal status and last use both get the later date', () => {
    const alike = [key('A', 300), key('B', 300)];
    const matched = matchSlots(alike, [slot(1, 300), slot(2, 2)]);
    expect(matched.map((match) => match?.lastRotated)).toEqual([ago(2), ago(2)]);
  });

  it('do not make a user NON_COMPLIANT whose active key was changed two days ago', () => {
    const user = fromLive(identity, live({ accessKeys: keys }), reportRow({ keys: slots }));
    expect(assessUser(user, parameters(), now).compliance).toBe('COMPLIANT');
  });
});

describe('a row that has fewer slots than the user had keys when the report was made', () => {
  it.each([
    ['two keys and one slot that fits neither', [key('A', 9), key('B', 8)], [slot(1, 3, 2)]],
    [
      'three keys and two slots, one of them changed since its creation',
      [key('A', 9), key('B', 8), key('C', 7)],
      [slot(1, 9), slot(2, 3)],
    ],
  ])('does not cover the user: %s', (_, accessKeys, slots) => {
    expect(rowCovers(live({ accessKeys }), reportRow({ keys: slots }), ago(0.1))).toBe(false);
  });

  it('covers them if the key without a slot is younger than the report', () => {
    const found = live({ accessKeys: [key('A', 9), key('B', 0.05)] });
    expect(rowCovers(found, reportRow({ keys: [slot(1, 9)] }), ago(0.1))).toBe(true);
  });
});
