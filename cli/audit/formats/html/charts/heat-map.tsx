import * as Plot from '@observablehq/plot';
import { count, number } from '../../../../terminal/counts.ts';
import type { AuditedAccount, AuditResult } from '../../../result.ts';
import { credentialsOf } from '../../../summary.ts';
import { Chart } from './chart.tsx';

/** The accounts that are shown: the ones with the most unused credentials. */
const mostAccounts = 25;

/** Days idle: each column begins there and ends before the next. */
const ages = [
  ...[{ from: 0, label: 'under 30', short: '<30' }],
  ...[{ from: 30, label: '30 to 89', short: '30+' }],
  ...[{ from: 90, label: '90 to 179', short: '90+' }],
  ...[{ from: 180, label: '180 to 364', short: '180+' }],
  ...[{ from: 365, label: '365 or more', short: '365+' }],
] as const;

/** Shades of the style sheet, the lightest first. */
const shades = 5;

interface Cell {
  readonly accountId: string;
  readonly age: string;
  credentials: number;
}

/** How many credentials of each account have been idle for how long. */
export function HeatMap(props: {
  readonly result: AuditResult;
  /** Ranked. */
  readonly accounts: readonly AuditedAccount[];
}) {
  const shown = props.accounts.filter(({ failure }) => failure === null).slice(0, mostAccounts);
  const rows = countCells(props.result, shown);
  const cells = rows.flatMap(({ cells: of }) => of);
  const most = cells.reduce((max, { credentials }) => Math.max(max, credentials), 0);
  const left = props.accounts.length - shown.length;
  const old = ages.at(-1)?.label ?? '';
  const worst = cells
    .filter(({ age }) => age === old)
    .toSorted((a, b) => b.credentials - a.credentials)[0];
  return (
    <Chart
      id="account-age"
      title="Credentials by account and days idle"
      description={
        `Heat map of ${count(shown.length, 'account')} by days idle.` +
        (worst === undefined || worst.credentials === 0
          ? ''
          : ` Account ${worst.accountId} has the most that are idle for 365 days or more: ${number(worst.credentials)}.`)
      }
      draw={({ isNarrow }) => ({
        ...{ marginLeft: 104, marginTop: 28, marginRight: 4, marginBottom: 4 },
        height: 36 + shown.length * 26,
        x: {
          ...{ type: 'band', axis: 'top', label: null, tickSize: 0, padding: 0.06 },
          domain: ages.map(({ label }) => label),
          tickFormat: (_: string, index: number) =>
            isNarrow ? ages[index]?.short : ages[index]?.label,
        },
        y: {
          ...{ type: 'band', label: null, tickSize: 0, padding: 0.1 },
          domain: shown.map(({ accountId }) => accountId),
        },
        marks: [
          Plot.cell(cells, {
            ...{ x: 'age', y: 'accountId' },
            fill: ({ credentials }) => `var(--heat-${shadeOf(credentials, most)})`,
          }),
          Plot.text(cells, {
            ...{ x: 'age', y: 'accountId' },
            text: ({ credentials }: Cell) => number(credentials),
            fill: ({ credentials }: Cell) => `var(--on-heat-${shadeOf(credentials, most)})`,
          }),
        ],
      })}
      numbers={{
        header: ['Account', ...ages.map(({ label }) => label)],
        rows: rows.map(({ accountId, cells: of }) => [
          accountId,
          ...of.map(({ credentials }) => number(credentials)),
        ]),
      }}
    >
      {left > 0 && (
        <p class="note">
          {count(left, 'account')} with fewer unused credentials, or that could not be read, not
          shown.
        </p>
      )}
    </Chart>
  );
}

function countCells(result: AuditResult, accounts: readonly AuditedAccount[]) {
  const byAccount = new Map(
    accounts.map(({ accountId }) => [
      accountId,
      ages.map(({ label }): Cell => ({ accountId, age: label, credentials: 0 })),
    ]),
  );
  for (const { user, credential } of credentialsOf(result.users)) {
    const index = ages.findLastIndex(({ from }) => from <= credential.idleDays);
    const cell = byAccount.get(user.accountId)?.[index];
    if (cell !== undefined) cell.credentials += 1;
  }
  return [...byAccount].map(([accountId, cells]) => ({ accountId, cells }));
}

/** 0 for none, else by the logarithm, so that one large account does not make all others pale. */
function shadeOf(credentials: number, most: number): number {
  if (credentials === 0) return 0;
  if (most <= 1) return shades - 1;
  return 1 + Math.round((Math.log(credentials) / Math.log(most)) * (shades - 2));
}
