import Papa from 'papaparse';
import * as v from 'valibot';
import { runProgram } from '../../cli/program.ts';
import { styleFor } from '../../cli/terminal/style.ts';
import { readAuditOutput } from '../cli/audit/output.ts';
import { createRandom } from '../semantics/random.ts';
import { mutateReport, realisticReport, reportedAt } from './mutate-report.ts';

/** One mutated report, and how audit is called with it; the report is read as `fuzzed`. */
export interface FuzzCase {
  readonly seed: number;
  readonly bytes: Uint8Array;
  readonly format: 'table' | 'json' | 'jsonl' | 'csv' | 'markdown';
  readonly args: readonly string[];
}

/** How audit ended, and what it wrote. */
export interface FuzzOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The time limit of a case (milliseconds), also on a busy machine. */
export const caseLimit = 5_000;

const report = realisticReport();

/** Makes the case of a seed: the same seed makes the same case. `file` is what the report is called. */
export function fuzzCase(seed: number, file = 'fuzzed'): FuzzCase {
  const random = createRandom(seed ^ 0x5eed);
  const format = random.pick(['json', 'json', 'table', 'csv', 'jsonl', 'markdown'] as const);
  const args = ['audit', '--report', file, '--format', format];
  const hasRows = format === 'csv' || format === 'jsonl';
  if (hasRows && random.chance(0.5)) args.push('--by', 'credential');
  if (!hasRows && random.chance(0.3)) args.push('--all');
  if (random.chance(0.2)) args.push('--sort', random.pick(['idle', 'name', 'account']));
  if (random.chance(0.1) && !args.includes('--all')) args.push('--only', 'non-compliant');
  if (random.chance(0.1))
    args.push('--preset', random.pick(['inactive-users', 'console-passwords']));
  if (random.chance(0.2)) {
    args.push(
      '--as-of',
      random.pick(['2026-11-21T06:30:00Z', '1980-01-01T00:00:00Z', '9999-12-31T23:59:59Z']),
    );
  }
  return { seed, bytes: mutateReport(report, seed), format, args };
}

/** Runs a case in this process. */
export async function runFuzzCase({ bytes, args }: FuzzCase): Promise<FuzzOutcome> {
  const [out, told]: [string[], string[]] = [[], []];
  const code = await runProgram(args, '0.0.0', {
    clock: { now: () => reportedAt, sleep: () => Promise.resolve() },
    connect: () => Promise.reject(new Error('a report needs no clients')),
    connectToRoles: () => Promise.reject(new Error('no role is assumed')),
    readBuild: () => Promise.reject(new Error('a report needs no build')),
    readFile: () => Promise.resolve(bytes),
    listFolder: () => Promise.resolve([]),
    fileTime: () => Promise.resolve(reportedAt),
    checkWritable: () => Promise.reject(new Error('nothing is written to a file')),
    writeFile: () => Promise.reject(new Error('nothing is written to a file')),
    openPrivateFolder: () => Promise.reject(new Error('no folder is opened')),
    write: (pieces) => Promise.resolve(void out.push(...pieces)),
    tell: (line) => void told.push(`${line}\n`),
    style: styleFor({ isTTY: false }),
    width: null,
  });
  return { code, stdout: out.join(''), stderr: told.join('') };
}

/** The violation: something that audit must never do; undefined if there is none. */
export function findViolation({ format }: FuzzCase, outcome: FuzzOutcome): string | undefined {
  const { code, stdout, stderr } = outcome;
  if (![0, 1, 2].includes(code)) return `exit code ${code}`;
  if (/unexpected error|this is a defect/iu.test(stderr)) return `unexpected error: ${stderr}`;
  if (/^\s+at /mu.test(stderr)) return `stack trace: ${stderr}`;
  if (code === 2 && stderr.trim() === '') return 'exit code 2 without a message';
  if (code !== 2 && stdout === '') return `exit code ${code} without a result`;
  if (hasControls(stderr)) return `control characters on standard error: ${JSON.stringify(stderr)}`;
  if (stdout === '') return undefined;
  if (format === 'json') return violationOfJson(stdout, code);
  if (format === 'csv') return violationOfCsv(stdout);
  if (format === 'jsonl') return violationOfLines(stdout);
  return hasControls(stdout) ? `control characters in ${format}` : undefined;
}

function violationOfLines(stdout: string): string | undefined {
  try {
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    return types.at(-1) === 'result' ? undefined : 'JSON Lines without the last line';
  } catch (error) {
    return `JSON Lines that cannot be read: ${String(error)}`;
  }
}

function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\n', ''));
}

function violationOfJson(stdout: string, code: number): string | undefined {
  try {
    const { errors, summary } = readAuditOutput(stdout);
    const expected = errors.length > 0 ? 2 : summary.nonCompliant > 0 ? 1 : 0;
    return code === expected ? undefined : `exit code ${code} where the JSON says ${expected}`;
  } catch (error) {
    const where = v.isValiError(error) ? JSON.stringify(v.flatten(error.issues)) : String(error);
    return `JSON of another shape: ${where}`;
  }
}

function violationOfCsv(stdout: string): string | undefined {
  const { data, errors } = Papa.parse<string[]>(stdout, {
    delimiter: ',',
    newline: '\n',
    skipEmptyLines: true,
  });
  if (errors[0] !== undefined) return `CSV that cannot be read: ${errors[0].message}`;
  const columns = data[0]?.length;
  if (data.some((row) => row.length !== columns)) return 'CSV with a row of another length';
  const formula = data.flat().find((cell) => /^[=+\-@\t\r]/u.test(cell));
  return formula === undefined ? undefined : `CSV with a formula: ${JSON.stringify(formula)}`;
}
