import { describe, expect, it } from 'vitest';
import { reportCsv } from '../../builders/report.ts';
import { expectRefusal } from '../refusal.ts';
import { asOf, bob, goodReport, mixedReport } from '../report-rows.ts';
import type { RunResult } from '../run-cli.ts';
import { runInProcess } from '../run-in-process.ts';
import { awsCliJson, useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();
const good = folder.file('good.csv', goodReport);
const mixed = folder.file('mixed.csv', mixedReport);
const expected = /expected a credential report: what aws iam get-credential-report prints/u;

/** Evaluates bytes on standard input. */
function auditBytes(stdin: string | Uint8Array): Promise<RunResult> {
  return runInProcess(['audit', '--report', '-', '--as-of', asOf], { stdin });
}

describe('a file that cannot be read', () => {
  it.each([
    ['no such file', `${folder.path}/none.csv`, /none\.csv: there is no such file/u],
    ['a folder', folder.folder('folder'), /folder: it is a folder, not a file/u],
    ['a path through a file', `${good}/report.csv`, /a part of the path is not a folder/u],
    ['a name of control characters', '\u001B[31m\u0007', /\\u\{1b\}\[31m\\u\{7\}.*no such file/u],
  ])('is refused: %s', async (_, file, message) => {
    expectRefusal(await runInProcess(['audit', '--report', file]), /cannot read/u, message);
  });

  it('is refused even if another report can be read', async () => {
    const run = await runInProcess([
      'audit',
      '--report',
      good,
      '--report',
      `${folder.path}/none.csv`,
    ]);
    expectRefusal(run, /none\.csv/u);
  });
});

describe('a file that is not a report', () => {
  const utf16 = Buffer.from(`\uFEFF${goodReport}`, 'utf16le');
  const binary = Uint8Array.from({ length: 512 }, (_, index) => (index * 37) % 256);

  it.each<[string, string | Uint8Array, RegExp, RegExp]>([
    ['empty', '', /stdin is empty/u, expected],
    ['binary', binary, /is not UTF-8 text/u, expected],
    ['text with a NUL', `${goodReport}\0`, /is binary/u, expected],
    [
      'a table of the AWS CLI',
      '-------------\n|GetCredentialReport|\n',
      /add --output json/u,
      expected,
    ],
    ['UTF-16 that was cut within a character', utf16.subarray(0, -1), /not UTF-16 text/u, expected],
    ['UTF-16 without a BOM', utf16.subarray(2), /is binary/u, expected],
    ['Latin-1', Buffer.from(`${goodReport}é`, 'latin1'), /is not UTF-8 text/u, expected],
    ['half a row', mixedReport.slice(0, -40), /row 4 has \d+ fields.*22/u, /cut short/u],
    ['JSON of another shape', '{"UserDetailList":[]}', /Content is missing/u, expected],
    ['JSON with a number for Content', '{"Content":1}', /Content is missing or mal/u, expected],
    ['JSON cut short', '{"Content":"dXNl', /begins like JSON but is not valid JSON/u, expected],
    ['base64 that is none', '{"Content":"***"}', /Content is not base64/u, expected],
    ['base64 of half a quantum', '{"Content":"dXNlcg="}', /Content is not base64/u, expected],
    ['base64 of binary', '{"Content":"gICA/w=="}', /Content is not UTF-8 text/u, expected],
    [
      'base64 of other text',
      awsCliJson('hello'),
      /the header lacks/u,
      /Download a complete report/u,
    ],
    ['a GeneratedTime that is none', awsCliJson(goodReport, 'now'), /GeneratedTime/u, expected],
  ])('is refused: %s', async (_, bytes, problem, remedy) => {
    expectRefusal(await auditBytes(bytes), problem, remedy);
  });
});

describe('a report with a row of too many fields', () => {
  it('is evaluated except for that row, which an error names', async () => {
    const run = await auditBytes(goodReport.replace(/^(alice,.*)$/mu, '$1,x'));
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(
      /Could not evaluate arn:aws:iam::123456789012:user\/alice: .*row \d+ has 23 fields/u,
    );
  });

  it('is named by its row where a comma in the name has moved the fields', async () => {
    const run = await auditBytes(goodReport.replaceAll('alice', 'alice,x'));
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(
      /Could not evaluate 123456789012\/row \d+: .*row \d+ has 24 fields/u,
    );
  });
});

describe('a report in another encoding or with other line ends', () => {
  it.each([
    ['a BOM', `\uFEFF${mixedReport}`],
    ['CR', mixedReport.replaceAll('\n', '\r')],
    ['a BOM in JSON', `\uFEFF${awsCliJson(`\uFEFF${mixedReport}`)}`],
  ])('is evaluated anyway: %s', async (_, text) => {
    expect(await auditBytes(text)).toEqual(await auditBytes(mixedReport));
  });
});

describe('two reports of one account', () => {
  it.each([
    ['two files', [mixed, good], /good\.csv.*123456789012/u],
    ['one file twice', [good, good], /123456789012/u],
    ['a file and standard input', [good, '-'], /stdin.*123456789012/u],
  ])('are refused: %s', async (_, files, message) => {
    const args = files.flatMap((file) => ['--report', file]);
    const run = await runInProcess(['audit', ...args], { stdin: mixedReport });
    expectRefusal(run, message, /give one report per account/u);
  });

  it('are refused if the account has only the root user', async () => {
    const file = folder.file('root.csv', reportCsv([]));
    expectRefusal(
      await runInProcess(['audit', '--report', file, '--report', file]),
      /123456789012/u,
    );
  });

  it('are not assumed if two reports have an unreadable ARN', async () => {
    const [first, second] = ['a', 'b'].map((name, index) => {
      const csv = reportCsv([{ ...bob, arn: `no arn ${name}` }]);
      const account = `12345678901${index}`;
      return folder.file(`arn-${name}.csv`, csv.replaceAll('123456789012', account));
    });
    const args = ['audit', '--report', first ?? '', '--report', second ?? ''];
    const run = await runInProcess(args);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/Could not evaluate 123456789010\/no arn a: .*expected arn:aws/u);
    expect(run.stderr).toMatch(/Could not evaluate 123456789011\/no arn b: /u);
  });
});
