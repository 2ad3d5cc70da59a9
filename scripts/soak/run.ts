import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Template } from '../../local-aws/template/resolve.ts';
import { accountTemplate } from '../../test/infra/synthesized.ts';
import { breaks } from '../../test/scripts/soak-breaks.ts';
import { buildFunctions } from '../build.ts';
import type { SoakResults } from '../readme/soak.ts';
import { dayOfViolation } from './break.ts';
import { invariants } from './invariants.ts';
import { runSoak } from './soak.ts';

// As in `npm start`, the SDK's warning about its own later versions does not concern the user.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** The size of the soak whose results are stored. */
const stored = { users: 120, days: 365 };

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Breaks the product in each way of the list. Returns whether each was noticed. */
async function breakAll(template: Template): Promise<boolean> {
  let isNoticed = true;
  for (const each of breaks) {
    const day = await dayOfViolation(template, each);
    const found = day === null ? 'NOT NOTICED' : `noticed after ${day} days`;
    say(`${each.name}: ${found} (${each.violates})`);
    isNoticed &&= day !== null;
  }
  return isNoticed;
}

/** Returns whether every invariant held. */
async function soak(
  template: Template,
  { seed, users, days }: Readonly<Record<'seed' | 'users' | 'days', number>>,
): Promise<boolean> {
  say(`Seed ${seed}: ${users} users, ${days} days`);
  const cpu = process.cpuUsage();
  const { violations, checks, ...rest } = await runSoak({
    ...{ seed, users, days, template },
    onDay: (done, so) => {
      if (done % 10 === 0) say(`Day ${done} of ${days}, ${so.violations.length} violations`);
      return false;
    },
  });
  const { user, system } = process.cpuUsage(cpu);
  const results: SoakResults = {
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
  const text = `${JSON.stringify(results, null, 2)}\n`;
  process.stdout.write(text);
  for (const { invariant, what } of violations) say(`Violated: ${invariant}: ${what}`);
  if (users === stored.users && days === stored.days) {
    writeFileSync(new URL('results.json', import.meta.url), text);
  }
  say(`${violations.length} violations. Seed ${seed}, ${results.cpuSeconds} s of CPU time`);
  return violations.length === 0;
}

const { values } = parseArgs({
  options: {
    ...{ seed: { type: 'string' }, users: { type: 'string' }, days: { type: 'string' } },
    breaks: { type: 'boolean' },
  },
});
await buildFunctions();
const template = await accountTemplate();
const isRight =
  values.breaks === true
    ? await breakAll(template)
    : await soak(template, {
        seed: Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000)),
        users: Number(values.users ?? stored.users),
        days: Number(values.days ?? stored.days),
      });
if (!isRight) process.exitCode = 1;
