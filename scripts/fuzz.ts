import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { caseLimit, findViolation, fuzzCase, runFuzzCase } from '../test/fuzz/fuzz-case.ts';

/** The message about one case, from the process that runs the cases. */
const report = v.object({
  seed: v.number(),
  code: v.number(),
  violation: v.optional(v.string()),
});
type Report = v.InferOutput<typeof report>;

/** The longest time (ms) between two messages; a longer one is a hang. */
const patience = 30_000;
/** The most violations that are written to files. */
const kept = 20;

/** Runs and reports the cases of every `step`th seed from `first` to `last`. */
async function runCases(first: number, last: number, step: number): Promise<void> {
  for (let seed = first; seed <= last; seed += step) {
    const example = fuzzCase(seed);
    const startedAt = performance.now();
    const outcome = await runFuzzCase(example);
    const took = performance.now() - startedAt;
    const violation =
      took > caseLimit ? `took ${Math.round(took)} ms` : findViolation(example, outcome);
    const message: Report = { seed, code: outcome.code, violation };
    // Waits until the message has left, so that a hang is attributed to the case that hangs.
    await new Promise((resolve) => process.send?.(message, resolve));
  }
}

/**
 * Runs mutated credential reports through `audit`, in processes with a watchdog. Returns the exit code, 1
 * if `audit` violated one of its guarantees.
 */
async function fuzz(count: number, firstSeed: number): Promise<number> {
  const startedAt = Date.now();
  const codes = new Map<number, number>();
  const violations: Report[] = [];
  let [ran, lastShown] = [0, Date.now()];
  const onReport = (message: Report) => {
    ran += 1;
    codes.set(message.code, (codes.get(message.code) ?? 0) + 1);
    if (message.violation !== undefined) violations.push(message);
    if (Date.now() - lastShown < 5_000) return;
    lastShown = Date.now();
    process.stderr.write(`${ran} of ${count} reports, ${violations.length} violations\n`);
  };
  const step = Math.min(availableParallelism(), count);
  const last = firstSeed + count - 1;
  const starts = Array.from({ length: step }, (_, index) => firstSeed + index);
  await Promise.all(starts.map((first) => watch(first, last, step, onReport)));

  const folder = violations.length > 0 ? mkdtempSync(join(tmpdir(), 'fuzz-audit-')) : '';
  for (const { seed, violation } of violations.toSorted((a, b) => a.seed - b.seed).slice(0, kept)) {
    const file = join(folder, `${seed}.report`);
    const { bytes, args } = fuzzCase(seed, file);
    writeFileSync(file, bytes);
    process.stdout.write(
      `seed ${seed}: ${violation}\n  unused-iam-credentials ${args.join(' ')}\n`,
    );
  }
  const ends = [0, 1, 2].map((code) => `${codes.get(code) ?? 0} with ${code}`).join(', ');
  process.stdout.write(
    `${ran} mutated reports, seeds ${firstSeed} to ${last}: ended ${ends}; ` +
      `${violations.length} violations; ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`,
  );
  return violations.length === 0 && ran === count ? 0 : 1;
}

/** Runs cases in another process. A case that hangs or crashes is a violation; the next ones still run. */
async function watch(
  first: number,
  last: number,
  step: number,
  onReport: (message: Report) => void,
): Promise<void> {
  for (let next = first; next <= last; next += step) {
    const child = fork(fileURLToPath(import.meta.url), [`${next}`, `${last}`, `${step}`], {
      env: { ...process.env, FUZZ_CASES: 'run' },
    });
    const end = await follow(child, (message) => {
      next = message.seed + step;
      onReport(message);
    });
    if (next > last) return;
    onReport({ seed: next, code: -1, violation: `the process ${end}` });
  }
}

/** Resolves to how the process ended. Kills it if it hangs. */
function follow(child: ChildProcess, onReport: (message: Report) => void): Promise<string> {
  return new Promise((resolve) => {
    let hung = false;
    const bark = () => {
      hung = true;
      child.kill('SIGKILL');
    };
    let watchdog = setTimeout(bark, patience);
    child.on('message', (message) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(bark, patience);
      onReport(v.parse(report, message));
    });
    child.on('exit', (code, signal) => {
      clearTimeout(watchdog);
      resolve(hung ? `hung for ${patience} ms` : `ended with ${code ?? signal}`);
    });
  });
}

const numbers = process.argv.slice(2).map(Number);
if (process.env['FUZZ_CASES'] === 'run') {
  const [first = 1, last = 0, step = 1] = numbers;
  await runCases(first, last, step);
  process.disconnect();
} else {
  const [count = 100_000, seed = 1] = numbers;
  if (![count, seed].every((value) => Number.isSafeInteger(value) && value > 0)) {
    process.stderr.write('Usage: npx tsx scripts/fuzz.ts [count] [seed], both whole numbers\n');
    process.exitCode = 2;
  } else {
    process.exitCode = await fuzz(count, seed);
  }
}
