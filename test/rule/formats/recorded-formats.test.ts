import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../rule/core/annotation.ts';
import { parseRuleEvent } from '../../../rule/formats/config-event.ts';
import { parseCredentialReport, rowCovers } from '../../../rule/formats/credential-report.ts';
import {
  fromLive,
  fromReport,
  type LiveAccessKey,
  matchSlots,
} from '../../../rule/formats/user-snapshot.ts';
import { parameters } from '../../builders/core-user.ts';
import { ruleEvent } from '../../builders/rule-event.ts';

// The fixtures have details of recorded reports and events that AWS's documentation does not show.
const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
const arnOf = (name: string) => `arn:aws:iam::210987654321:user/${name}`;
const at = Date.parse;
const report = parseCredentialReport(fixture('recorded-report-z.csv'));

function rowOf(name: string) {
  const row = report.rows.get(arnOf(name));
  if (row === undefined) throw new Error(`no row of ${name}`);
  return row;
}

/** The verdict by the report alone, and its reason, on a day. */
function verdictOn(name: string, day: string): string {
  const row = rowOf(name);
  const identity = { userName: row.userName, userId: null, arn: row.arn, path: '/', tags: [] };
  const { assessment, annotation } = judge(fromReport(identity, row), {
    ...{ parameters: parameters(), now: at(day) },
  });
  return `${assessment.compliance}: ${annotation}`;
}

describe('a report with dates in Z and no line end at its end', () => {
  it('has every user, in whatever order, and not the root user', () => {
    expect(fixture('recorded-report-z.csv')).toMatch(/Z,.*false,N\/A$/u);
    expect([...report.rows.values()].map(({ userName }) => userName)).toEqual(
      'robot ada former-visitor signer just-used'.split(' '),
    );
    expect(report.problems.size).toBe(0);
    expect([...report.accountIds]).toEqual(['210987654321']);
  });

  it.each([
    ['ci/robot', '2026-11-16T09:15:31Z', 'COMPLIANT: becomes unused 2026-11-16: key 1'],
    [
      'ci/robot',
      '2026-11-16T09:15:32Z',
      'NON_COMPLIANT: key 1 never used, since 2026-10-02 (45 days, limit 45)',
    ],
    ['ada', '2026-11-16T09:15:20Z', 'COMPLIANT: becomes unused 2026-11-16: password'],
    [
      'ada',
      '2026-11-16T09:15:21Z',
      'NON_COMPLIANT: password never used, since 2026-10-02 (45 days, limit 45)',
    ],
    ['former-visitor', '2026-12-01T00:00:00Z', 'COMPLIANT: no password or active access key'],
    [
      'signer',
      '2026-12-01T00:00:00Z',
      'COMPLIANT: no password or active access key; certificates not evaluated',
    ],
    ['just-used', '2026-10-02T09:15:40Z', 'COMPLIANT: becomes unused 2026-11-16: key 1'],
  ])('gives %s at %s the verdict %s', (name, day, verdict) => {
    expect(verdictOn(name, day)).toBe(verdict);
  });
});

describe('two keys of one second, of which one is inactive', () => {
  const created = at('2026-10-02T09:15:32Z');
  const liveKey = (id: string, status: LiveAccessKey['status']): LiveAccessKey => {
    return { id, status, createDate: created, lastUsed: undefined };
  };
  const active = liveKey('AKIAACTIVE', 'Active');
  const inactive = liveKey('AKIAINACTIVE', 'Inactive');
  const slotsOf = (keys: readonly LiveAccessKey[]) =>
    matchSlots(keys, rowOf('ci/robot').keys).map((change) => change?.slot);

  it.each([[[active, inactive]], [[inactive, active]]])(
    'belong to the slots of their status, in either order of the listing',
    (...[keys]) => {
      expect(slotsOf(keys)).toEqual(keys.map((key) => (key === active ? 1 : 2)));
    },
  );

  it('have the date of that second, whatever slot they have, if neither is inactive any more', () => {
    const both = [active, { ...inactive, status: 'Active' as const }];
    const dates = matchSlots(both, rowOf('ci/robot').keys).map((change) => change?.lastRotated);
    expect(dates).toEqual([created, created]);
  });

  it('name the one that is due by its ID', () => {
    const row = rowOf('ci/robot');
    const identity = { ...row, userId: 'AIDAROBOT', path: '/ci/', tags: [] };
    const credentials = {
      ...{ passwordLastUsed: undefined, loginProfileCreateDate: null },
      accessKeys: [inactive, active],
    };
    expect(rowCovers(credentials, row, created + 60_000)).toBe(true);
    const basis = { parameters: parameters(), now: at('2026-12-01T00:00:00Z') };
    expect(judge(fromLive(identity, credentials, row), basis).annotation).toMatch(
      /^key AKIAACTIVE never used/u,
    );
  });
});

describe('a report with dates in +00:00', () => {
  const older = parseCredentialReport(fixture('recorded-report-offset.csv'));

  it('has its root user, of whom some values are not supported, skipped', () => {
    expect([...older.rows.keys()]).toEqual([arnOf('Zoe'), arnOf('worker')]);
    expect(older.rows.get(arnOf('Zoe'))).toMatchObject({
      createDate: at('2016-02-03T04:05:06Z'),
      password: { used: undefined, changed: at('2016-02-03T04:06:07Z') },
      keys: [{ slot: 1, active: true, lastUsed: undefined }],
    });
  });

  it('gives no verdict on a name that has two rows', () => {
    expect([...older.problems.values()]).toEqual([
      {
        arn: arnOf('twin'),
        message: 'the credential report has more than one row for this user',
      },
    ]);
  });
});

describe('the event of a user who did not change, when the rule is evaluated again', () => {
  it('is read as a repetition of an item that was captured hours before', () => {
    const message = JSON.parse(fixture('re-evaluation.json'));
    expect(message.configurationItemDiff).toBeNull();
    expect(parseRuleEvent(ruleEvent(message, '{}', { accountId: '210987654321' }))).toEqual({
      ...{ kind: 'change', ruleName: 'unused-iam-credentials', accountId: '210987654321' },
      ...{ resultToken: 'myResultToken', inputParameters: {}, leftScope: false, isRepeated: true },
      item: {
        ...{ resourceType: 'AWS::IAM::User', resourceId: 'AIDAADALOVELACE000001' },
        ...{ resourceName: 'ada', arn: arnOf('ada'), status: 'ResourceDiscovered' },
        captureTime: at('2026-11-21T03:29:10.807Z'),
      },
    });
  });
});
