import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCredentialReport } from '../../../rule/formats/credential-report.ts';
import { reportColumns, reportCsv, row } from '../../builders/report.ts';

const created = '2024-01-01T00:00:00+00:00';
const password = {
  password_enabled: 'true',
  password_last_used: '2026-08-01T06:30:00Z',
  password_last_changed: created,
};
const people = [row('alice', password), row('bob')];
const csv = reportCsv(people);

function parse(text: string) {
  const { rows, problems } = parseCredentialReport(text);
  return {
    users: [...rows.values()].map(({ userName }) => userName),
    problems: [...problems.values()],
  };
}

describe('a credential report', () => {
  it("gives every user's row by ARN, and none of the root user", () => {
    const { rows, problems } = parseCredentialReport(csv);
    expect([...rows.keys()]).toEqual([
      'arn:aws:iam::123456789012:user/alice',
      'arn:aws:iam::123456789012:user/bob',
    ]);
    expect(rows.get('arn:aws:iam::123456789012:user/alice')).toEqual({
      userName: 'alice',
      arn: 'arn:aws:iam::123456789012:user/alice',
      createDate: Date.parse(created),
      password: { used: Date.parse('2026-08-01T06:30:00Z'), changed: Date.parse(created) },
      keys: [],
      certificates: [],
      additionalCredentials: null,
    });
    expect(problems.size).toBe(0);
  });

  it("has the accounts of all its rows, including the root user's, and ignores text that is not an ARN", () => {
    const arns = [
      'arn:aws:iam::111111111111:user/a',
      'arn:aws-us-gov:iam::222222222222:user/b',
      'xarn:aws:iam::333333333333:user/c',
      'arn:aws:iam::44444444444:user/d',
      'arn:aws:iam::x55555555555:user/e',
      '',
    ];
    const text = reportCsv(arns.map((arn) => row('x', { arn })));
    expect([...parseCredentialReport(text).accountIds]).toEqual(['111111111111', '222222222222']);
    expect([...parseCredentialReport(reportCsv([])).accountIds]).toEqual(['123456789012']);
  });

  it('as IAM writes it is read as the golden file says', () => {
    const file = (name: string) =>
      readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
    const { rows, problems } = parseCredentialReport(file('credential-report.csv'));
    const iso = (_: string, value: unknown) =>
      typeof value === 'number' && value > 1e11 ? new Date(value).toISOString() : value;
    const read = JSON.parse(
      JSON.stringify({ rows: [...rows.values()], problems: [...problems.values()] }, iso),
    );
    expect(read).toEqual(JSON.parse(file('credential-report.json')));
  });

  it.each([
    ['columns in another order', reportCsv(people, reportColumns.toReversed())],
    ['new columns', reportCsv(people, ['new', ...reportColumns, 'newer'])],
    ['a byte order mark', `\uFEFF${csv}`],
    ['CRLF', csv.replaceAll('\n', '\r\n')],
    ['a line end at the end', `${csv}\n`],
    ['empty lines', csv.replaceAll('\n', '\n\n')],
    ['every field quoted', csv.replaceAll(/[^,\n]+/gu, '"$&"')],
    ['no root user', csv.replace(/^<root.*\n/mu, '')],
    [
      'only the columns that are needed',
      reportCsv(
        people,
        reportColumns.filter((column) => !/cert|region|service|mfa|next/u.test(column)),
      ),
    ],
  ])('may have %s', (_, text) => {
    expect(parse(text)).toEqual({ users: ['alice', 'bob'], problems: [] });
  });

  it('may have no users', () => {
    expect(parse(reportCsv([]))).toEqual({ users: [], problems: [] });
  });

  it.each(['+=,.@_-', 'a'.repeat(64), '"quoted"', '__proto__', 'constructor', 'a\uFEFFb', ''])(
    'takes the name %s as it is',
    (name) => {
      expect(parse(reportCsv([row(name)])).users).toEqual([name]);
    },
  );

  it.each([
    ['empty', '', 'it has no rows'],
    ['only a header', csv.slice(0, csv.indexOf('\n')), 'it has no rows'],
    [
      'cut short in a row',
      csv.slice(0, -40),
      'row 4 has 14 fields, but the header has 22; the report may have been cut short',
    ],
    [
      'without a needed column',
      csv.replace('password_last_used', 'x').replace('access_key_2_active', 'y'),
      'the header lacks password_last_used, access_key_2_active',
    ],
    ['with a column twice', csv.replace('mfa_active', 'user'), 'the header names a column twice'],
    [
      'with a quote that does not end',
      `${csv}\n"`,
      'it is not CSV: row 5: Quoted field unterminated',
    ],
    ['some other text', 'hello\nworld', 'the header lacks user, arn'],
  ])('that is %s evaluates no user', (_, text, what) => {
    expect(() => parseCredentialReport(text)).toThrow(
      expect.objectContaining({
        name: 'CredentialReportError',
        message: expect.stringMatching(
          new RegExp(
            `^The credential report cannot be read: ${what}.*No user was evaluated by it. Download a complete report \\(aws iam get-credential-report\\) or wait for the next evaluation\\.$`,
            'u',
          ),
        ),
      }),
    );
  });

  it.each([
    ...['user', 'arn', 'user_creation_time'],
    ...['password_enabled', 'password_last_used', 'password_last_changed'],
    ...['access_key_1_active', 'access_key_1_last_rotated', 'access_key_1_last_used_date'],
    ...['access_key_2_active', 'access_key_2_last_rotated', 'access_key_2_last_used_date'],
  ])('needs the column %s', (column) => {
    const order = reportColumns.filter((name) => name !== column);
    expect(() => parseCredentialReport(reportCsv([row('a')], order))).toThrow(
      `the header lacks ${column}. `,
    );
  });

  it.each([2, 3])('with %i rows of a user has a problem with that user only', (times) => {
    const rows = [...Array<string>(times).fill('twice'), 'once'].map((name) => row(name));
    expect(parse(reportCsv(rows))).toEqual({
      users: ['once'],
      problems: [
        {
          arn: 'arn:aws:iam::123456789012:user/twice',
          message: 'the credential report has more than one row for this user',
        },
      ],
    });
  });

  it('with an unreadable row twice has one problem with that user', () => {
    const bad = row('bad', { password_enabled: 'maybe' });
    expect(parse(reportCsv([bad, bad]))).toMatchObject({
      users: [],
      problems: [{ message: 'the credential report has more than one row for this user' }],
    });
  });

  const tooMany = (line: number) =>
    `credential report, row ${line} has 23 fields, but the header has 22`;

  it("with a row of too many fields has a problem with that row's user only, wherever the row is", () => {
    const alice = 'arn:aws:iam::123456789012:user/alice';
    const inTheMiddle = csv.replace(/^(alice,.*)$/mu, '$1,x');
    expect(parse(inTheMiddle)).toEqual({
      users: ['bob'],
      problems: [{ arn: alice, message: tooMany(3) }],
    });
    expect(parse(`${csv},x`)).toMatchObject({
      users: ['alice'],
      problems: [{ message: tooMany(4) }],
    });
    expect(parse(`${csv}\n${csv.split('\n').at(-1)},x`)).toMatchObject({
      ...{ users: ['alice'], problems: [{ message: tooMany(5) }] },
    });
    expect(parse(csv.replace(/^(<root.*)$/mu, '$1,x'))).toEqual({
      users: ['alice', 'bob'],
      problems: [],
    });
  });

  it('with a name that holds a comma and is not quoted has a problem with that row, not with the user whose name it begins with', () => {
    const text = csv.replaceAll('bob', 'alice,x');
    expect(parse(text)).toMatchObject({ users: ['alice'], problems: [{ arn: 'row 4' }] });
  });

  it('with an unreadable value has a problem with that user only, naming row, column, value and what was expected', () => {
    const rows = [row('good'), row('bad', { user_creation_time: '01/08/2026' })];
    expect(parse(reportCsv(rows))).toEqual({
      users: ['good'],
      problems: [
        {
          arn: 'arn:aws:iam::123456789012:user/bad',
          message:
            'credential report, row 4: user_creation_time is "01/08/2026"; expected N/A, no_information or an ISO 8601 instant with offset',
        },
      ],
    });
  });
});
