import type { Comparison } from '../../../../cli/audit/compare/compare.ts';
import { asOf } from '../../report-rows.ts';
import { runInProcess } from '../../run-in-process.ts';
import type { useTemporaryFolder } from '../../temporary-folder.ts';

/** Audits reports as of the instant of the rows in report-rows.ts, with findings in a file of the folder. */
export function comparing(folder: ReturnType<typeof useTemporaryFolder>) {
  function audit(csv: string, findings: unknown, ...args: readonly string[]) {
    const isContent = typeof findings === 'string' || findings instanceof Uint8Array;
    const content = isContent ? findings : JSON.stringify(findings);
    const compare = ['--compare', folder.file('findings.json', content)];
    const all = ['audit', '--report', '-', '--as-of', asOf, ...compare, ...args];
    return runInProcess(all, { stdin: csv });
  }

  async function compare(csv: string, findings: unknown, ...args: readonly string[]) {
    const { stdout } = await audit(csv, findings, '--format', 'json', ...args);
    const { comparison }: { comparison: Comparison } = JSON.parse(stdout);
    return comparison;
  }

  return { audit, compare };
}

/** `bob password: only-we resolved-there`, for each credential. */
export function linesOf({ credentials }: Comparison): string[] {
  return credentials.map(({ arn, type, id, slot, opinion, reason, matchedBy }) => {
    const name = [arn.split('/').at(-1), type, id ?? slot]
      .filter((part) => part !== null)
      .join(' ');
    const why = reason ?? `by ${matchedBy}`;
    return `${name}: ${opinion} ${why}`;
  });
}
