/** What `npm run soak` stores. */
export interface SoakResults {
  readonly seed: number;
  /** By document and outcome. */
  readonly executions: Readonly<Record<string, number>>;
  /** Credentials that were changed. */
  readonly changes: Readonly<Record<'purge' | 'replace' | 'restore' | 'revoke', number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly messages: number;
  readonly cpuSeconds: number;
  readonly invariants: Readonly<
    Record<string, { readonly checked: number; readonly violated: number }>
  >;
}

const grouped = new Intl.NumberFormat('en-US');

/** The stored run in Markdown: what happened, and how often each invariant was checked and violated. */
export function renderSoak(results: SoakResults): string {
  const { seed, cpuSeconds, executions, requests, messages, faults, changes } = results;
  const amounts = [
    `${grouped.format(sum(executions))} executions`,
    `${grouped.format(requests)} requests`,
    `${grouped.format(messages)} messages`,
  ];
  const happened = `${amounts.join(', ')} and ${grouped.format(sum(faults))} faults`;
  const { revoke, restore, replace, purge } = changes;
  const changed = `It revoked ${revoke} credentials, restored ${restore}, replaced ${replace} and deleted ${purge}; ${executions['Retire Retire']} users were retired.`;
  const rows = Object.entries(results.invariants).map(
    ([name, { checked, violated }]) => `| ${name} | ${grouped.format(checked)} | ${violated} |`,
  );
  return [
    `The stored run (\`npm run soak -- --seed ${seed}\`, ${cpuSeconds} s of processor time) had ${happened}. ${changed}`,
    '',
    '| what must hold | checked | violated |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
