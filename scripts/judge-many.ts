import { generateAccounts } from '../test/semantics/generate-users.ts';
import { type Difference, judgeThreeWays } from '../test/semantics/judge-three-ways.ts';

const shown = 3;

/**
 * Evaluates generated users by the report, by live reads, and by the independent implementation of the semantics:
 * 100 users an account, each account with its own rule parameters and instant. Returns the exit code, 1
 * if any result differs.
 */
function judgeMany(users: number, seed: number): number {
  const startedAt = Date.now();
  const differences: Difference[] = [];
  let [judged, exceptions, nonCompliant, differing] = [0, 0, 0, 0];
  for (const account of generateAccounts(users, seed)) {
    const comparison = judgeThreeWays(account);
    judged += comparison.verdicts.length;
    exceptions += comparison.exceptions.length;
    nonCompliant += comparison.verdicts.filter((v) => v.compliance === 'NON_COMPLIANT').length;
    differing += comparison.differences.length;
    differences.push(...comparison.differences.slice(0, shown - differences.length));
    if (judged % 10_000 === 0) {
      process.stderr.write(`${judged} users evaluated, ${differing} differences\n`);
    }
  }
  for (const difference of differences) {
    process.stdout.write(`${JSON.stringify(difference, null, 2)}\n`);
  }
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${judged} users (${nonCompliant} NON_COMPLIANT), seed ${seed}: ${differing} differences; ` +
      `${exceptions} documented exceptions (ambiguous slots, live more lenient); ${seconds} s\n`,
  );
  return differing === 0 ? 0 : 1;
}

const [users = 100_000, seed = 1] = process.argv.slice(2).map(Number);
if (![users, seed].every((value) => Number.isSafeInteger(value) && value > 0)) {
  process.stderr.write('Usage: npx tsx scripts/judge-many.ts [users] [seed], both whole numbers\n');
  process.exitCode = 2;
} else {
  process.exitCode = judgeMany(users, seed);
}
