import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const program = 'cfn-lint';
/** Milliseconds. */
const longest = 150_000;

/** What cfn-lint finds in a template. */
export interface LintFinding {
  /** The name of the template. */
  readonly template: string;
  readonly rule: string;
  readonly message: string;
}

/**
 * The findings of cfn-lint in any of the Regions or, if it is not installed, a text that says so. It runs in a process of its own, for some
 * seconds. Throws if it fails or takes too long.
 */
export async function lint(
  templates: Readonly<Record<string, object>>,
  regions: readonly string[],
): Promise<readonly LintFinding[] | string> {
  const folder = mkdtempSync(join(tmpdir(), 'unused-iam-credentials-lint-'));
  try {
    const files = Object.entries(templates).map(([name, template]) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(template, null, 1));
      return file;
    });
    const { error, output } = await run([
      '--format',
      'json',
      '--regions',
      ...regions,
      '--',
      ...files,
    ]);
    // Its exit code says no more than its output.
    if (output !== '') return JSON.parse(output).map(readFinding);
    if (!isMissing(error)) throw error ?? new Error(`${program} printed nothing`);
    console.warn(`${program} is not installed. It comes with the Python package "${program}".`);
    return `skipped: ${program} is not installed`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(
  parameters: readonly string[],
): Promise<{ error: ExecFileException | null; output: string }> {
  const options = { timeout: longest, maxBuffer: 10_000_000 };
  return new Promise((resolve) => {
    execFile(program, parameters, options, (error, output) => resolve({ error, output }));
  });
}

// The program can be a wrapper around one that is missing: a shell then exits with 126 or 127.
function isMissing(error: ExecFileException | null): boolean {
  return ['ENOENT', 126, 127].includes(error?.code ?? 0);
}

function readFinding(found: { Filename: string; Rule: { Id: string }; Message: string }) {
  const template = basename(found.Filename, '.json');
  return { template, rule: found.Rule.Id, message: found.Message };
}
