import { describe, expect, it } from 'vitest';
import { renderTrend, sparkline } from '../../../cli/audit/trend/show.ts';
import type { Trend, TrendPoint } from '../../../cli/audit/trend/trend.ts';
import { styleFor } from '../../../cli/terminal/style.ts';
import { reportCsv, row } from '../../builders/report.ts';
import { expectRefusal } from '../refusal.ts';
import { alice, asOf, bob, inAccount, passwordValues } from '../report-rows.ts';
import { runInProcess } from '../run-in-process.ts';
import { awsCliJson, useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();
const carol = row('carol', passwordValues(400, 300));

/** The JSON of an audit as of that instant. */
async function jsonOf(csv: string, at: string, ...args: readonly string[]): Promise<string> {
  const all = ['audit', '--report', '-', '--as-of', at, '--format', 'json', ...args];
  return (await runInProcess(all, { stdin: csv })).stdout;
}

/** Audits alice and bob with the files of a new folder. */
async function auditWith(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  ...args: readonly string[]
) {
  const path = folder.folder(name);
  for (const [file, text] of Object.entries(files)) folder.file(`${name}/${file}`, text);
  const all = ['audit', '--report', '-', '--as-of', asOf, '--trend', path, ...args];
  return runInProcess(all, { stdin: reportCsv([alice, bob]) });
}

async function trendOf(...given: Parameters<typeof auditWith>) {
  const [name, files, ...args] = given;
  const run = await auditWith(name, files, ...args, '--format', 'json');
  const { trend }: { trend: Trend } = JSON.parse(run.stdout);
  return { ...run, trend };
}

const countsOf = ({ points }: Trend) =>
  points.map(({ day, nonCompliant, unusedCredentials }) => [day, nonCompliant, unusedCredentials]);

describe('audit --trend', () => {
  it('counts what was unused by day, with this audit as the last point', async () => {
    const { trend, code } = await trendOf('days', {
      'b.json': await jsonOf(reportCsv([alice, bob, carol]), '2026-11-19T06:00:00Z'),
      'a.json': await jsonOf(reportCsv([alice]), '2026-11-20T06:00:00Z'),
    });
    expect(code).toBe(1);
    expect(countsOf(trend)).toEqual([
      ['2026-11-19', 2, 2],
      ['2026-11-20', 0, 0],
      ['2026-11-21', 1, 1],
    ]);
    expect(trend.points.map(({ accounts }) => accounts[0]?.file)).toEqual([
      'b.json',
      'a.json',
      null,
    ]);
    expect(trend.notes).toEqual([]);
  });

  it('uses the last result of a day, and prefers this audit to another of the same instant', async () => {
    const { trend } = await trendOf('last', {
      'z-early.json': await jsonOf(reportCsv([bob, carol]), '2026-11-20T05:59:59Z'),
      'a-late.json': await jsonOf(reportCsv([alice]), '2026-11-20T23:59:59Z'),
      'same.json': await jsonOf(reportCsv([bob, carol]), asOf),
      'early.json': await jsonOf(reportCsv([bob, carol]), '2026-11-21T01:00:00Z'),
    });
    expect(countsOf(trend)).toEqual([
      ['2026-11-20', 0, 0],
      ['2026-11-21', 1, 1],
    ]);
  });

  it('leaves out results that are later than this audit, and says so', async () => {
    const { trend } = await trendOf('later', {
      'before.json': await jsonOf(reportCsv([bob]), '2026-11-20T06:00:00Z'),
      'same-day.json': await jsonOf(reportCsv([bob, carol]), '2026-11-21T07:00:00Z'),
      'next-day.json': await jsonOf(reportCsv([bob, carol]), '2026-11-22T06:00:00Z'),
    });
    expect(countsOf(trend)).toEqual([
      ['2026-11-20', 1, 1],
      ['2026-11-21', 1, 1],
    ]);
    expect(trend.notes).toEqual([
      'not used, because they are later than this audit: next-day.json, same-day.json',
    ]);
  });

  it('says that there is no earlier result', async () => {
    const { stdout } = await auditWith('empty', {});
    expect(stdout).toContain('Over time: 1 day, 2026-11-21. There is no earlier result.\n');
  });

  it('keeps the accounts of a result together, on the day of its latest one', async () => {
    const path = folder.folder('midnight');
    const audit = (days: readonly [string, string], ...args: readonly string[]) => {
      const reports = [reportCsv([bob]), reportCsv(inAccount('210987654321', [bob, carol]))];
      const files = reports.flatMap((csv, index) => [
        ...['--report', folder.file(`${index}.txt`, awsCliJson(csv, days[index]))],
      ]);
      return runInProcess(['audit', ...files, ...args, '--format', 'json']);
    };
    const earlier = await audit(['2026-11-18T23:59:00Z', '2026-11-19T00:01:00Z']);
    folder.file('midnight/1.json', earlier.stdout);
    const run = await audit(['2026-11-15T06:00:00Z', '2026-11-20T06:00:00Z'], '--trend', path);
    const { summary, trend }: { summary: { nonCompliant: number }; trend: Trend } = JSON.parse(
      run.stdout,
    );
    expect(summary.nonCompliant).toBe(3);
    expect(countsOf(trend)).toEqual([
      ['2026-11-19', 3, 3],
      ['2026-11-20', 3, 3],
    ]);
    expect(trend.notes).toEqual([]);
  });

  it('adds up the accounts of a day, and says which accounts are not on all days', async () => {
    const other = reportCsv(inAccount('210987654321', [bob, carol]));
    const { trend, stderr } = await trendOf('accounts', {
      'first.json': await jsonOf(reportCsv([bob]), '2026-11-20T06:00:00Z'),
      'second.json': await jsonOf(other, '2026-11-20T07:00:00Z'),
    });
    expect(countsOf(trend)).toEqual([
      ['2026-11-20', 3, 3],
      ['2026-11-21', 1, 1],
    ]);
    const note = 'the accounts differ between the 2 days; these are on fewer: 210987654321 (1)';
    expect(trend.notes).toEqual([note]);
    expect(stderr).toContain(`Note: ${note}\n`);
  });

  it('does not count an account that could not be read as one without unused credentials', async () => {
    const result = JSON.parse(await jsonOf(reportCsv([bob]), '2026-11-20T06:00:00Z'));
    result.accounts[0].failure = 'denied';
    const { trend } = await trendOf('failed', { 'failed.json': JSON.stringify(result) });
    expect(countsOf(trend)).toEqual([['2026-11-21', 1, 1]]);
  });

  it('says on which days a parameter had another value', async () => {
    const args = ['--max-password-usage-age', '90'];
    const { trend } = await trendOf('parameters', {
      '1.json': await jsonOf(reportCsv([bob]), '2026-11-18T06:00:00Z', ...args),
      '2.json': await jsonOf(reportCsv([bob]), '2026-11-19T06:00:00Z', ...args),
      '3.json': await jsonOf(
        reportCsv([bob]),
        '2026-11-20T06:00:00Z',
        ...['--exempt-path-prefixes', '/a/,/b/'],
      ),
    });
    expect(trend.notes).toEqual([
      'from 2026-11-18 to 2026-11-19 maxPasswordUsageAge was 90, now 45',
      'on 2026-11-20 exemptPathPrefixes was /a/,/b/, now none',
    ]);
  });

  it('reads results without accounts, which older versions wrote', async () => {
    const withoutAccounts = async (csv: string, at: string, ...args: readonly string[]) => {
      const { accounts: _, ...rest } = JSON.parse(await jsonOf(csv, at, ...args));
      return JSON.stringify(rest);
    };
    const both = reportCsv([alice, bob, ...inAccount('210987654321', [bob])]);
    const { trend } = await trendOf('older', {
      '1.json': await withoutAccounts(reportCsv([alice, bob]), '2026-11-18T06:00:00Z'),
      '2.json': await withoutAccounts(both, '2026-11-19T06:00:00Z', '--only', 'non-compliant'),
    });
    expect(trend.points).toMatchObject([
      { day: '2026-11-18', users: 2, nonCompliant: 1, unusedCredentials: null },
      { day: '2026-11-19', users: null, nonCompliant: 2, unusedCredentials: null },
      { day: '2026-11-21', users: 2, nonCompliant: 1, unusedCredentials: 1 },
    ]);
  });

  it('reads a result in UTF-16 with a byte order mark, as PowerShell writes it', async () => {
    const text = await jsonOf(reportCsv([alice, bob]), '2026-11-19T06:00:00Z');
    const { trend } = await trendOf('utf16', { '1.json': Buffer.from(`\uFEFF${text}`, 'utf16le') });
    expect(trend.points.map(({ day }) => day)).toEqual(['2026-11-19', '2026-11-21']);
    expect(trend.notes).toEqual([]);
  });

  it('leaves out other files, and names those that end in .json', async () => {
    const ocsf = ['audit', '--report', '-', '--as-of', asOf, '--format', 'ocsf'];
    const { trend, stderr, code } = await trendOf('others', {
      'notes.txt': 'x',
      'other.json': '{"a": 1}',
      'binary.json': new Uint8Array([0xff, 0xfe]),
      'broken.json': '{',
      'wrong.json': (await jsonOf(reportCsv([bob]), asOf)).replace(
        '"nonCompliant": 1',
        '"nonCompliant": -1',
      ),
      'unused.ocsf.json': (await runInProcess(ocsf, { stdin: reportCsv([bob]) })).stdout,
    });
    expect(code).toBe(1);
    const names = 'binary.json, broken.json, other.json, unused.ocsf.json, wrong.json';
    const note = `not used, because they are not results of audit --format json: ${names}`;
    expect(trend.notes).toEqual([note]);
    expect(stderr).toContain(note);
    expect(countsOf(trend)).toEqual([['2026-11-21', 1, 1]]);
  });

  it('may read the folder into which the result is written', async () => {
    const file = `${folder.path}/same/today.json`;
    await auditWith('same', {}, '--output', file);
    const first: { trend: Trend } = JSON.parse(folder.read('same/today.json'));
    expect(countsOf(first.trend)).toEqual([['2026-11-21', 1, 1]]);
    const args = ['audit', '--report', '-', '--as-of', asOf, '--trend', `${folder.path}/same`];
    await runInProcess([...args, '--output', file], { stdin: reportCsv([alice, bob]) });
    const second: { trend: Trend } = JSON.parse(folder.read('same/today.json'));
    expect(second.trend).toEqual(first.trend);
  });

  it('is refused before the audit if the folder cannot be read', async () => {
    const args = ['audit', '--report', '/no/report', '--trend'];
    const file = folder.file('file', 'x');
    expectRefusal(
      await runInProcess([...args, '/no/folder']),
      /cannot read \/no\/folder: there is no/u,
    );
    expectRefusal(await runInProcess([...args, file]), /not a folder/u);
  });
});

describe('the trend is shown', () => {
  const earlier = async () => ({
    '1.json': await jsonOf(reportCsv([alice, bob, carol]), '2026-11-19T06:00:00Z'),
    '2.json': await jsonOf(reportCsv([alice]), '2026-11-20T06:00:00Z'),
  });

  it('below the table as a line of blocks, with the first and the last number', async () => {
    const { stdout } = await auditWith('shown', await earlier());
    expect(stdout.slice(stdout.indexOf('Over time'))).toBe(
      [
        'Over time: 3 days from 2026-11-19 to 2026-11-21',
        'NON_COMPLIANT users  █▁▅  2 → 1',
        'Unused credentials   █▁▅  2 → 1',
        '',
      ].join('\n'),
    );
  });

  it('as a section of Markdown, and not at all in CSV', async () => {
    const markdown = await auditWith('markdown', await earlier(), '--format', 'markdown');
    expect(markdown.stdout).toContain('| 2026-11-19 | 3 | 2 | 2 |\n| 2026-11-20 | 1 | 0 | 0 |\n');
    const csv = await auditWith('csv', await earlier(), '--format', 'csv');
    expect(csv.stdout).not.toContain('2026-11-19');
  });

  it('with file names that are harmless in a terminal', async () => {
    const { stdout, stderr } = await auditWith('hostile', { 'a\u001B[2J\u202E.json': '1' });
    expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each([20, 40, 60, 200])('in %d columns, however many days there are', (width) => {
    const points = Array.from({ length: 400 }, (_, index): TrendPoint => {
      const day = new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10);
      return { day, users: 9000, nonCompliant: 400 - index, unusedCredentials: null, accounts: [] };
    });
    const text = renderTrend({ points, notes: [] }, { style: styleFor({ isTTY: false }), width });
    const [line = '', end] = text.split('\n').slice(-2);
    expect(end).toBe('');
    expect(line).toMatch(/400 → 1$/u);
    if (width >= 40) expect(line).toHaveLength(width);
  });
});

describe('a line of blocks', () => {
  it('has a block for each number, from 0 to the largest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([100, 700])).toBe('▂█');
    expect(sparkline([0, 0])).toBe('▁▁');
  });

  it('has a space for a number that is not known', () => {
    expect(sparkline([null, 5, null])).toBe(' █ ');
  });
});
