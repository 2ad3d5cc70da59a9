import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { reportCsv, row } from '../../../builders/report.ts';
import {
  alice,
  asOf,
  bob,
  eve,
  keyValues,
  mixedReport,
  passwordValues,
} from '../../report-rows.ts';
import { useTemporaryFolder } from '../../temporary-folder.ts';
import { auditRows, readAuditOutput } from '../output.ts';

const folder = useTemporaryFolder();

describe('CSV', () => {
  it('has a header and a row per user, and quotes where needed', async () => {
    const csv = reportCsv([
      row('c,d "e"', {
        ...passwordValues(400, 112),
        ...keyValues(2, 90),
        access_key_2_last_used_service: 's3',
        access_key_2_last_used_region: '=1+1',
      }),
    ]);
    const { stdout } = await auditRows(csv, '--format', 'csv');
    expect(stdout).toMatchInlineSnapshot(`
      "accountId,userName,arn,userId,compliance,category,unused,lastActivity,annotation,lastUsedService,lastUsedRegion,unjudged,becomesUnused,exemption
      123456789012,"c,d ""e""","arn:aws:iam::123456789012:user/c,d ""e""",,NON_COMPLIANT,inactive-user,password access-key-2,2026-08-23T06:30:00Z,"password used 2026-08-01 (112 days, limit 45); key 2 never used, since 2026-08-23 (90, limit 45); key 2 last used by s3",s3,,,,
      "
    `);
  });

  it('can be read back', async () => {
    const { stdout } = await auditRows(
      reportCsv([bob, row('a "quoted", name')]),
      '--format',
      'csv',
    );
    const { data, errors } = Papa.parse<string[]>(stdout.trimEnd());
    expect(errors).toEqual([]);
    expect(data.map(([, name]) => name)).toEqual(['userName', 'a "quoted", name', 'bob']);
  });
});

describe('--only non-compliant', () => {
  it.each(['table', 'json', 'csv'])('leaves COMPLIANT users out of %s', async (format) => {
    const { stdout, code } = await auditRows(
      mixedReport,
      '--only',
      'non-compliant',
      '--format',
      format,
    );
    expect(code).toBe(1);
    expect(stdout).toContain('bob');
    expect(stdout).not.toContain('alice');
  });
});

describe('--output', () => {
  it.each(['table', 'json', 'jsonl', 'csv', 'markdown'])(
    'writes the same %s as standard output, which shows the summary instead',
    async (format) => {
      const shown = await auditRows(mixedReport, '--format', format);
      const name = `result-${format}`;
      const file = folder.file(name, 'something longer that was there before\n');
      const written = await auditRows(mixedReport, '--format', format, '--output', file);
      expect(written).toMatchObject({ code: shown.code, stderr: shown.stderr });
      expect(written.stdout).toMatch(/^1 of 2 users .*\nUnused: .*\nWrote .*result-/u);
      expect(folder.read(name)).toBe(shown.stdout);
    },
  );

  it('may be repeated, and each ending chooses its format', async () => {
    const names = ['o.json', 'o.JSONL', 'o.csv', 'o.md', 'o.txt', 'o'];
    const args = names.flatMap((name) => ['--output', folder.file(name, '')]);
    const { stdout } = await auditRows(mixedReport, ...args);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^Wrote .*/${name}$`, 'mu'));
    const starts = names.map((name) => folder.read(name).slice(0, 8));
    expect(starts).toEqual([
      '{\n  "asO',
      '{"type":',
      'accountI',
      '## Unuse',
      '1 of 2 u',
      '1 of 2 u',
    ]);
  });

  it('shows nothing with --quiet', async () => {
    const file = folder.file('quiet.json', '');
    const run = await auditRows(mixedReport, '--output', file, '--quiet');
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: '' });
  });
});

describe('--by credential', () => {
  const csv = reportCsv([bob, row('none')]);

  it('has a row for each usable credential in CSV, with its own dates', async () => {
    const { stdout } = await auditRows(csv, '--format', 'csv', '--by', 'credential');
    const { data } = Papa.parse<Record<string, string>>(stdout.trimEnd(), { header: true });
    expect(data).toMatchObject([
      {
        ...{ userName: 'bob', type: 'password', id: '', slot: '', status: 'Active' },
        ...{ created: '2025-10-17T06:30:00Z', lastUsed: '2026-08-01T06:30:00Z' },
        ...{ idleDays: '112', limitDays: '45', unused: 'true' },
        becomesUnused: '2026-09-15T06:30:00Z',
      },
      { userName: 'bob', type: 'access-key', slot: '2', idleDays: '0', unused: 'false' },
    ]);
  });

  it('has a line for each usable credential in JSON Lines', async () => {
    const { stdout } = await auditRows(csv, '--format', 'jsonl', '--by', 'credential');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'credential', credentialType: 'password', userName: 'bob', idleDays: 112 },
      { type: 'credential', credentialType: 'access-key', userName: 'bob', unused: false },
      { type: 'result', asOf, summary: { users: 2 } },
    ]);
  });
});

describe('JSON Lines', () => {
  it('has a line for each user and error, and the rest at the end', async () => {
    const { stdout } = await auditRows(reportCsv([alice, eve]), '--format', 'jsonl');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'user', userName: 'alice', credentials: [{ type: 'password' }] },
      { type: 'error', arn: expect.stringContaining('eve'), accountId: '123456789012' },
      { type: 'result', accounts: [{ accountId: '123456789012' }], summary: { errors: 1 } },
    ]);
    expect(lines[2]).not.toHaveProperty('users');
  });
});

/** Names that try to be more than text in one of the formats. */
const hostile = [
  ...['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</script><b>', "'; --"],
  ...['=cmd|/C calc!A0', '@mention', '#1', '| a | b |', '[x](http://evil)', '![x](http://evil)'],
  ...[
    '`code` `',
    '``` x',
    '**b** _i_ ~~s~~',
    'http://evil.example',
    'a\\|b',
    '{{7*7}}',
    '$' + '{7*7}',
  ],
  ...['\u001B[2J', 'a\u202Eb', 'line\nline', 'tab\tb', '\u2028x'],
];

describe('hostile names', () => {
  const csv = reportCsv(hostile.map((name) => row(name, passwordValues(100))));

  it('are whole and harmless in JSON and JSON Lines', async () => {
    for (const format of ['json', 'jsonl']) {
      const { stdout } = await auditRows(csv, '--format', format);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      const texts = format === 'json' ? [stdout] : stdout.trimEnd().split('\n');
      const values = texts.map((text) => JSON.parse(text));
      const users = format === 'json' ? values[0].users : values.slice(0, -1);
      const names = users.map(({ userName }: { userName: string }) => userName);
      expect(names.toSorted()).toEqual(hostile.toSorted());
    }
  });

  it('stay in their cell in Markdown, as code', async () => {
    const { stdout } = await auditRows(csv, '--format', 'markdown');
    const rows = stdout.split('\n').filter((line) => line.includes('NON\\_COMPLIANT'));
    expect(rows).toHaveLength(hostile.length);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    for (const line of rows) {
      // Every vertical bar ends a cell, and the name is between the only two backticks.
      expect(line.split('|')).toHaveLength(7);
      expect(line).toMatch(/^\| `[^`]+` \| NON/u);
    }
  });

  it('of a service are no link in Markdown', async () => {
    const service = { access_key_1_last_used_service: 'www.evil.example' };
    const user = row('ann', { ...keyValues(1, 300, 100), ...service });
    const { stdout } = await auditRows(reportCsv([user]), '--format', 'markdown');
    expect(stdout).toContain('key 1 last used by www\\.evil.example');
  });

  it('are on a line of their own in a table', async () => {
    const { stdout } = await auditRows(csv);
    expect(stdout.match(/ 100 days +password/gu)).toHaveLength(hostile.length);
  });
});

describe('a user name', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tname',
    '\rname',
    '\nname',
    '\uFF1D1+1',
    '\uFF20SUM(A1)',
    '=a\nb',
    '=a\rb',
    '@a\u2028b',
    '=HYPERLINK("http://x")',
  ])('%j is harmless in a spreadsheet', async (name) => {
    const { stdout } = await auditRows(
      reportCsv([row(name, passwordValues(10))]),
      '--format',
      'csv',
    );
    const { data } = Papa.parse<string[]>(stdout, { skipEmptyLines: true, newline: '\n' });
    expect(data[1]?.[1]).toBe(`'${name}`);
  });

  it.each([
    ['ESC', 'a\u001B[31mb'],
    ['CR', 'a\rb'],
    ['LF', 'a\nb'],
    ['BEL', 'a\u0007b'],
    ['right-to-left override', 'a\u202Eb'],
    ['C1 CSI', 'a\u009B31mb'],
    ['DEL', 'a\u007Fb'],
    ['line separator', 'a\u2028b'],
  ])('with %s is spelled out in the table and on standard error', async (_, name) => {
    const broken = row(`${name}2`, { ...passwordValues(10), user_creation_time: name });
    const csv = reportCsv([row(name, passwordValues(100)), broken]);
    const { code, stdout, stderr } = await auditRows(csv);
    expect(code).toBe(2);
    expect(stderr).toContain('Could not evaluate ');
    expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    // The name itself, its character spelled out, on one line.
    expect(stdout).toMatch(/^a\\u\{[0-9a-f]+\}.*b +100 days/mu);
  });

  it('with any of them is whole in JSON', async () => {
    const name = 'a\u001B\r\n\u202E\u009B"b,\\';
    const { stdout } = await auditRows(reportCsv([row(name)]), '--format', 'json');
    expect(readAuditOutput(stdout).users[0]?.userName).toBe(name);
  });
});
