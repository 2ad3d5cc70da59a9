import { describe, expect, it } from 'vitest';
import {
  fromLive,
  fromReport,
  type LiveAccessKey,
  type LiveCredentials,
  matchSlots,
} from '../../rule/formats/live-user.ts';
import { evidenceOf, readReport, rowCovers } from '../../rule/formats/report-evidence.ts';
import type { ReportKey, ReportRow } from '../../rule/formats/report-row.ts';
import { ago } from '../builders/account.ts';
import { row as csvRow, reportCsv } from '../builders/report.ts';

const identity = {
  userName: 'someone',
  userId: 'AIDASOMEONE',
  arn: 'arn:aws:iam::123456789012:user/a/someone',
  path: '/a/',
  createDate: ago(1000),
  tags: [{ key: 'k', value: 'v' }],
};
const described = {
  userName: 'someone',
  userId: 'AIDASOMEONE',
  arn: identity.arn,
  path: '/a/',
  tags: identity.tags,
};

function live(rest: Partial<LiveCredentials> = {}): LiveCredentials {
  return { passwordLastUsed: undefined, loginProfileCreateDate: null, accessKeys: [], ...rest };
}
function key(
  id: string,
  created: number,
  used?: number,
  status: LiveAccessKey['status'] = 'Active',
): LiveAccessKey {
  return {
    id,
    status,
    createDate: ago(created),
    lastUsed: used === undefined ? undefined : ago(used),
  };
}
function slot(number: 1 | 2, rotated: number, used?: number, active = true): ReportKey {
  return {
    slot: number,
    active,
    lastRotated: ago(rotated),
    lastUsed: used === undefined ? undefined : ago(used),
  };
}
function reportRow(rest: Partial<ReportRow> = {}): ReportRow {
  return {
    userName: 'someone',
    arn: identity.arn,
    createDate: identity.createDate,
    password: null,
    keys: [],
    certificates: false,
    additionalCredentials: null,
    ...rest,
  };
}

describe('the slot of an access key', () => {
  it.each([
    [
      'is the one last rotated when the key was created',
      [key('A', 9), key('B', 8)],
      [slot(1, 8), slot(2, 9)],
      [
        [2, 9],
        [1, 8],
      ],
    ],
    [
      'is, after a change, the remaining one of equal status and last use',
      [key('A', 9, 3), key('B', 8, 4)],
      [slot(1, 2, 4), slot(2, 9, 3)],
      [
        [2, 9],
        [1, 2],
      ],
    ],
    [
      'is told by status',
      [key('A', 9), key('B', 8, undefined, 'Inactive')],
      [slot(1, 1, undefined, false), slot(2, 2)],
      [
        [2, 2],
        [1, 1],
      ],
    ],
    [
      'is told by status, Expired being inactive',
      [key('A', 9), key('B', 8, undefined, 'Expired')],
      [slot(1, 1, undefined, false), slot(2, 2)],
      [
        [2, 2],
        [1, 1],
      ],
    ],
    [
      'is told by last use',
      [key('A', 9, 5), key('B', 8, 6)],
      [slot(1, 2, 6), slot(2, 1, 5)],
      [
        [2, 1],
        [1, 2],
      ],
    ],
    [
      'is unknown where both fit both, and the later change counts for both',
      [key('A', 9, 5), key('B', 8, 5)],
      [slot(1, 2, 5), slot(2, 1, 5)],
      [
        [null, 1],
        [null, 1],
      ],
    ],
    [
      'is unknown where neither fits, and the later change counts for both',
      [key('A', 9, 5), key('B', 8, 6)],
      [slot(1, 1, 7), slot(2, 2, 8)],
      [
        [null, 1],
        [null, 1],
      ],
    ],
    [
      'is unknown where the key was used since, and the one slot’s change counts',
      [key('A', 9, 1)],
      [slot(1, 4, 5)],
      [[null, 4]],
    ],
    [
      'is found by elimination',
      [key('A', 9, 5), key('B', 8, 5)],
      [slot(1, 8, 5), slot(2, 1, 5)],
      [
        [2, 1],
        [1, 8],
      ],
    ],
    [
      'is found once for keys created in the same second',
      [key('A', 9), key('B', 9)],
      [slot(1, 9), slot(2, 9)],
      [
        [1, 9],
        [2, 9],
      ],
    ],
    [
      'is, where a key was made as an older one was changed, the older one’s by its status',
      [key('A', 9, undefined, 'Inactive'), key('B', 5)],
      [slot(1, 5, undefined, false), slot(2, 1)],
      [
        [1, 5],
        [2, 1],
      ],
    ],
    [
      'is, where a key was made as an older one was changed, the older one’s by its last use',
      [key('A', 9, 3), key('B', 5, 2)],
      [slot(1, 5, 3), slot(2, 1, 2)],
      [
        [1, 5],
        [2, 1],
      ],
    ],
    [
      'is its own by creation, where no older key looks like it',
      [key('A', 9, 3), key('B', 5, 0.01)],
      [slot(1, 9, 3), slot(2, 5)],
      [
        [1, 9],
        [2, 5],
      ],
    ],
    [
      'is its own by creation, whatever a younger key looks like',
      [key('A', 9, 0.01), key('B', 5, 3)],
      [slot(1, 9, 3), slot(2, 5, 3)],
      [
        [1, 9],
        [2, 5],
      ],
    ],
    [
      'is its own by creation, whatever a key of the same second looks like',
      [key('A', 9, 0.01), key('B', 9, 3)],
      [slot(1, 9, 3), slot(2, 9, 4)],
      [
        [1, 9],
        [2, 9],
      ],
    ],
    [
      'is none for a key that is new',
      [key('A', 9), key('B', 0.01)],
      [slot(1, 9)],
      [[1, 9], undefined],
    ],
    ['is none without slots', [key('A', 9)], [], [undefined]],
    ['of a deleted key goes to nobody', [key('A', 9)], [slot(1, 9), slot(2, 8)], [[1, 9]]],
  ] as const)('%s', (_, keys, slots, expected) => {
    const found = matchSlots(keys, slots).map((match) => match && [match.slot, match.lastRotated]);
    expect(found).toEqual(expected.map((match) => match && [match[0], ago(match[1])]));
  });
});

describe('a user read live', () => {
  it('has the live dates, and from his own row the dates of change', () => {
    const row = reportRow({
      password: { used: ago(99), changed: ago(7) },
      keys: [slot(1, 9)],
      certificates: true,
      additionalCredentials: 'x',
    });
    const credentials = live({
      passwordLastUsed: ago(3),
      loginProfileCreateDate: ago(20),
      accessKeys: [key('A', 9, 2, 'Inactive')],
    });
    expect(fromLive(identity, credentials, row)).toEqual({
      ...described,
      password: { used: ago(3), created: ago(20), changed: ago(7) },
      accessKeys: [
        { id: 'A', slot: 1, status: 'Inactive', used: ago(2), created: ago(9), changed: ago(9) },
      ],
      unjudged: { certificates: true, other: true },
    });
  });

  it('has no dates of change without a row, and no password without a login profile', () => {
    expect(
      fromLive(identity, live({ passwordLastUsed: ago(3), accessKeys: [key('A', 9)] }), null),
    ).toEqual({
      ...described,
      password: null,
      accessKeys: [
        {
          id: 'A',
          slot: null,
          status: 'Active',
          used: undefined,
          created: ago(9),
          changed: undefined,
        },
      ],
      unjudged: { certificates: false, other: false },
    });
  });

  it('has a password without a date of change without a row', () => {
    const user = fromLive(identity, live({ loginProfileCreateDate: ago(1) }), null);
    expect(user.password).toEqual({ used: undefined, created: ago(1), changed: undefined });
  });

  it('has a password without a date of change where the row knows none yet', () => {
    const user = fromLive(identity, live({ loginProfileCreateDate: ago(1) }), reportRow());
    expect(user.password).toEqual({ used: undefined, created: ago(1), changed: undefined });
  });
});

describe('a user of the report', () => {
  it('has keys by slot, of which an inactive one may be Inactive or Expired', () => {
    const row = reportRow({
      password: { changed: ago(5) },
      keys: [slot(1, 9, 3), slot(2, 8, undefined, false)],
      certificates: true,
    });
    expect(fromReport(identity, row)).toEqual({
      ...described,
      password: { changed: ago(5) },
      accessKeys: [
        { id: null, slot: 1, status: 'Active', used: ago(3), changed: ago(9) },
        { id: null, slot: 2, status: 'Inactive', used: undefined, changed: ago(8) },
      ],
      unjudged: { certificates: true, other: false },
    });
  });
});

describe('a report’s evidence', () => {
  const rows = new Map([[identity.arn, reportRow()]]);
  const report = { rows, problems: new Map(), generatedAt: ago(0.1) };

  it('is the row of the same ARN and creation date', () => {
    expect(evidenceOf(report, identity)).toEqual({ row: reportRow(), generatedAt: ago(0.1) });
  });

  it('comes from a stored report, read', () => {
    const content = reportCsv([
      csvRow('a/someone', { user_creation_time: new Date(identity.createDate).toISOString() }),
    ]);
    const stored = readReport({ content, generatedAt: ago(1) });
    expect(evidenceOf(stored, identity)).toMatchObject({
      row: { arn: identity.arn },
      generatedAt: ago(1),
    });
  });

  it.each([
    ['of a re-created user is none', { createDate: identity.createDate + 1000 }],
    ['of a renamed user is none', { arn: 'arn:aws:iam::123456789012:user/a/other' }],
  ])('%s', (_, change) => {
    expect(evidenceOf(report, { ...identity, ...change })).toEqual({
      row: null,
      generatedAt: ago(0.1),
    });
  });

  it('of an unreadable row is an error', () => {
    const problems = new Map([[identity.arn, { arn: identity.arn, message: 'row 3: odd' }]]);
    expect(() => evidenceOf({ ...report, problems }, identity)).toThrow(
      expect.objectContaining({ name: 'UserError', message: 'row 3: odd' }),
    );
  });

  it.each([
    [
      'a password and a key that it knows',
      { loginProfileCreateDate: ago(9), accessKeys: [key('A', 9)] },
      true,
    ],
    ['a password created since', { loginProfileCreateDate: ago(0.05) }, true],
    ['a password created at the very second', { loginProfileCreateDate: ago(0.1) }, true],
    ['a key created since', { accessKeys: [key('A', 9), key('B', 0.05)] }, true],
    ['a key created at the very second', { accessKeys: [key('A', 9), key('B', 0.1)] }, true],
    ['an old key that it lacks', { accessKeys: [key('A', 9), key('B', 8)] }, false],
  ])('covers %s: %s', (_, credentials, covers) => {
    const row = reportRow({
      keys: [slot(1, 9)],
      ...(_.includes('knows') ? { password: { changed: ago(9) } } : {}),
    });
    expect(rowCovers(live(credentials), row, ago(0.1))).toBe(covers);
  });

  it('does not cover an old password that it lacks', () => {
    expect(rowCovers(live({ loginProfileCreateDate: ago(9) }), reportRow(), ago(0.1))).toBe(false);
  });
});
