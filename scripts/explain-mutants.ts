import { readFileSync } from 'node:fs';

/** What of Stryker's JSON report is read. */
interface MutationReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly status: string;
          readonly location: Readonly<Record<'start' | 'end', { line: number; column: number }>>;
          readonly replacement?: string;
        }[];
      }
    >
  >;
}

const survived = new Set(['Survived', 'NoCoverage']);
const counted = new Set(['Killed', 'Timeout', ...survived]);
const report: MutationReport = JSON.parse(readFileSync('reports/mutation.json', 'utf8'));
const explanations = readFileSync('docs/mutation-survivors.md', 'utf8');

const unexplained: string[] = [];
const explained = new Set<string>();
const scores = new Map<string, { killed: number; all: number }>();
for (const [file, { source, mutants }] of Object.entries(report.files)) {
  const lines = source.split('\n');
  const layer = file.split('/')[1] ?? file;
  const score = scores.get(layer) ?? { killed: 0, all: 0 };
  scores.set(layer, score);
  for (const { status, location, replacement } of mutants) {
    if (!counted.has(status)) continue;
    score.all += 1;
    if (!survived.has(status)) {
      score.killed += 1;
      continue;
    }
    const { start, end } = location;
    const line = lines[start.line - 1] ?? '';
    const original = line.slice(
      start.column - 1,
      end.line === start.line ? end.column - 1 : undefined,
    );
    const row = `| ${file.replace('rule/', '')} | \`${original.replaceAll('|', '\\|')}\` |`;
    if (explanations.includes(row)) explained.add(row);
    else unexplained.push(`${row} -> ${replacement}`);
  }
}

for (const [layer, { killed, all }] of scores) {
  const percent = ((killed / all) * 100).toFixed(1);
  process.stdout.write(`${layer}: ${killed} of ${all} mutants noticed, ${percent} %\n`);
}
const rows = explanations.split('\n').filter((line) => /^\| (?:core|formats)\//u.test(line));
const stale = rows.filter((row) => ![...explained].some((key) => row.startsWith(key)));
for (const row of unexplained) process.stdout.write(`not explained: ${row}\n`);
for (const row of stale) process.stdout.write(`explained, but noticed by a test now: ${row}\n`);
process.exitCode = unexplained.length + stale.length > 0 ? 1 : 0;
