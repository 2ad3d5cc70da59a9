import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { renderVerdictTable } from '../../../cli/audit/render.ts';
import { styleFor } from '../../../cli/terminal/style.ts';
import { reportCsv, row } from '../../builders/report.ts';
import { alice, asOf, bob, eve, keyValues, mixedReport, passwordValues } from '../report-rows.ts';
import { runCli } from '../run-cli.ts';
import { runInProcess } from '../run-in-process.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';
import { readAuditOutput } from './output.ts';

const folder = useTemporaryFolder();

/** Evaluates what standard input holds as of the instant of these tests. */
function audit(stdin: string, ...args: readonly string[]) {
  return runInProcess(['audit', '--report', '-', '--as-of', asOf, ...args], { stdin });
}

describe('the table', () => {
  it('has a line per user, NON_COMPLIANT first, and the counts', async () => {
    const { stdout } = await audit(reportCsv([alice, bob, eve]));
    expect(stdout).toMatchInlineSnapshot(`
      "USER   COMPLIANCE     CATEGORY         REASON
      bob    NON_COMPLIANT  unused-password  password used 2026-08-01 (112 days, limit 45)
      alice  COMPLIANT      active           becomes unused 2027-01-04: password

      1 COMPLIANT, 1 NON_COMPLIANT, 1 could not be evaluated as of 2026-11-21T06:30:00Z
      "
    `);
  });

  it('is what no --format gives', async () => {
    expect(await audit(mixedReport)).toEqual(await audit(mixedReport, '--format', 'table'));
  });

  it('renders the users of an organization', () => {
    const line = { name: 'user', compliance: 'COMPLIANT', category: 'active', reason: 'none' };
    const table = renderVerdictTable(Array(130_000).fill(line), styleFor({ isTTY: false }), 80);
    expect(table.split('\n')).toHaveLength(130_001);
  });

  it('has no escape codes in a pipe of a color terminal', async () => {
    const env = { TERM: 'xterm-256color' };
    const args = ['audit', '--report', '-', '--as-of', asOf];
    const { stdout, stderr } = await runCli(args, { stdin: mixedReport, env });
    expect(stdout).toContain('NON_COMPLIANT');
    expect(stdout + stderr).not.toContain('\u001B');
  });
});

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
    const { stdout } = await audit(csv, '--format', 'csv');
    expect(stdout).toMatchInlineSnapshot(`
      "accountId,userName,arn,userId,compliance,category,unused,lastActivity,annotation,lastUsedService,lastUsedRegion,unjudged
      123456789012,"c,d ""e""","arn:aws:iam::123456789012:user/c,d ""e""",,NON_COMPLIANT,inactive-user,password access-key-2,2026-08-23T06:30:00Z,"password used 2026-08-01 (112 days, limit 45); key 2 never used, since 2026-08-23 (90, limit 45); key 2 last used by s3",s3,,
      "
    `);
  });

  it('can be read back', async () => {
    const { stdout } = await audit(reportCsv([bob, row('a "quoted", name')]), '--format', 'csv');
    const { data, errors } = Papa.parse<string[]>(stdout.trimEnd());
    expect(errors).toEqual([]);
    expect(data.map(([, name]) => name)).toEqual(['userName', 'a "quoted", name', 'bob']);
  });
});

describe('--only non-compliant', () => {
  it.each(['table', 'json', 'csv'])('leaves COMPLIANT users out of %s', async (format) => {
    const { stdout, code } = await audit(
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
  it.each(['table', 'json', 'csv'])('writes the same %s as standard output', async (format) => {
    const shown = await audit(mixedReport, '--format', format);
    const file = folder.file(`result.${format}`, 'something longer that was there before\n');
    const written = await audit(mixedReport, '--format', format, '--output', file);
    expect(written).toEqual({ ...shown, stdout: '' });
    expect(folder.read(`result.${format}`)).toBe(shown.stdout);
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
    '=a\nb',
    '=a\rb',
    '@a\u2028b',
    '=HYPERLINK("http://x")',
  ])('%j is harmless in a spreadsheet', async (name) => {
    const { stdout } = await audit(reportCsv([row(name, passwordValues(10))]), '--format', 'csv');
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
    const csv = reportCsv([row(name, passwordValues(10)), broken]);
    const { code, stdout, stderr } = await audit(csv);
    expect(code).toBe(2);
    expect(stderr).toContain('Could not evaluate ');
    expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    // The name itself, its character spelled out, on one line.
    expect(stdout).toMatch(/^a\\u\{[0-9a-f]+\}.*b +COMPLIANT/mu);
  });

  it('with any of them is whole in JSON', async () => {
    const name = 'a\u001B\r\n\u202E\u009B"b,\\';
    const { stdout } = await audit(reportCsv([row(name)]), '--format', 'json');
    expect(readAuditOutput(stdout).users[0]?.userName).toBe(name);
  });
});
