import { describe, expect, it } from 'vitest';
import { matchSlots } from '../../../rule/formats/user-snapshot.ts';
import { day, now } from '../../builders/account.ts';
import { key, slot } from '../../builders/live-user.ts';

describe('the slot of an access key', () => {
  // Expected are each key's slot and the days since its change; `?`: a change, but no certain slot.
  it.each([
    [
      'is the one last rotated when the key was created',
      [key('A', 9), key('B', 8)],
      [slot(1, 8), slot(2, 9)],
      '2@9, 1@8',
    ],
    [
      'is, after a change, the remaining one of equal status and last use',
      [key('A', 9, 3), key('B', 8, 4)],
      [slot(1, 2, 4), slot(2, 9, 3)],
      '2@9, 1@2',
    ],
    ...(['Inactive', 'Expired'] as const).map(
      (status) =>
        [
          `is found by status, here ${status}`,
          [key('A', 9), key('B', 8, undefined, status)],
          [slot(1, 1, undefined, false), slot(2, 2)],
          '2@2, 1@1',
        ] as const,
    ),
    [
      'is matched by last use',
      [key('A', 9, 5), key('B', 8, 6)],
      [slot(1, 2, 6), slot(2, 1, 5)],
      '2@1, 1@2',
    ],
    [
      'is unknown where both fit both, and the later change counts for both',
      [key('A', 9, 5), key('B', 8, 5)],
      [slot(1, 2, 5), slot(2, 1, 5)],
      '?@1, ?@1',
    ],
    [
      'is unknown where neither fits, and the later change counts for both',
      [key('A', 9, 5), key('B', 8, 6)],
      [slot(1, 1, 7), slot(2, 2, 8)],
      '?@1, ?@1',
    ],
    [
      "is unknown where the key was used since, and the one slot's change counts",
      [key('A', 9, 1)],
      [slot(1, 4, 5)],
      '?@4',
    ],
    [
      'is found by elimination',
      [key('A', 9, 5), key('B', 8, 5)],
      [slot(1, 8, 5), slot(2, 1, 5)],
      '2@1, 1@8',
    ],
    [
      'is found once for keys created in the same second',
      [key('A', 9), key('B', 9)],
      [slot(1, 9), slot(2, 9)],
      '1@9, 2@9',
    ],
    [
      "is, where a key was made as an older one was changed, the older one's by its status",
      [key('A', 9, undefined, 'Inactive'), key('B', 5)],
      [slot(1, 5, undefined, false), slot(2, 1)],
      '1@5, 2@1',
    ],
    [
      "is, where a key was made as an older one was changed, the older one's by its last use",
      [key('A', 9, 3), key('B', 5, 2)],
      [slot(1, 5, 3), slot(2, 1, 2)],
      '1@5, 2@1',
    ],
    [
      'is its own by creation, where no older key looks like it',
      [key('A', 9, 3), key('B', 5, 0.01)],
      [slot(1, 9, 3), slot(2, 5)],
      '1@9, 2@5',
    ],
    [
      'is its own by creation, whatever a younger key looks like',
      [key('A', 9, 0.01), key('B', 5, 3)],
      [slot(1, 9, 3), slot(2, 5, 3)],
      '1@9, 2@5',
    ],
    [
      'is its own by creation, whatever a key of the same second looks like',
      [key('A', 9, 0.01), key('B', 9, 3)],
      [slot(1, 9, 3), slot(2, 9, 4)],
      '1@9, 2@9',
    ],
    ['is none for a key that is new', [key('A', 9), key('B', 0.01)], [slot(1, 9)], '1@9, none'],
    ['is undefined without slots', [key('A', 9)], [], 'none'],
    ['of a deleted key goes to nobody', [key('A', 9)], [slot(1, 9), slot(2, 8)], '1@9'],
  ] as const)('%s', (_, keys, slots, expected) => {
    const found = matchSlots(keys, slots).map((match) =>
      match === undefined ? 'none' : `${match.slot ?? '?'}@${(now - match.lastRotated) / day}`,
    );
    expect(found.join(', ')).toBe(expected);
  });
});
