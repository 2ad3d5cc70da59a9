import { utimesSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readReportFile } from '../../../cli/audit/report-file.ts';
import { day } from '../../builders/account.ts';
import { reportCsv, row } from '../../builders/report.ts';
import { expectRefusal } from '../refusal.ts';
import { asOf, bob, goodReport, inAccount, mixedReport, passwordValues } from '../report-rows.ts';
import { runInProcess } from '../run-in-process.ts';
import { awsCliJson, useTemporaryFolder } from '../temporary-folder.ts';
import { auditResult } from './result-of.ts';

const folder = useTemporaryFolder();
const time = '2026-11-21T06:30:00+00:00';
const base64 = Buffer.from(mixedReport).toString('base64');
const fields = { Content: base64, GeneratedTime: time, ReportFormat: 'text/csv' };

/** What the AWS CLI prints with each output, and whether it says when the report was generated. */
const printed: readonly [name: string, text: string, isDated: boolean][] = [
  ['json', awsCliJson(mixedReport, time), true],
  ['yaml', stringify(fields, { lineWidth: 0 }), true],
  ['yaml-stream', stringify([fields], { lineWidth: 0 }), true],
  ['text', `${base64}\t${time}\ttext/csv\n`, true],
  ['--query Content with text', `${base64}\n`, false],
  ['--query Content with json', `${JSON.stringify(base64)}\n`, false],
  ['--query Content with yaml', `${base64}\n...\n`, false],
  ['--query "[Content,GeneratedTime]" with text', `${base64}\t${time}\n`, true],
  ['base64 in lines of 76', `${base64.replace(/.{76}/gu, '$&\n')}\n`, false],
];

/** Writes a file that was last changed at that instant. */
function fileOf(name: string, text: string, changed: number): string {
  const file = folder.file(name, text);
  utimesSync(file, changed / 1000, changed / 1000);
  return file;
}

const daysBeforeNow = (days: number) => Math.floor((Date.now() - days * day) / 1000) * 1000;
const inSeconds = (instant: number) => new Date(instant).toISOString().replace('.000Z', 'Z');

describe('a report file', () => {
  it.each(printed)('may be what the AWS CLI prints: %s', async (_, text, isDated) => {
    const bytes = Buffer.from(text);
    expect(await readReportFile(bytes, 'report')).toEqual({
      content: mixedReport,
      generatedAt: isDated ? Date.parse(time) : null,
    });
  });

  it.each(printed)('may be in UTF-16, as PowerShell writes it: %s', async (_, text) => {
    const expected = await readReportFile(Buffer.from(text), 'report');
    const windows = `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    const littleEndian = Buffer.from(windows, 'utf16le');
    const bigEndian = Buffer.from(littleEndian).swap16();
    expect(await readReportFile(littleEndian, 'report')).toEqual(expected);
    expect(await readReportFile(bigEndian, 'report')).toEqual(expected);
  });

  it('of CSV may be in UTF-16 with a byte order mark', async () => {
    const bytes = Buffer.from(`\uFEFF${mixedReport}`, 'utf16le');
    expect((await readReportFile(bytes, 'report')).content).toBe(mixedReport);
  });

  it.each(printed)('is an error if it was cut within Content: %s', async (name, text) => {
    const end = text.lastIndexOf(base64.slice(-8)) - 1;
    const hasEnd = /json|yaml/u.test(name) && !name.endsWith('with yaml');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 120, max: end }), async (at) => {
        const cut = text.slice(0, at);
        const read = readReportFile(Buffer.from(cut), 'report');
        const isWholeGroups = cut.replace(/\s/gu, '').length % 4 === 0;
        // Base64 alone shows no cut between two groups of four: the CSV has to show it.
        if (hasEnd || !isWholeGroups) await expect(read).rejects.toThrow(/expected a credential/u);
        else expect(mixedReport.startsWith((await read).content)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['text, in the time', `${base64}\t2026-11-21T06:3`, /ends before text\/csv: .*cut short/u],
    ['YAML, after Content', `Content: ${base64}`, /YAML that ends with Content: .*cut short/u],
    ['YAML, in the time', `Content: ${base64}\nGeneratedTime: '2026-`, /not valid YAML/u],
    ['base64', base64.slice(0, 41), /not base64 of whole groups of 4: it has been cut short/u],
    ['JSON', awsCliJson(mixedReport).slice(0, 90), /not valid JSON/u],
    ['CSV', mixedReport.slice(0, -40), /row 4 has \d+ fields.*cut short/u],
    [
      'base64 that hides half a row',
      Buffer.from(mixedReport.slice(0, -42)).toString('base64'),
      /row 4 has \d+ fields.*cut short/u,
    ],
  ])('that was cut is refused with what is missing: %s', async (_, text, message) => {
    const run = await runInProcess(['audit', '--report', '-', '--as-of', asOf], { stdin: text });
    expectRefusal(run, message);
  });

  it('that is invalid YAML is refused', async () => {
    await expect(
      readReportFile(Buffer.from('Content: [1]\nReportFormat: text/csv'), 'r.yaml'),
    ).rejects.toThrow(/r\.yaml is YAML, but not what the AWS CLI prints: Content is missing/u);
  });
});

describe('the instant of a report', () => {
  it('is its own, also among several reports', async () => {
    const later = '2026-11-22T08:30:00+02:00';
    const other = reportCsv(inAccount('210987654321', [bob]));
    const { read, stderr } = await auditResult([
      ...['--report', folder.file('a.json', awsCliJson(other, later))],
      ...['--report', folder.file('b.json', awsCliJson(mixedReport, time))],
    ]);
    const { asOf: earliest, accounts, users } = read();
    expect(accounts.map((account) => [account.accountId, account.asOf])).toEqual([
      ['123456789012', '2026-11-21T06:30:00Z'],
      ['210987654321', '2026-11-22T06:30:00Z'],
    ]);
    const idle = users.filter(({ userName }) => userName === 'bob');
    expect(idle.map(({ credentials }) => credentials[0]?.idleDays)).toEqual([112, 113]);
    expect(earliest).toBe('2026-11-21T06:30:00Z');
    expect(stderr).not.toMatch(/does not say/u);
  });

  it("is the file's time, with a note, if the report does not say so", async () => {
    const changed = daysBeforeNow(0.5);
    const { read } = await auditResult(['--report', fileOf('half.csv', goodReport, changed)]);
    expect(read().asOf).toBe(inSeconds(changed));
    expect(read().summary.notes).toEqual([
      'exemption tags not considered',
      expect.stringMatching(
        new RegExp(
          `half\\.csv does not say when it was generated; evaluated as of the time of the file, ${inSeconds(changed)}`,
          'u',
        ),
      ),
    ]);
  });

  it('is now for standard input that does not say so', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { read } = await auditResult(['--report', '-'], { stdin: goodReport });
    expect(Date.parse(read().asOf)).toBeGreaterThanOrEqual(before);
    expect(read().summary.notes[1]).toMatch(/stdin does not .* as of now \(see --as-of\)/u);
  });

  it('is --as-of for all, if it is given', async () => {
    const { read } = await auditResult([
      ...['--report', folder.file('own.json', awsCliJson(mixedReport, time))],
      ...['--as-of', '2026-11-21T12:00:00Z'],
    ]);
    expect(read().accounts.map((account) => account.asOf)).toEqual(['2026-11-21T12:00:00Z']);
  });

  it('has one note for many files that do not say so', async () => {
    const changed = daysBeforeNow(0.1);
    const files = ['111111111111', '222222222222', '333333333333'].flatMap((account) => {
      const text = reportCsv(inAccount(account, [bob]));
      return ['--report', fileOf(`${account}.csv`, text, changed)];
    });
    const { notes } = (await auditResult(files)).read().summary;
    expect(notes).toHaveLength(2);
    expect(notes[1]).toMatch(/111111111111\.csv and 2 more reports do not say when they were/u);
  });
});

describe('a report that is more than 24 hours old', () => {
  const old = /more than 24 hours old; .*Download a new report/u;

  it.each<[string, (changed: number) => string[]]>([
    ['by what it says', (at) => [folder.file('o.json', awsCliJson(goodReport, inSeconds(at)))]],
    ["by the file's time", (at) => [fileOf('o.csv', goodReport, at)]],
  ])('has a warning: %s', async (_, fileAt) => {
    const report = (days: number) => ['--report', ...fileAt(daysBeforeNow(days))];
    const { stderr } = await auditResult(report(1.1));
    expect(stderr).toMatch(old);
    expect((await auditResult(report(0.9))).stderr).not.toMatch(old);
  });

  it('has a note by --as-of instead of the clock, if --as-of is given', async () => {
    const file = folder.file('then.json', awsCliJson(goodReport, time));
    const audit = (instant: string) => auditResult(['--report', file, '--as-of', instant]);
    expect((await audit('2026-11-22T06:00:00Z')).stderr).not.toMatch(old);
    expect((await audit('2026-11-22T07:00:00Z')).stderr).toMatch(old);
  });
});

describe('--as-of before a report', () => {
  it('is refused, with both times and what to give', async () => {
    const file = folder.file('new.json', awsCliJson(goodReport, time));
    const run = await runInProcess(['audit', '--report', file, '--as-of', '2026-11-21T06:29:59Z']);
    expectRefusal(
      run,
      /--as-of is 2026-11-21T06:29:59Z, but .*new\.json was generated later, at 2026-11-21T06:30:00Z/u,
      /expected that time or a later one, or an earlier report/u,
    );
  });

  it('is not an error for a file that does not say when the report was generated', async () => {
    const file = fileOf('undated.csv', goodReport, daysBeforeNow(0));
    expect((await auditResult(['--report', file, '--as-of', asOf])).code).toBe(0);
  });

  it.each([
    ['a use', '2026-11-20T06:29:59Z', true],
    ['a creation', '2023-12-31T23:59:59Z', true],
    ['nothing', '2026-11-20T06:30:00Z', false],
  ])('has a note if the file has a later date: %s', async (_, instant, isLater) => {
    const file = fileOf('later.csv', goodReport, daysBeforeNow(0));
    const { notes } = (await auditResult(['--report', file, '--as-of', instant])).read().summary;
    const note = expect.stringMatching(/later\.csv has dates after the time of the evaluation; /u);
    expect(notes.slice(1)).toEqual(isLater ? [note] : []);
  });

  it('has no note for a future date, which is an error of that user', async () => {
    const carol = row('carol', {
      ...passwordValues(400, 1),
      password_last_used: '2999-01-01T00:00:00Z',
    });
    const file = fileOf('to-come.csv', reportCsv([carol]), daysBeforeNow(0));
    const { code, read } = await auditResult(['--report', file, '--as-of', asOf]);
    expect(code).toBe(2);
    expect(read().errors[0]?.message).toMatch(/expected a date that has passed/u);
    expect(read().summary.notes).toHaveLength(1);
  });
});

it('a row that names no user is counted in the account of its report', async () => {
  const withExtraFields = (accountId: string) =>
    `${reportCsv(inAccount(accountId, [bob]))}\nann,b,arn:aws:iam::${accountId}:user/ann,b${',N/A'.repeat(22)}`;
  const files = ['111111111111', '222222222222'].flatMap((accountId) => [
    ...['--report', folder.file(`${accountId}.csv`, withExtraFields(accountId))],
  ]);
  const { read } = await auditResult([...files, '--as-of', asOf]);
  expect(read().errors).toMatchObject([
    { arn: '111111111111/row 4', accountId: '111111111111' },
    { arn: '222222222222/row 4', accountId: '222222222222' },
  ]);
  expect(read().accounts.map(({ errors }) => errors)).toEqual([1, 1]);
});

it('a row that names no user is in no account if its report is of several', async () => {
  const [one, other] = ['111111111111', '222222222222'].map((id) =>
    reportCsv(inAccount(id, [bob])),
  );
  const [, , otherRow = ''] = (other ?? '').trimEnd().split('\n');
  const damaged = `ann,b,arn:aws:iam::111111111111:user/ann,b${',N/A'.repeat(22)}`;
  const file = folder.file('both.csv', `${one?.trimEnd()}\n${otherRow}\n${damaged}\n`);
  const { read } = await auditResult(['--report', file, '--as-of', asOf]);
  expect(read().errors).toMatchObject([{ arn: 'row 5', accountId: null }]);
  expect(read().accounts.map(({ errors }) => errors)).toEqual([0, 0]);
});
