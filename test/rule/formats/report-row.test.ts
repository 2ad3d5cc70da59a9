import { describe, expect, it } from 'vitest';
import { isIncomplete, parseReportDate, readReportRow } from '../../../rule/formats/report-row.ts';
import type { RowValues } from '../../builders/report.ts';

const noKey = (slot: 1 | 2) => ({
  [`access_key_${slot}_active`]: 'false',
  [`access_key_${slot}_last_rotated`]: 'N/A',
  [`access_key_${slot}_last_used_date`]: 'N/A',
});
const base: RowValues = {
  ...{ user: 'someone', arn: 'arn:aws:iam::123456789012:user/someone' },
  ...{ user_creation_time: '2024-01-01T00:00:00Z', password_enabled: 'false' },
  ...{ password_last_used: 'N/A', password_last_changed: 'N/A' },
  ...{ ...noKey(1), ...noKey(2) },
};
const read = (values: RowValues) => readReportRow((column) => ({ ...base, ...values })[column]);

const changed = '2025-02-03T04:05:06Z';
const used = '2026-07-08T09:10:11Z';

describe('a row of the credential report', () => {
  it.each([
    ['was used', { password_last_used: used }, Date.parse(used)],
    ['was never used', { password_last_used: 'no_information' }, undefined],
    ['has no use on record', { password_last_used: 'N/A' }, undefined],
  ])('shows a password that %s', (_, values, expected) => {
    const enabled = { password_enabled: 'true', password_last_changed: changed };
    expect(read({ ...enabled, ...values }).password).toEqual({
      used: expected,
      changed: Date.parse(changed),
    });
  });

  it.each(['true', 'TRUE', 'True'])('takes %s for true', (text) => {
    expect(
      read({ password_enabled: text, password_last_changed: changed }).password,
    ).not.toBeNull();
    expect(read({ cert_2_active: text }).certificates).toEqual([{ status: 'Active' }]);
  });

  it.each(['false', 'FALSE', 'False'])('takes %s for false', (text) => {
    expect(read({ password_enabled: text, password_last_changed: changed }).password).toBeNull();
    expect(read({ cert_1_active: text }).certificates).toEqual([]);
  });

  it('shows active and inactive keys by slot, and no key in a slot without a rotation date', () => {
    const values = {
      access_key_1_last_rotated: changed,
      access_key_2_active: 'true',
      access_key_2_last_rotated: changed,
      access_key_2_last_used_date: used,
    };
    expect(read(values).keys).toEqual([
      { slot: 1, active: false, lastRotated: Date.parse(changed), lastUsed: undefined },
      { slot: 2, active: true, lastRotated: Date.parse(changed), lastUsed: Date.parse(used) },
    ]);
    expect(read({}).keys).toEqual([]);
  });

  it('has the service and Region of the last use of a key, unless they are not such names', () => {
    const of = (service: string, region: string) =>
      read({
        ...{ access_key_1_active: 'true', access_key_1_last_rotated: changed },
        ...{ access_key_1_last_used_service: service, access_key_1_last_used_region: region },
      }).keys.map(({ lastUsedService, lastUsedRegion }) => [lastUsedService, lastUsedRegion])[0];
    expect(of('ses-smtp', 'eu-west-1')).toEqual(['ses-smtp', 'eu-west-1']);
    expect(of('N/A', 'N/A')).toEqual([undefined, undefined]);
    expect(of('s3; nothing unused', 'x'.repeat(65))).toEqual([undefined, undefined]);
    expect(of('a.b-C1', 'x'.repeat(64))).toEqual(['a.b-C1', 'x'.repeat(64)]);
    expect(of('s3\n', '')).toEqual([undefined, undefined]);
  });

  it('shows active and inactive certificates of both slots, whose dates may be unreadable', () => {
    const values = {
      ...{ cert_1_active: 'false', cert_1_last_rotated: changed },
      ...{ cert_2_active: 'true', cert_2_last_rotated: 'yesterday', cert_3_active: 'true' },
    };
    expect(read(values).certificates).toEqual([
      { status: 'Inactive', changed: Date.parse(changed) },
      { status: 'Active' },
    ]);
  });

  it.each([
    ['', null],
    [' ', null],
    ['N/A', null],
    [' 1 more certificate ', '1 more certificate'],
  ])('whose additional credentials are %j has %j', (text, expected) => {
    expect(read({ additional_credentials_info: text }).additionalCredentials).toBe(expected);
  });

  const date = 'a date, since the credential exists';
  const instant = 'N/A, no_information or an ISO 8601 instant with offset';

  it.each([
    [{ password_enabled: 'true' }, 'password_last_changed', 'N/A', date],
    [{ access_key_1_active: 'true' }, 'access_key_1_last_rotated', 'N/A', date],
    [{ access_key_2_active: 'true' }, 'access_key_2_last_rotated', 'N/A', date],
    [{ access_key_1_last_used_date: used }, 'access_key_1_last_rotated', 'N/A', date],
    [{ user_creation_time: 'N/A' }, 'user_creation_time', 'N/A', date],
    [{ password_enabled: 'maybe' }, 'password_enabled', 'maybe', 'true or false'],
    [{ access_key_1_active: '' }, 'access_key_1_active', '', 'true or false'],
    [{ access_key_2_active: 'yes' }, 'access_key_2_active', 'yes', 'true or false'],
    [{ password_last_used: 'n/a' }, 'password_last_used', 'n/a', instant],
    [{ access_key_1_last_used_date: '' }, 'access_key_1_last_used_date', '', instant],
    [
      { access_key_2_last_rotated: 'x'.repeat(50) },
      ...(['access_key_2_last_rotated', 'x'.repeat(40), instant] as const),
    ],
  ])('with the unknown value %j is an error', (values, column, shown, expected) => {
    const message = `${column} is "${shown}"; expected ${expected}`;
    expect(() => read(values as unknown as RowValues)).toThrow(
      expect.objectContaining({ name: 'UserError', message }),
    );
  });
});

it.each([
  ['password_enabled', ' TRUE\t', false],
  ['password_last_used', ' 2026-08-01T06:30:00Z ', false],
  ['password_last_used', ' 2026-08-01T06:30 ', true],
])('spaces around a value of %s do not make it incomplete: %j, %j', (column, value, expected) => {
  expect(isIncomplete(column, value)).toBe(expected);
});

describe('a row without a value', () => {
  it('of a date is an error', () => {
    expect(() => readReportRow(() => undefined)).toThrow(
      'password_last_changed is ""; expected N/A',
    );
  });

  it('of a truth value is an error', () => {
    const field = (column: string) => (/last/u.test(column) ? 'N/A' : undefined);
    expect(() => readReportRow(field)).toThrow('password_enabled is ""; expected true or false');
  });

  it('of a name or ARN has empty ones', () => {
    const { user, arn, ...rest } = base;
    expect(readReportRow((column) => rest[column])).toMatchObject({ userName: '', arn: '' });
  });
});

describe('a date of the credential report', () => {
  it.each([
    ['2026-08-01T06:30:00Z', '2026-08-01T06:30:00Z'],
    ['2026-08-01T06:30:00+00:00', '2026-08-01T06:30:00Z'],
    ['2026-08-01T06:30:00+02:00', '2026-08-01T04:30:00Z'],
    ['2026-08-01T06:30:00.250Z', '2026-08-01T06:30:00.250Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2026-08-31T23:59:59Z', '2026-08-31T23:59:59Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseReportDate(text)).toBe(Date.parse(expected));
  });

  it.each([
    ...['', 'N/A', '2026-08-01', '2026-08-01T06:30:00', '2026-02-29T00:00:00Z', '1764000000'],
    ...['2024-02-30T00:00:00Z', '2026-02-29T00:00:00+02:00', '2026-04-31T00:00:00Z'],
    ...['2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-01-00T00:00:00Z'],
    ...['2026-01-01T25:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01 00:00:00Z'],
    ...['x2026-08-01T06:30:00Z', '2-08-01T06:30:00Z', 'abcd-08-01T06:30:00Z'],
    ...['2026-08-1xT06:30:00Z', '2026-08-01T1x:30:00Z', '2026-08-01T06:3x:00Z'],
    ...['2026-08-01T06:30:61Z', '2026-08-01T06:30:0xZ', '2026-08-01T06:30:00Zx'],
  ])('%j is invalid', (text) => {
    expect(parseReportDate(text)).toBeUndefined();
  });
});
