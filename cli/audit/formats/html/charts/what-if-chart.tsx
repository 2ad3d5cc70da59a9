import * as Plot from '@observablehq/plot';
import { count, number } from '../../../../terminal/counts.ts';
import type { AuditResult } from '../../../result.ts';
import { countByLimit } from '../../../what-if.ts';
import { Chart } from './chart.tsx';
import { leftMargin } from './label-width.ts';
import { limitMargin, limitMarks, limitsOf } from './limits.ts';

const longestLimit = 400;
/** The limits that the table of numbers and the description name (days). */
const usual = [30, 45, 60, 90, 180, 365];

/** How many users would be NON_COMPLIANT at other limits. */
export function WhatIfChart({ result }: { readonly result: AuditResult }) {
  const counts = countByLimit(result, longestLimit);
  const limits = limitsOf(result).filter(({ days }) => days <= longestLimit);
  const named = [...new Set([1, ...usual, ...limits.map(({ days }) => days)])].toSorted(
    (a, b) => a - b,
  );
  const rows = counts.filter(({ limit }) => named.includes(limit));
  const spoken = rows.map(
    ({ limit, nonCompliant }) => `${number(nonCompliant)} at ${count(limit, 'day')}`,
  );
  const most = counts[0]?.nonCompliant ?? 0;
  const points = limits.length > 1 ? [] : counts.filter(({ limit }) => limit === limits[0]?.days);
  // Above a point at the top is the label of the limit.
  const isHigh = points.some(({ nonCompliant }) => nonCompliant > 0.8 * most);
  const isRight = points.some(({ limit }) => limit > longestLimit / 2);
  return (
    <Chart
      id="what-if"
      title="Users who would be NON_COMPLIANT at another limit"
      description={`Line chart. Of ${count(result.summary.users, 'user')}, NON_COMPLIANT: ${spoken.join(', ')}.`}
      draw={() => ({
        ...{
          height: 240,
          marginTop: limitMargin,
          marginBottom: 36,
          marginLeft: leftMargin(most),
          marginRight: 12,
        },
        x: {
          ...{ domain: [1, longestLimit], ticks: [1, 100, 200, 300, 400] },
          ...{ label: 'limit in days', labelArrow: 'none' },
        },
        y: {
          ...{ domain: [0, Math.max(1, most)], grid: true, ticks: 4, tickSize: 0, nice: true },
          ...{ label: 'users', labelArrow: 'none' },
          tickFormat: (users: number) => (Number.isInteger(users) ? number(users) : ''),
        },
        marks: [
          Plot.areaY(counts, {
            ...{ x: 'limit', y: 'nonCompliant', curve: 'step-after' },
            fill: 'var(--area)',
          }),
          Plot.lineY(counts, {
            ...{ x: 'limit', y: 'nonCompliant', curve: 'step-after' },
            ...{ stroke: 'var(--due)', strokeWidth: 2 },
          }),
          Plot.ruleY([0], { stroke: 'var(--axis)' }),
          ...limitMarks(limits, longestLimit / 2),
          Plot.dot(points, { x: 'limit', y: 'nonCompliant', r: 4.5, fill: 'var(--text)' }),
          Plot.text(points, {
            ...{ x: 'limit', y: 'nonCompliant', dy: isHigh ? 14 : -10 },
            ...(isRight ? { textAnchor: 'end', dx: -8 } : { textAnchor: 'start', dx: 8 }),
            ...{ fill: 'var(--text)', stroke: 'var(--surface)', strokeWidth: 4 },
            text: ({ nonCompliant }) => count(nonCompliant, 'user'),
          }),
        ],
      })}
      numbers={{
        header: ['Limit', 'NON_COMPLIANT users'],
        rows: rows.map(({ limit, nonCompliant }) => [count(limit, 'day'), number(nonCompliant)]),
      }}
    >
      <p class="note">{explain(result, points[0]?.nonCompliant)}</p>
    </Chart>
  );
}

/** `marked` is the count that the chart has at the limit of the audit; undefined if it has none. */
function explain({ parameters, summary }: AuditResult, marked: number | undefined): string {
  const now = `At the limits of this audit, ${count(summary.nonCompliant, 'user')} ${summary.nonCompliant === 1 ? 'is' : 'are'} NON_COMPLIANT.`;
  const same =
    'One limit for passwords and access keys; the scope and the exemptions stay the same.';
  const keys = 'A use of an access key that is not active is not considered.';
  return [
    ...(marked === summary.nonCompliant ? [] : [now]),
    same,
    ...(parameters?.evaluationScope === 'console-password' ? [keys] : []),
  ].join(' ');
}
