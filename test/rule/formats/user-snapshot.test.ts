import { describe, expect, it } from 'vitest';
import { currentCredentials, fromLive, fromReport } from '../../../rule/formats/user-snapshot.ts';
import { ago } from '../../builders/account.ts';
import { identity, key, live, reportRow, slot } from '../../builders/live-user.ts';

const described = {
  userName: 'someone',
  userId: 'AIDASOMEONE',
  arn: identity.arn,
  path: '/a/',
  tags: identity.tags,
};

const certificate = { status: 'Active', changed: ago(30) } as const;

describe('a user read live', () => {
  it('has the live dates, and from their own row the dates of change', () => {
    const row = reportRow({
      password: { used: ago(99), changed: ago(7) },
      keys: [slot(1, 9)],
      certificates: [certificate],
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
      unjudged: { certificates: [certificate], other: true },
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
      unjudged: { certificates: [], other: false },
    });
  });

  it('has a password without a date of change without a row', () => {
    const user = fromLive(identity, live({ loginProfileCreateDate: ago(1) }), null);
    expect(user.password).toEqual({ used: undefined, created: ago(1), changed: undefined });
  });

  it('has a password without a date of change if the row has none yet', () => {
    const user = fromLive(identity, live({ loginProfileCreateDate: ago(1) }), reportRow());
    expect(user.password).toEqual({ used: undefined, created: ago(1), changed: undefined });
  });
});

it('a restoration compares the records with the credentials that were read live', () => {
  const read = live({
    ...{ passwordLastUsed: ago(3), loginProfileCreateDate: ago(20), accessKeys: [key('A', 9)] },
  });
  expect(currentCredentials(read)).toEqual({
    ...{ passwordLastUsed: ago(3), passwordCreated: ago(20), accessKeys: [key('A', 9)] },
  });
});

describe('service and Region of the last use of a key', () => {
  const at = (used: number | undefined, text: string) => ({
    lastUsed: used === undefined ? undefined : ago(used),
    ...{ lastUsedService: `${text}-service`, lastUsedRegion: `${text}-region` },
  });
  const nothing = { lastUsedService: undefined, lastUsedRegion: undefined };

  it.each([
    ['live data, if it is newer', at(2, 'live'), at(3, 'report'), 'live'],
    ['the report, if it is newer', at(3, 'live'), at(2, 'report'), 'report'],
    ['the report, if live data knows no use', at(undefined, 'live'), at(2, 'report'), 'report'],
    ['live data, if both know the same', at(2, 'live'), at(2, 'report'), 'live'],
    ['neither, if the newer has none', { ...at(2, 'live'), ...nothing }, at(3, 'report'), null],
  ])('are those of %s', (_, ofLive, ofReport, expected) => {
    const credentials = live({ accessKeys: [{ ...key('A', 9), ...ofLive }] });
    const row = reportRow({ keys: [{ ...slot(1, 9), ...ofReport }] });
    const [found] = fromLive(identity, credentials, row).accessKeys;
    expect(found).toMatchObject({ used: ofLive.lastUsed });
    expect([found?.lastUsedService, found?.lastUsedRegion]).toEqual(
      expected === null ? [undefined, undefined] : [`${expected}-service`, `${expected}-region`],
    );
    const [ofRow] = fromReport(identity, row).accessKeys;
    expect(ofRow).toMatchObject({ lastUsedService: 'report-service', used: ofReport.lastUsed });
  });

  it("do not come from a slot that may be another key's", () => {
    const accessKeys = [key('A', 20, 5), key('B', 20, 5)];
    const row = reportRow({ keys: [{ ...slot(1, 3), ...at(1, 'report') }] });
    const found = fromLive(identity, live({ accessKeys }), row).accessKeys;
    expect(found.map(({ lastUsedService }) => lastUsedService)).toEqual([undefined, undefined]);
  });
});

describe('a user of the report', () => {
  it('has keys by slot, of which an inactive one may be Inactive or Expired', () => {
    const row = reportRow({
      password: { changed: ago(5) },
      keys: [slot(1, 9, 3), slot(2, 8, undefined, false)],
      certificates: [certificate],
    });
    expect(fromReport(identity, row)).toEqual({
      ...described,
      password: { changed: ago(5) },
      accessKeys: [
        { id: null, slot: 1, status: 'Active', used: ago(3), changed: ago(9) },
        { id: null, slot: 2, status: 'Inactive', used: undefined, changed: ago(8) },
      ],
      unjudged: { certificates: [certificate], other: false },
    });
  });
});
