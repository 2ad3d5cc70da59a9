import { describe, expect, it } from 'vitest';
import { isFresh } from '../../../rule/core/credentials.ts';
import {
  evidenceOf,
  findRenamedRows,
  mayHideAccessKeys,
  readReport,
  revokedSince,
  rowCovers,
} from '../../../rule/formats/credential-report.ts';
import { ago, now } from '../../builders/account.ts';
import { identity, key, live, reportRow, slot } from '../../builders/live-user.ts';
import { row as csvRow, reportCsv } from '../../builders/report.ts';

describe("a report's evidence", () => {
  const rows = new Map([[identity.arn, reportRow()]]);
  const report = {
    rows,
    problems: new Map(),
    unreadDates: new Set<number>(),
    accountIds: new Set<string>(),
    generatedAt: ago(0.1),
  };

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
    ['of a re-created user does not count', { createDate: identity.createDate + 1000 }],
    ['of a renamed user does not count', { arn: 'arn:aws:iam::123456789012:user/a/other' }],
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

  it.each([
    ['its only key was reactivated', ['Active'], [false], false],
    ['its only key was deactivated', ['Inactive'], [true], true],
    [
      'one key was reactivated and the other deactivated',
      ['Active', 'Inactive'],
      [false, true],
      false,
    ],
    ['the keys are as they were', ['Active', 'Inactive'], [true, false], true],
    ['keys of the same second were swapped', ['Active', 'Active'], [true, false], false],
  ] as const)('if since the report %s: %j, %j: %s', (what, statuses, shown, covers) => {
    const created = (index: number) => (what.includes('same second') ? 9 : 9 - index);
    const accessKeys = statuses.map((status, index) =>
      key(`K${index}`, created(index), undefined, status),
    );
    const keys = shown.map((active, index) =>
      slot(index === 0 ? 1 : 2, created(index), undefined, active),
    );
    expect(rowCovers(live({ accessKeys }), reportRow({ keys }), ago(0.1))).toBe(covers);
  });

  it.each([
    ['one order', [slot(1, 9, 3, false), slot(2, 9, 2)]],
    ['the other order', [slot(1, 9, 2), slot(2, 9, 3, false)]],
  ])(
    'covers keys of the same second, of which the active one was used since, slots in %s',
    (_, keys) => {
      const used = [key('ACTIVE', 9, 0.05), key('INACTIVE', 9, 3, 'Inactive')];
      for (const accessKeys of [used, used.toReversed()]) {
        expect(rowCovers(live({ accessKeys }), reportRow({ keys }), ago(0.1))).toBe(true);
      }
    },
  );

  it.each([
    ['one order', [slot(1, 9, 3, false), slot(2, 9, 2)]],
    ['the other order', [slot(1, 9, 2), slot(2, 9, 3, false)]],
  ])('does not cover keys of the same second that swapped their status, slots in %s', (_, keys) => {
    const swapped = [key('ACTIVE', 9, 3), key('INACTIVE', 9, 2, 'Inactive')];
    for (const accessKeys of [swapped, swapped.toReversed()]) {
      expect(rowCovers(live({ accessKeys }), reportRow({ keys }), ago(0.1))).toBe(false);
    }
  });

  it('does not cover an old key that it lacks, even an inactive one', () => {
    const accessKeys = [key('K0', 9), key('K1', 8, undefined, 'Inactive')];
    const row = reportRow({ keys: [slot(1, 9)] });
    expect(rowCovers(live({ accessKeys }), row, ago(0.1))).toBe(false);
  });

  it('does not cover keys of which one was reactivated, if it is not known which', () => {
    const accessKeys = [key('K0', 9), key('K1', 8)];
    const rotated = [slot(1, 5), slot(2, 4, undefined, false)];
    expect(rowCovers(live({ accessKeys }), reportRow({ keys: rotated }), ago(0.1))).toBe(false);
  });

  it.each([
    ['the other was used since, too', slot(2, 4, 3), key('K1', 8, 0.02)],
    ['the slot of the other is certain', slot(2, 8, 3), key('K1', 8, 3)],
  ])('does not cover a key that was reactivated and used since, where %s', (_, active, other) => {
    const accessKeys = [key('K0', 9, 0.05), other];
    const row = reportRow({ keys: [slot(1, 5, 7, false), active] });
    expect(rowCovers(live({ accessKeys }), row, ago(0.1))).toBe(false);
  });

  it('covers keys of the same second, of which the inactive one was used since', () => {
    const accessKeys = [key('INACTIVE', 9, 0.05, 'Inactive'), key('ACTIVE', 9, 3)];
    const row = reportRow({ keys: [slot(1, 9, 3), slot(2, 9, 2, false)] });
    expect(rowCovers(live({ accessKeys }), row, ago(0.1))).toBe(true);
  });

  describe('if a change of status moves last_rotated', () => {
    // K0 was deactivated 5 days ago, before the report, and reactivated since.
    const slots = [slot(1, 5, 7, false), slot(2, 8)];
    it.each([
      ['deactivated', [key('K0', 9, 7), key('K1', 8, undefined, 'Inactive')]],
      ['deleted', [key('K0', 9, 7)]],
      ['replaced by a new one', [key('K2', 0.05), key('K0', 9, 7)]],
    ])('does not cover a reactivated key while the other was %s', (_, accessKeys) => {
      expect(rowCovers(live({ accessKeys }), reportRow({ keys: slots }), ago(0.1))).toBe(false);
    });

    it('covers a key that was reactivated before the report and used since', () => {
      const [used, off] = [key('K0', 9, 0.05), key('K1', 8, 3, 'Inactive')];
      const keys = [slot(1, 5, 1), slot(2, 4, 3, false)];
      for (const others of [[off], [key('K2', 0.04)], []]) {
        const accessKeys = [...others, used];
        expect(rowCovers(live({ accessKeys }), reportRow({ keys }), ago(0.1))).toBe(true);
      }
    });

    it('covers it also if a new key looks like the slot', () => {
      const accessKeys = [key('K2', 0.05), key('K0', 9, 0.05)];
      expect(rowCovers(live({ accessKeys }), reportRow({ keys: [slot(1, 5)] }), ago(0.1))).toBe(
        true,
      );
    });
  });

  it('does not cover an old password that it lacks', () => {
    expect(rowCovers(live({ loginProfileCreateDate: ago(9) }), reportRow(), ago(0.1))).toBe(false);
  });
});

describe('the row of a user who was renamed since the report', () => {
  const [monday, tuesday] = [ago(100), ago(99)];
  const arnOf = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
  /** A report of users by name, and those rows of it that cannot be read. */
  const reportOn = (dates: Readonly<Record<string, number>>, unreadDates: number[] = []) => ({
    ...{ generatedAt: ago(0.1), problems: new Map(), unreadDates: new Set(unreadDates) },
    accountIds: new Set<string>(),
    rows: new Map(
      Object.entries(dates).map(([name, createDate]) => {
        return [arnOf(name), reportRow({ arn: arnOf(name), createDate })];
      }),
    ),
  });
  const listed = (name: string, createDate: number) => {
    return { ...identity, arn: arnOf(name), userId: `AIDA-${name}`, createDate };
  };
  const found = (...given: Parameters<typeof findRenamedRows>) =>
    Object.fromEntries([...findRenamedRows(...given)].map(([id, row]) => [id, row.arn]));

  it("is the only one of their creation date that is not another user's own", () => {
    const report = reportOn({ old: monday, stayed: monday, other: tuesday });
    const users = [listed('new', monday), listed('stayed', monday), listed('other', tuesday)];
    expect(found(report, users)).toEqual({ 'AIDA-new': arnOf('old') });
  });

  it('is found although a new user has the old name, or two users swapped names', () => {
    const report = reportOn({ a: monday, b: tuesday });
    const replaced = [listed('c', monday), listed('b', tuesday), listed('a', ago(0.01))];
    expect(found(report, replaced)).toEqual({ 'AIDA-c': arnOf('a') });
    const swapped = [listed('b', monday), listed('a', tuesday)];
    expect(found(report, swapped)).toEqual({ 'AIDA-b': arnOf('a'), 'AIDA-a': arnOf('b') });
  });

  it.each([
    ['two rows have that date', reportOn({ one: monday, two: monday }), [listed('new', monday)]],
    [
      'two renamed users have that date',
      reportOn({ old: monday }),
      [listed('new', monday), listed('newer', monday)],
    ],
    ['a row that cannot be read may', reportOn({ old: monday }, [monday]), [listed('new', monday)]],
    ['no row has that date', reportOn({ old: monday }), [listed('new', tuesday)]],
    [
      "it is another user's own",
      reportOn({ old: monday }),
      [listed('old', monday), listed('new', monday)],
    ],
  ])('is unknown if %s', (_, report, users) => {
    expect(found(report, users)).toEqual({});
  });

  it.each([
    ['has an unreadable value', (csv: string) => csv.replace(/(\nsomeone,.*?)false/u, '$1maybe')],
    ['has a field too many', (csv: string) => `${csv},x`],
    ['is there twice', (csv: string) => `${csv}\n${csv.split('\n').at(-1)}`],
  ])('may be one that %s, so its dates are kept', (_, spoil) => {
    const creation = { user_creation_time: '2024-05-01T00:00:00Z' };
    const content = spoil(reportCsv([csvRow('someone', creation)]));
    const { rows, unreadDates } = readReport({ content, generatedAt: now });
    expect(rows.size).toBe(0);
    expect([...unreadDates].every(Number.isFinite)).toBe(true);
    expect(unreadDates).toContain(Date.parse(creation.user_creation_time));
  });
});

it('keeps the dates of both rows of a user who has two', () => {
  const created = (user_creation_time: string) => csvRow('someone', { user_creation_time });
  const dates = ['2024-05-01T00:00:00Z', '2024-06-01T00:00:00Z'];
  const content = reportCsv(dates.map(created));
  const { unreadDates } = readReport({ content, generatedAt: now });
  for (const date of dates) expect(unreadDates).toContain(Date.parse(date));
});

describe('a credential report', () => {
  it.each([
    [0, true],
    [-60_000, true],
    [15 * 60_000, true],
    [15 * 60_000 + 1, false],
  ])('that is %i ms old is as good as live: %s', (age, fresh) => {
    expect(isFresh(now - age, now)).toBe(fresh);
  });

  it.each([
    ['2026-11-21T06:29:59Z 1234', false],
    ['2026-11-21T06:30:00Z 1234', true],
    ['2026-11-21T06:30:01Z', true],
    [' 2026-11-21T06:29:59Z ', false],
    ['2026-11-21T07:30:00+01:00 1234', true],
    ['yesterday', true],
    ['', true],
  ])('made at 06:30:00 may not know of the revocation tagged %j: %s', (value, since) => {
    expect(revokedSince([{ key: 'Unused-IAM-Credentials:Revoked', value }], now)).toBe(since);
  });

  it('knows everything of a user without the tag', () => {
    expect(revokedSince([{ key: 'revoked', value: '2026-11-21T06:30:01Z' }], now)).toBe(false);
  });

  it.each([
    [null, false],
    ['1 more certificate: use ListSigningCertificates', false],
    ['1 more access key: use ListAccessKeys', true],
    ['2 additional Access Keys', true],
    ['see ListAccessKeys', true],
    ['access-key', true],
  ])('whose additional_credentials_info is %j may hide access keys: %s', (text, hides) => {
    expect(mayHideAccessKeys(text)).toBe(hides);
  });
});
