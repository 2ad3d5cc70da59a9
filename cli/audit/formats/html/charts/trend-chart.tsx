import * as Plot from '@observablehq/plot';
import { count, number } from '../../../../terminal/counts.ts';
import type { Trend, TrendPoint } from '../../../trend/trend.ts';
import { Chart } from './chart.tsx';
import { leftMargin } from './label-width.ts';

/** Days between labels when there is room for only a few. */
const mostLabels = { wide: 6, narrow: 3 } as const;

/** How many users were NON_COMPLIANT by day, and how many credentials were unused. */
export function TrendChart({ trend: { points } }: { readonly trend: Trend }) {
  const days = points.map((point) => ({ ...point, date: new Date(`${point.day}T00:00:00Z`) }));
  const most = points.reduce(
    (max, { nonCompliant, unusedCredentials }) =>
      Math.max(max, nonCompliant, unusedCredentials ?? 0),
    1,
  );
  const known = days.filter(({ unusedCredentials }) => unusedCredentials !== null);
  return (
    <Chart
      id="trend"
      title="NON_COMPLIANT users and unused credentials by day"
      description={`Line chart of ${count(points.length, 'day')}. ${describeEnds(points)}`}
      draw={({ isNarrow }) => ({
        ...{ height: 240, marginTop: 16, marginBottom: 36, marginRight: 12 },
        marginLeft: leftMargin(most),
        x: {
          ...{ type: 'utc', label: null, tickSize: 0 },
          ticks: isNarrow ? mostLabels.narrow : mostLabels.wide,
        },
        y: {
          ...{ domain: [0, most], grid: true, ticks: 4, tickSize: 0, nice: true, label: null },
          tickFormat: (amount: number) => (Number.isInteger(amount) ? number(amount) : ''),
        },
        marks: [
          Plot.ruleY([0], { stroke: 'var(--axis)' }),
          Plot.lineY(known, {
            ...{ x: 'date', y: 'unusedCredentials', stroke: 'var(--series)' },
            ...{ strokeWidth: 2, strokeDasharray: '5 3' },
          }),
          Plot.lineY(days, { x: 'date', y: 'nonCompliant', stroke: 'var(--due)', strokeWidth: 2 }),
          Plot.dot(days, { x: 'date', y: 'nonCompliant', r: 3, fill: 'var(--due)' }),
        ],
      })}
      numbers={{
        header: ['Day', 'NON_COMPLIANT users', 'Unused credentials', 'Users'],
        rows: points.map(({ day, nonCompliant, unusedCredentials, users }) => [
          day,
          ...[nonCompliant, unusedCredentials, users].map(shownAmount),
        ]),
      }}
    >
      <p class="note">
        The continuous line shows NON_COMPLIANT users, the dashed one unused credentials.
      </p>
    </Chart>
  );
}

function shownAmount(amount: number | null): string {
  return amount === null ? 'not known' : number(amount);
}

function describeEnds(points: readonly TrendPoint[]): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return '';
  const describe = ({ day, nonCompliant, unusedCredentials }: TrendPoint) => {
    const credentials =
      unusedCredentials === null ? '' : ` and ${count(unusedCredentials, 'unused credential')}`;
    return `On ${day}, ${count(nonCompliant, 'NON_COMPLIANT user')}${credentials}.`;
  };
  return first === last ? describe(first) : `${describe(first)} ${describe(last)}`;
}
