import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peakMemoryExpression } from '../../local-aws/run-function.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import { judge } from '../../rule/core/annotation.ts';
import { parseRuleParameters } from '../../rule/core/rule-parameters.ts';
import { parseCredentialReport } from '../../rule/formats/credential-report.ts';
import { fromReport } from '../../rule/formats/user-snapshot.ts';
import { buildCommandLine, buildFunctions, bundleFunctions } from '../build.ts';
import {
  type BurstFigures,
  type EvaluationCase,
  type EvaluationFigures,
  measureBurst,
  measureEvaluation,
  sampleAccount,
} from './evaluation.ts';
import { measureRestoration, measureRevocationPlan, type PlanningFigures } from './functions.ts';
import { measureOrganization } from './organization.ts';
import { type BenchResults, renderMarkdown } from './results.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The median, rounded to a tenth. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN) * 10) / 10;
}

/** The median milliseconds of several runs, after one warm-up. */
function timeInProcess(runs: number, run: () => void): number {
  run();
  const times = Array.from({ length: runs }, () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  });
  return median(times);
}

/** The milliseconds of a whole process, from start to end, and its peak memory. */
interface ProcessFigures {
  readonly wallMs: number;
  readonly peakMB: number;
}

const report = `process.on('exit', () => require('node:fs').writeSync(2, '\\n' + ${peakMemoryExpression}))`;

const preload = `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('file:///'); ${report}`)}`;

/** The medians of several fresh Node processes. Throws if one ends with an exit code of 2 or more. */
function timeProcess(runs: number, args: readonly string[]): ProcessFigures {
  const figures = Array.from({ length: runs }, () => {
    const begin = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['--import', preload, ...args], {
      encoding: 'utf8',
      maxBuffer: 1024 ** 3,
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    const wallMs = performance.now() - begin;
    if (status === null || status > 1) throw new Error(`exit code ${status}: ${stderr}`);
    return { wallMs, peakMB: Number(stderr.trimEnd().split('\n').at(-1)) / 1024 };
  });
  return {
    wallMs: median(figures.map(({ wallMs }) => wallMs)),
    peakMB: median(figures.map(({ peakMB }) => peakMB)),
  };
}

/** At 10 requests a second, a first run over 5,000 users does not end within the 900 seconds of a function. */
const evaluationCases: readonly EvaluationCase[] = [
  ...[100, 1000, 5000].flatMap((users) => [
    { users, report: 'fresh', run: 'first' } as const,
    { users, report: 'stale', run: 'first' } as const,
  ]),
  { users: 5000, report: 'fresh', run: 'next' },
  { users: 5000, report: 'fresh', run: 'next', changed: 50 },
  { users: 5000, report: 'stale', run: 'next' },
  { users: 5000, report: 'stale', run: 'next', changed: 50 },
  { users: 5000, report: 'stale', run: 'next', changed: 50, iamPerSecond: 50 },
  { users: 5000, report: 'stale', run: 'next', changed: 50, iamPerSecond: 10 },
  { users: 5000, report: 'stale', run: 'first', iamPerSecond: 50 },
];

async function measureEvaluations(): Promise<EvaluationFigures[]> {
  const figures: EvaluationFigures[] = [];
  for (const each of evaluationCases) {
    say(`Evaluating: ${Object.entries(each).join(' ')} …`);
    figures.push(await measureEvaluation(each));
  }
  return figures;
}

async function measureBursts(): Promise<BurstFigures[]> {
  say('Creating the rule and evaluating it again with 5000 users …');
  return [await measureBurst(5000, false), await measureBurst(5000, true)];
}

async function measurePlans(): Promise<PlanningFigures[]> {
  say('Planning for one of 5000 users …');
  return [await measureRevocationPlan(5000), ...(await measureRestoration(5000))];
}

function measureAlone(csv: string): BenchResults['alone'] {
  say('Parsing and evaluating alone …');
  const parse5000Ms = timeInProcess(9, () => parseCredentialReport(csv));
  const users = [...parseCredentialReport(csv).rows.values()].map((row) =>
    fromReport({ userName: row.userName, userId: null, arn: row.arn, path: '/', tags: [] }, row),
  );
  const context = { parameters: parseRuleParameters({}), now: Date.now() };
  const judge5000Ms = timeInProcess(9, () => {
    for (const user of users) judge(user, context);
  });
  const perSecond = (ms: number) => Math.round((users.length / ms) * 1000);
  return {
    parse5000Ms,
    judge5000Ms,
    parsedPerSecond: perSecond(parse5000Ms),
    judgedPerSecond: perSecond(judge5000Ms),
  };
}

function measureAudit(folder: string, csv: string): BenchResults['audit'] {
  say('Auditing report files …');
  const many = Array.from({ length: 20 }, (_, index) => {
    const account = renderCredentialReport(
      sampleAccount(Date.now(), 5000, `${100_000_000_000 + index}`),
    );
    return index === 0 ? account : account.slice(account.indexOf('\n') + 1);
  });
  const [small, large] = [join(folder, '5000.csv'), join(folder, '100000.csv')];
  writeFileSync(small, csv);
  writeFileSync(large, many.join('\n'));
  const audit = (file: string, format: string) =>
    timeProcess(5, ['dist/cli/index.js', 'audit', '--report', file, '--format', format]);
  return [
    ...['table', 'json', 'html'].map((format) => ({
      ...{ rows: 5000, accounts: 1, format },
      ...audit(small, format),
    })),
    ...['table', 'json'].map((format) => ({
      ...{ rows: 100_000, accounts: many.length, format },
      ...audit(large, format),
    })),
  ];
}

async function measureOrganizations(): Promise<BenchResults['organization']> {
  say('Auditing an organization of 1000 accounts …');
  const results = await measureOrganization(1000, ['--organization'], preload);
  const accounts = Array.from({ length: 1000 }, (_, index) => `${100_000_000_000 + index}`);
  const list = join(folder, 'accounts.txt');
  writeFileSync(list, accounts.join('\n'));
  const args = ['--accounts-file', list, '--role', 'Audit'];
  return { results, roles: await measureOrganization(1000, args, preload) };
}

async function measureBundles(): Promise<BenchResults['bundle']> {
  say('Bundles and cold starts …');
  await bundleFunctions('dist/bench', []);
  const measure = (folder: string) => {
    const bundle = join(root, folder, 'evaluate/index.js');
    const empty = timeProcess(7, ['-e', '0']).wallMs;
    const loaded = timeProcess(7, ['-e', `require(${JSON.stringify(bundle)})`]).wallMs;
    const requireMs = Math.round(loaded - empty);
    return { kilobytes: Math.round(statSync(bundle).size / 1024), requireMs };
  };
  const figures = { sdkOutside: measure('dist/lambda'), sdkInside: measure('dist/bench') };
  rmSync(join(root, 'dist/bench'), { recursive: true });
  return figures;
}

process.chdir(root);
await Promise.all([buildFunctions(), buildCommandLine()]);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const csv = renderCredentialReport(sampleAccount(Date.now(), 5000));
const parts: { readonly [Part in keyof BenchResults]: () => unknown } = {
  machine: () => ({
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  }),
  alone: () => measureAlone(csv),
  audit: () => measureAudit(folder, csv),
  organization: measureOrganizations,
  bundle: measureBundles,
  planning: measurePlans,
  evaluations: measureEvaluations,
  bursts: measureBursts,
};
const file = 'scripts/bench/results.json';
const results: BenchResults = JSON.parse(readFileSync(file, 'utf8'));
// Measures the parts that the command line names, or all.
const asked = process.argv.slice(2);
for (const [part, measure] of Object.entries(parts)) {
  if (asked.length === 0 || asked.includes(part))
    Object.assign(results, { [part]: await measure() });
}
rmSync(folder, { recursive: true });
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
process.stdout.write(renderMarkdown(results));
