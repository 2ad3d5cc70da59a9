import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const program = 'cfn-lint';
/** Milliseconds. */
const longest = 50_000;

/** What cfn-lint finds in a template. */
export interface LintFinding {
  /** The name under which the template was given. */
  readonly template: string;
  readonly rule: string;
  readonly message: string;
}

/**
 * Takes templates by name. Gives what cfn-lint finds in them or, where it is not installed, that as words for a
 * test's name. It works in a process of its own, for some seconds. Throws where it breaks off.
 */
export async function lint(
  templates: Readonly<Record<string, object>>,
): Promise<readonly LintFinding[] | string> {
  const folder = mkdtempSync(join(tmpdir(), 'unused-iam-credentials-lint-'));
  try {
    const files = Object.entries(templates).map(([name, template]) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(template, null, 1));
      return file;
    });
    const { error, output } = await run(['--format', 'json', ...files]);
    // Its exit code tells only what its output does: whether anything was found, and how bad it is.
    if (output !== '') return JSON.parse(output).map(readFinding);
    if (!isMissing(error)) throw error ?? new Error(`${program} said nothing`);
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

// A program of that name may be a mere pointer to one that is not there: a shell says 126 or 127 of it.
function isMissing(error: ExecFileException | null): boolean {
  return ['ENOENT', 126, 127].includes(error?.code ?? 0);
}

function readFinding(found: { Filename: string; Rule: { Id: string }; Message: string }) {
  const template = basename(found.Filename, '.json');
  return { template, rule: found.Rule.Id, message: found.Message };
}
