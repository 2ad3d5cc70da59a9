import type { BurstFigures, EvaluationFigures } from './evaluation.ts';
import type { PlanningFigures } from './functions.ts';
import type { OrganizationFigures } from './organization.ts';

/** The results of `npm run bench`, as in scripts/bench/results.json. */
export interface BenchResults {
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  readonly evaluations: readonly EvaluationFigures[];
  readonly bursts: readonly BurstFigures[];
  readonly planning: readonly PlanningFigures[];
  readonly alone: {
    readonly parse5000Ms: number;
    readonly judge5000Ms: number;
    readonly parsedPerSecond: number;
    readonly judgedPerSecond: number;
  };
  /** Of `audit --report`, as a whole process. */
  readonly audit: readonly {
    readonly rows: number;
    readonly accounts: number;
    readonly format: string;
    readonly wallMs: number;
    readonly peakMB: number;
  }[];
  /** `results`: --organization. `roles`: --accounts-file. */
  readonly organization: Readonly<Record<'results' | 'roles', OrganizationFigures>>;
  readonly bundle: Readonly<
    Record<'sdkOutside' | 'sdkInside', { kilobytes: number; requireMs: number }>
  >;
}

/** The results as the Markdown tables that the documentation quotes. */
export function renderMarkdown({
  machine,
  evaluations,
  bursts,
  planning,
  alone,
  audit,
  organization,
  bundle,
}: BenchResults): string {
  const runs = evaluations.map((run) => {
    const total = Object.values(run.requests).reduce((sum, count) => sum + count, 0);
    const limit = run.iamPerSecond === undefined ? '' : `, IAM at ${run.iamPerSecond}/s`;
    const changed = run.changed === undefined ? 'nothing' : `${run.changed} users`;
    const which = run.run === 'first' ? 'first' : `next day, ${changed} changed`;
    return `| ${count(run.users)} | ${which} | ${run.report}${limit} | ${count(total)} | ${count(run.put)} | ${seconds(run.wallMs)} | ${seconds(run.cpuMs)} | ${run.peakMB} MB |`;
  });
  const plans = planning.map(
    (plan) =>
      `| \`${plan.function}\` for one of ${count(plan.users)} users | ${seconds(plan.wallMs)}, ${plan.peakMB} MB |`,
  );
  const events = bursts.map(({ users, earlierResults, requests, wallMs }) => {
    const when = earlierResults ? 'evaluated again' : 'created';
    const ofIam = Object.entries(requests).filter(
      ([name]) => !/Compliance|Evaluations/u.test(name),
    );
    const total = Object.values(requests).reduce((sum, each) => sum + each, 0);
    return `| the rule is ${when}: the items of ${count(users)} users, one after the other | ${seconds(wallMs)}, ${count(total)} requests, ${ofIam.length} of them to IAM |`;
  });
  const reports = audit.map(({ rows, accounts, format, wallMs, peakMB }) => {
    const of = accounts === 1 ? 'rows' : `rows of ${count(accounts)} accounts`;
    const how = format === 'table' ? '' : ` --format ${format}`;
    return `| \`audit --report${how}\`, ${count(rows)} ${of}, whole process | ${seconds(wallMs)}, ${Math.round(peakMB)} MB |`;
  });
  const organizations = (['results', 'roles'] as const).map((kind) => {
    const { accounts, users, wallMs, peakMB, requests } = organization[kind];
    const total = Object.values(requests).reduce((sum, each) => sum + each, 0);
    const option = kind === 'results' ? '--organization' : '--accounts-file';
    return `| \`audit ${option}\`, ${count(users)} users of ${count(accounts)} accounts, whole process | ${seconds(wallMs)}, ${peakMB} MB, ${count(total)} requests |`;
  });
  return `\
| users (40 % unused) | run | report | requests | evaluations | wall | CPU, start included | peak memory |
|---|---|---|---|---|---|---|---|
${runs.join('\n')}

| measured alone | |
|---|---|
| parse a report of 5,000 rows | ${alone.parse5000Ms} ms (${count(alone.parsedPerSecond)} users/s) |
| evaluate 5,000 users, annotations included | ${alone.judge5000Ms} ms (${count(alone.judgedPerSecond)} users/s) |
${plans.join('\n')}
${events.join('\n')}
${reports.join('\n')}
${organizations.join('\n')}
| bundle without the SDK: size, time to require it with the SDK beside it | ${bundle.sdkOutside.kilobytes} KB, ${bundle.sdkOutside.requireMs} ms |
| bundle with the SDK inside: size, time to require it | ${bundle.sdkInside.kilobytes} KB, ${bundle.sdkInside.requireMs} ms |

Node ${machine.node}, ${machine.cores} cores of ${machine.cpu}.
`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;
}
