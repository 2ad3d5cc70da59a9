import { chmodSync, chownSync, existsSync, linkSync, statSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkWritable } from '../../../cli/files.ts';
import { reportCsv, row } from '../../builders/report.ts';
import { expectRefusal } from '../refusal.ts';
import { asOf, goodReport, mixedReport } from '../report-rows.ts';
import { runCli, runShell, withoutProgress } from '../run-cli.ts';
import { runInProcess } from '../run-in-process.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();
const good = folder.file('good.csv', goodReport);
const report = ['--report', good];
/** Linux has a file that is always full. */
const fullDisk = existsSync('/dev/full');
/** The user ID of nobody. */
const nobody = 65_534;

describe('options that are wrong', () => {
  it.each<[string, string[], RegExp]>([
    ['no report and no --live', [], /nothing to audit; give --report FILE .*or --live.*--help/u],
    ['--report and --live', [...report, '--live'], /--report and --live exclude each other/u],
    ['standard input twice', ['--report', '-', '--report', '-'], /can be read only once/u],
    ['an unknown option', [...report, '--regoin', 'x'], /unknown option '--regoin'.*--help/su],
    ['a misspelt option', [...report, '--presett', 'cis'], /Did you mean --preset\?/u],
    ['a positional argument', [...report, 'more'], /too many arguments/u],
    ['an option without its value', ['--report'], /'--report <file>' argument missing/u],
    ['an unknown preset', [...report, '--preset', 'pci'], /--preset is "pci"; expected cis, conf/u],
    ['a preset of a prototype', [...report, '--preset', '__proto__'], /expected cis, conformity/u],
    ['an unknown format', [...report, '--format', 'xml'], /--format is "xml"; expected table, /u],
    ['an unknown --only', [...report, '--only', 'all'], /--only is "all"; expected non-compl/u],
    ['--all with --only', [...report, '--all', '--only', 'non-compliant'], /exclude each other/u],
    ['an unknown --sort', [...report, '--sort', 'age'], /--sort is "age"; expected idle, name/u],
    [
      '--by for a table',
      [...report, '--by', 'credential'],
      /--by applies only to .* csv and jsonl/u,
    ],
    ['an unknown --by', [...report, '--by', 'key'], /--by is "key"; expected user, credential/u],
    [
      'days in words',
      [...report, '--older-than', 'old'],
      /--older-than is "old"; expected a whole/u,
    ],
    [
      'an ending of no format',
      [...report, '--output', 'a.xlsx'],
      /no format; expected \.txt, \.json/u,
    ],
    [
      'a report as a file to write',
      ['--report', 'a.csv', '--output', './a.csv'],
      /--output "\.\/a\.csv" would overwrite what is read/u,
    ],
    [
      'the file of accounts as a file to write',
      ['--accounts-file', 'ids.txt', '--role', 'Audit', '--output', './ids.txt'],
      /--output "\.\/ids\.txt" would overwrite what is read/u,
    ],
    [
      'a hyphen as a file',
      [...report, '--output', '-'],
      /--output is "-"; expected the name of a/u,
    ],
    ['a file without a name', [...report, '--output', ''], /--output is ""; expected the name/u],
    ['a file twice', [...report, '--output', 'a', '--output', './a'], /"\.\/a" was given twice/u],
    ['--as-of in words', [...report, '--as-of', 'tomorrow'], /--as-of is "tomorrow"; expected an/u],
    ['--as-of without offset', [...report, '--as-of', '2026-11-21T06:30:00'], /with an offset/u],
    [
      '--as-of on no day',
      [...report, '--as-of', '2026-02-30T00:00:00Z'],
      /--as-of is "2026-02-30/u,
    ],
    [
      'an age of zero',
      [...report, '--max-credential-usage-age', '0'],
      /--max-credential-usage-age is "0".*from 1 to 3650/u,
    ],
    ['an empty file name', ['--report', ''], /--report is ""|no such file/u],
  ])('are refused: %s', async (_, args, message) => {
    expectRefusal(await runInProcess(['audit', ...args]), message);
  });

  it('are shown without their control characters', async () => {
    const { stderr } = await runInProcess(['audit', '--\u001B[31m\u202E']);
    expect(stderr).toMatch(/unknown option/u);
    expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('include an unknown command', async () => {
    expectRefusal(await runInProcess(['adit']), /unknown command 'adit'.*Did you mean audit\?/su);
  });
});

describe('--output to where nothing can be written', () => {
  it.each([
    ['a folder', folder.path, /cannot write .*: it is a folder, not a file/u],
    [
      'a folder that is not there',
      `${folder.path}/none/out.json`,
      /cannot write .*: there is no such file or folder/u,
    ],
    [
      'a folder that is to be made',
      `${folder.path}/made.json/`,
      /cannot write .*: there is no such file or folder/u,
    ],
    ['an empty name', '', /--output|cannot write/u],
  ])('is refused before anything is read: %s', async (_, file, message) => {
    const missing = ['--report', `${folder.path}/none.csv`];
    expectRefusal(await runInProcess(['audit', ...missing, '--output', file]), message);
  });

  it('is not refused: a file that can only be written', async () => {
    const file = folder.file('write-only.json', '');
    chmodSync(file, 0o200);
    const isRoot = process.getuid?.() === 0;
    // Root may read every file, so that the check runs as the user nobody.
    if (isRoot) {
      chmodSync(folder.path, 0o755);
      chownSync(file, nobody, nobody);
      process.seteuid?.(nobody);
    }
    try {
      await expect(readFile(file)).rejects.toThrow('EACCES');
      await checkWritable(file, []);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it.each([
    ['symbolic', symlinkSync],
    ['hard', linkSync],
  ])('is refused: a %s link to a file that is read', async (kind, link) => {
    const own = folder.file(`${kind}.csv`, goodReport);
    const linked = `${folder.path}/${kind}-link.csv`;
    link(own, linked);
    const run = await runInProcess(['audit', '--report', own, '--output', linked]);
    expectRefusal(run, /cannot write .*-link\.csv: it is the same file as .*\.csv, which is read/u);
    expect(folder.read(`${kind}.csv`)).toBe(goodReport);
  });

  it.runIf(fullDisk)('is refused: a full disk', async () => {
    const run = await runCli(['audit', ...report, '--output', '/dev/full']);
    expectRefusal(run, /no space is left/u);
  });

  it('writes nothing where the audit fails', async () => {
    const output = `${folder.path}/never.json`;
    expectRefusal(await runInProcess(['audit', '--report', folder.path, '--output', output]));
    expect(() => statSync(output)).toThrow(/ENOENT/u);
  });
});

describe('a closed pipe', () => {
  const crowd = Array.from({ length: 3000 }, (_, index) => row(`user-${index}`));
  const large = folder.file('large.csv', reportCsv(crowd));
  const mixed = folder.file('mixed.csv', mixedReport);

  it.each(['table', 'json'])('is not an error: %s to head', async (format) => {
    const audit = `cli audit --report ${large} --as-of ${asOf} --format ${format}`;
    const run = await runShell(`{ ${audit}; echo "status $?" >&2; } | head -1`);
    expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(withoutProgress(run.stderr)).toBe('Note: exemption tags not considered\nstatus 0\n');
  });

  it('still ends with the exit code of the result', async () => {
    const run = await runShell(`{ cli audit --report ${mixed}; echo "status $?" >&2; } | true`);
    expect(run.stderr).toMatch(/^status 1$/mu);
    expect(run.stderr).not.toMatch(/^\s+at |EPIPE/mu);
  });

  it('of standard error does not change the exit code either', async () => {
    const status = `${folder.path}/status`;
    const audit = `cli audit --report ${good} --as-of ${asOf}`;
    await runShell(`{ ${audit} 2>&1; echo $? > ${status}; } | true`);
    expect(folder.read('status')).toBe('0\n');
  });

  it.runIf(fullDisk)('differs from a full disk, which is refused with a message', async () => {
    const run = await runShell(`cli audit --report ${good} > /dev/full`);
    expectRefusal(run, /no space/u);
  });
});
