import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { parseCredentialReport } from '../../../rule/formats/credential-report.ts';
import { reportColumns, reportCsv, row } from '../../builders/report.ts';

const runs = { numRuns: 300, seed: 20261121 };
const used = {
  password_enabled: 'true',
  password_last_used: '2026-08-01T06:30:00+00:00',
  password_last_changed: '2024-01-01T00:00:00Z',
  access_key_1_active: 'true',
  access_key_1_last_rotated: '2024-01-01T00:00:00Z',
  access_key_2_active: 'true',
  access_key_2_last_rotated: '2024-01-01T00:00:00Z',
  access_key_2_last_used_date: '2026-11-20T06:30:00+00:00',
};
const csv = reportCsv([row('alice', used), row('bob,+=.@_-', used), row('carol')]);
const whole = parseCredentialReport(csv).rows;

/** Undefined where the report as a whole was refused. */
function tryParse(text: string) {
  try {
    return parseCredentialReport(text);
  } catch (error) {
    if (error instanceof ExpectedError && error.name === 'CredentialReportError') return undefined;
    throw error;
  }
}

describe('a credential report that was cut short', () => {
  it('never says anything else about a user than the whole report, at any cut', () => {
    for (let length = 0; length < csv.length; length += 1) {
      for (const [arn, cutRow] of tryParse(csv.slice(0, length))?.rows ?? []) {
        expect(cutRow).toEqual(whole.get(arn));
      }
    }
  });

  it('evaluates no user if the cut leaves out a whole field', () => {
    const lastRow = csv.lastIndexOf('\n') + 1;
    for (let length = lastRow + 1; length < csv.lastIndexOf(','); length += 1) {
      expect(tryParse(csv.slice(0, length))).toBeUndefined();
    }
  });

  it.each([
    ...['password_last_used', 'access_key_2_last_used_date', 'access_key_1_last_rotated'],
    ...['user_creation_time', 'access_key_2_active', 'cert_2_active', 'cert_2_last_rotated'],
  ])('evaluates no user if the cut is within the last value, a %s', (last) => {
    const order = [...reportColumns.filter((column) => column !== last), last];
    const text = reportCsv([row('alice', used), row('bob', used)], order);
    const start = text.lastIndexOf(',') + 1;
    for (let length = start; length < text.length; length += 1) {
      expect(tryParse(text.slice(0, length))).toBeUndefined();
    }
    expect(tryParse(text)?.rows.size).toBe(2);
  });

  it('says in which row it ends, unless a line end shows that the row is whole', () => {
    const order = [
      ...reportColumns.filter((column) => column !== 'access_key_2_active'),
      'access_key_2_active',
    ];
    const cut = reportCsv([row('alice', used), row('bob', used)], order).slice(0, -2);
    expect(() => parseCredentialReport(cut)).toThrow(/it ends inside row 4/u);
    const { rows, problems } = parseCredentialReport(`${cut}\n`);
    expect([rows.size, problems.size]).toEqual([1, 1]);
  });

  it.each(['additional_credentials_info', 'access_key_2_last_used_service'])(
    'may end in any text of the column %s, where a cut cannot be told from a value',
    (last) => {
      const order = [...reportColumns.filter((column) => column !== last), last];
      for (const text of ['', '2 more', 'N/']) {
        expect(tryParse(reportCsv([row('alice', { [last]: text })], order))?.rows.size).toBe(1);
      }
    },
  );
});

describe('a credential report', () => {
  it('says the same in any order of columns and rows, with any line ends, quoted or not', () => {
    const order = fc.shuffledSubarray([...reportColumns], { minLength: reportColumns.length });
    const people = [row('alice', used), row('bob,+=.@_-', used), row('carol')];
    const rows = fc.shuffledSubarray(people, { minLength: people.length });
    const ends = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(order, rows, ends, fc.boolean(), (columns, shuffled, end, last) => {
        const text = reportCsv(shuffled, columns).replaceAll('\n', end) + (last ? end : '');
        expect(Object.fromEntries(parseCredentialReport(text).rows)).toEqual(
          Object.fromEntries(whole),
        );
      }),
      runs,
    );
  });

  it('keeps every name that IAM allows unchanged', () => {
    const alphabet = 'abcxyzABCXYZ0189+=,.@_-';
    const name = fc.string({
      unit: fc.constantFrom(...alphabet),
      minLength: 1,
      maxLength: 64,
    });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
        const { rows, problems } = parseCredentialReport(reportCsv(names.map((it) => row(it))));
        expect([...rows.values()].map(({ userName }) => userName)).toEqual(names);
        expect(problems.size).toBe(0);
      }),
      runs,
    );
  });

  it('accepts a path of 512 characters, with every kind of character that paths may have', () => {
    const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
    const path = `/${printable.join('').padEnd(510, 'p')}/`;
    const arn = `arn:aws-us-gov:iam::123456789012:user${path}${'n'.repeat(64)}`;
    const { rows } = parseCredentialReport(reportCsv([{ ...row('n'.repeat(64)), arn }]));
    expect(rows.get(arn)).toMatchObject({ arn, userName: 'n'.repeat(64) });
  });

  it('skips the root user wherever the row is, even with values that no user has', () => {
    const root = {
      ...row('<root_account>', { password_enabled: 'not_supported', cert_1_active: 'maybe' }),
      arn: 'arn:aws:iam::123456789012:root',
    };
    const { rows, problems } = parseCredentialReport(reportCsv([row('alice'), root, row('bob')]));
    expect([...rows.values()].map(({ userName }) => userName)).toEqual(['alice', 'bob']);
    expect(problems.size).toBe(0);
  });
});
