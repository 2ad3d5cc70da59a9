import { reportCsv, row } from '../../../../builders/report.ts';
import { alice, asOf, bob, keyValues, passwordValues } from '../../../report-rows.ts';
import { runInProcess } from '../../../run-in-process.ts';
import type { useTemporaryFolder } from '../../../temporary-folder.ts';
import { analyzerFinding } from '../../compare/findings.ts';
import { hostileTexts } from './people.ts';

/** The HTML report of an audit with a second opinion, in which texts are hostile, and with results of ten earlier days. */
export async function comparedReport(
  folder: ReturnType<typeof useTemporaryFolder>,
): Promise<string> {
  const results = folder.folder('results');
  for (let day = 1; day <= 10; day += 1) {
    const idle = Array.from({ length: 10 - day }, (_, index) =>
      row(`idle-${index}`, { ...passwordValues(900, 200), ...keyValues(1, 900, 120) }),
    );
    const at = `2026-11-${String(day).padStart(2, '0')}T06:30:00Z`;
    const output = `${results}/${day}.json`;
    const args = ['audit', '--report', '-', '--as-of', at, '--quiet', '--output', output];
    await runInProcess(args, { stdin: reportCsv([alice, ...idle]) });
  }
  const findings = [
    analyzerFinding('password', 'alice', { lastAccessed: '2026-08-01T06:30:00Z' }),
    ...hostileTexts.map((text) => analyzerFinding('password', text)),
  ];
  const compare = folder.file('findings.json', JSON.stringify(findings));
  const options = ['--compare', compare, '--trend', results, '--format', 'html'];
  const { stdout } = await runInProcess(['audit', '--report', '-', '--as-of', asOf, ...options], {
    stdin: reportCsv([alice, bob]),
  });
  return stdout;
}
