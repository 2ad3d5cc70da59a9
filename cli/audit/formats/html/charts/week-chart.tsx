import * as Plot from '@observablehq/plot';
import { count, number } from '../../../../terminal/counts.ts';
import type { Week } from '../upcoming-weeks.ts';
import { Chart } from './chart.tsx';
import { shortNumber } from './label-width.ts';

/** How many users become NON_COMPLIANT in each of the next weeks if they use nothing. */
export function WeekChart({ weeks }: { readonly weeks: readonly Week[] }) {
  const most = weeks.reduce((max, { users }) => Math.max(max, users.length), 0);
  const total = weeks.reduce((all, { users }) => all + users.length, 0);
  const labelOf = ({ from }: Week) => from.slice(5);
  return (
    <Chart
      id="weeks"
      title="Users who become NON_COMPLIANT, by week"
      description={`Bar chart of ${count(weeks.length, 'week')}, ${count(total, 'user')} in all. ${weeks
        .filter(({ users }) => users.length > 0)
        .map(({ from, users }) => `Week from ${from}: ${number(users.length)}.`)
        .join(' ')}`}
      draw={({ isNarrow }) => ({
        ...{ height: 200, marginTop: 24, marginBottom: 32, marginLeft: 16, marginRight: 8 },
        x: {
          ...{ type: 'band', domain: weeks.map(labelOf), label: null, tickSize: 0, padding: 0.2 },
          tickFormat: (label: string, index: number) => (isNarrow && index % 3 !== 0 ? '' : label),
        },
        y: { axis: null, domain: [0, Math.max(1, most)] },
        marks: [
          Plot.barY(weeks, {
            x: labelOf,
            y: ({ users }: Week) => users.length,
            fill: 'var(--series)',
          }),
          Plot.text(
            weeks.filter(({ users }) => users.length > 0),
            {
              ...{ x: labelOf, y: ({ users }: Week) => users.length, dy: -9, fill: 'var(--text)' },
              text: ({ users }: Week) => (isNarrow ? shortNumber : number)(users.length),
            },
          ),
          Plot.ruleY([0], { stroke: 'var(--axis)' }),
        ],
      })}
      numbers={{
        header: ['Week from', 'Users'],
        rows: weeks.map(({ from, users }) => [from, number(users.length)]),
      }}
    />
  );
}
