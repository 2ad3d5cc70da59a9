import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { accountTemplate } from '../../test/infra/synthesized.ts';
import { buildFunctions } from '../build.ts';
import { invariants } from './invariants.ts';
import { runSoak } from './soak.ts';

const say = (text: string) => process.stderr.write(`${text}\n`);

const { values } = parseArgs({
  options: {
    ...{ seed: { type: 'string' }, users: { type: 'string' }, days: { type: 'string' } },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));
const [users, days] = [Number(values.users ?? 120), Number(values.days ?? 365)];
say(`Seed ${seed}: ${users} users, ${days} days`);
await buildFunctions();
const template = await accountTemplate();
const cpu = process.cpuUsage();
const outcome = await runSoak({
  ...{ seed, users, days, template },
  onDay: (done, { violations }) => {
    if (done % 10 === 0 || done === days) {
      say(`Day ${done} of ${days}, ${violations.length} violations`);
    }
  },
});
const { user, system } = process.cpuUsage(cpu);
const { violations, checks, ...rest } = outcome;
const results = {
  ...{ ...rest, cpuSeconds: Math.round((user + system) / 1e6) },
  invariants: Object.fromEntries(
    Object.keys(invariants).map((name) => [
      name,
      {
        checked: checks[name] ?? 0,
        violated: violations.filter(({ invariant }) => invariant === name).length,
      },
    ]),
  ),
};
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
for (const { invariant, what } of violations) say(`Violated: ${invariant}: ${what}`);
if (users === 120 && days === 365) {
  const stored = new URL('results.json', import.meta.url);
  writeFileSync(stored, `${JSON.stringify(results, null, 2)}\n`);
}
say(`${violations.length} violations. Seed ${seed}, ${results.cpuSeconds} s of CPU time`);
if (violations.length > 0) process.exitCode = 1;
