import * as Plot from '@observablehq/plot';
import { count, number } from '../../../../terminal/counts.ts';
import type { AuditResult } from '../../../result.ts';
import { credentialsOf, nameOfCredential, type OwnedCredential } from '../../../summary.ts';
import { shorten, shortNameOf } from '../text.ts';
import { Chart, type Drawing } from './chart.tsx';
import { binByIdleDays, type IdleBin, type Standing, standingOf } from './idle-days.ts';
import { labelGap, labelWidth, leftMargin, shortenTo } from './label-width.ts';
import { limitMargin, limitMarks, limitsOf } from './limits.ts';

/** More credentials than this are counted in bins. */
const mostBars = 40;

/** Where the logarithmic scale begins (days), so that less than a day has a bar. */
const scaleStart = 0.6;

const fills: Readonly<Record<Standing, string>> = {
  due: 'var(--due)',
  allowed: 'var(--allowed)',
  kept: 'var(--kept)',
};

/** How long each usable credential has been idle: a bar each, or a histogram of many. */
export function IdleChart({ result }: { readonly result: AuditResult }) {
  const credentials = credentialsOf(result.users);
  const limits = limitsOf(result);
  const longest = credentials.reduce(
    (most, { credential }) => Math.max(most, credential.idleDays),
    0,
  );
  const past = credentials.filter(({ credential }) => credential.unused).length;
  const limitText = limits.map(({ days, of }) => `${number(days)} days${of}`).join(' and ');
  const isHistogram = credentials.length > mostBars;
  const description =
    `Bar chart on a logarithmic scale of days. ${number(past)} of ${count(credentials.length, 'credential')} ` +
    `have been idle for as long as ${limitText === '' ? 'their limits' : `the limit, ${limitText}`}; the longest for ${count(longest, 'day')}.`;
  const end = Math.max(longest, ...limits.map(({ days }) => days)) * 1.4;
  const x: Plot.ScaleOptions = {
    ...{ type: 'log', domain: [scaleStart, end], label: 'days idle', labelArrow: 'none' },
    ...{ ticks: [1, 10, 100, 1000].filter((days) => days < end), tickFormat: number, grid: true },
  };
  const marks = limitMarks(limits, Math.sqrt(scaleStart * end));
  const bins = binByIdleDays(credentials);
  const sorted = credentials.toSorted((a, b) => b.credential.idleDays - a.credential.idleDays);
  return (
    <Chart
      id="idle"
      title="Idle time by credential"
      tall
      description={description}
      draw={(drawing) =>
        isHistogram
          ? { ...histogram(bins, drawing, end, marks), x }
          : { ...bars(sorted, drawing, marks), x }
      }
      numbers={isHistogram ? numbersOfBins(bins) : numbersOfBars(sorted)}
    >
      <Legend standings={credentials.map(standingOf)} />
    </Chart>
  );
}

function bars(
  credentials: readonly OwnedCredential[],
  { isNarrow }: Drawing,
  limits: readonly Plot.Markish[],
): Plot.PlotOptions {
  const marginLeft = isNarrow ? 152 : 196;
  const labels = credentials.map(({ user, credential }) => {
    const name = ` ${shortNameOf(credential)}`;
    return `${shortenTo(user.userName, marginLeft - labelGap - labelWidth(name))}${name}`;
  });
  const at = (_: unknown, index: number) => index;
  return {
    ...{
      marginLeft,
      marginRight: 18,
      marginTop: limitMargin,
      marginBottom: 36,
    },
    height: 76 + credentials.length * 20,
    y: {
      ...{ type: 'band', label: null, tickSize: 0, padding: 0.25 },
      ...{ domain: labels.map((_, index) => index), tickFormat: (index: number) => labels[index] },
    },
    marks: [
      Plot.barX(credentials, {
        ...{ x1: scaleStart, x2: ({ credential }) => Math.max(0.8, credential.idleDays), y: at },
        fill: (owned: OwnedCredential) => fills[standingOf(owned)],
      }),
      ...limits,
    ],
  };
}

function histogram(
  bins: readonly IdleBin[],
  { isNarrow }: Drawing,
  end: number,
  limits: readonly Plot.Markish[],
): Plot.PlotOptions {
  const stacked = bins.flatMap(({ from, to, counts }) => {
    const place = { from: Math.max(scaleStart, from), to: Math.min(to, end) };
    const { due, allowed, kept } = counts;
    return [
      { ...place, standing: 'due', low: 0, high: due },
      { ...place, standing: 'allowed', low: due, high: due + allowed },
      { ...place, standing: 'kept', low: due + allowed, high: due + allowed + kept },
    ] as const;
  });
  const most = stacked.reduce((max, { high }) => Math.max(max, high), 0);
  return {
    ...{ marginTop: limitMargin, marginBottom: 36, marginLeft: leftMargin(most), marginRight: 18 },
    height: isNarrow ? 260 : 420,
    y: { label: 'credentials', labelArrow: 'none', grid: true, ticks: 5, tickSize: 0 },
    marks: [
      Plot.rect(
        stacked.filter(({ low, high }) => high > low),
        {
          ...{ x1: 'from', x2: 'to', y1: 'low', y2: 'high', insetLeft: 0.5, insetRight: 0.5 },
          fill: ({ standing }: { standing: Standing }) => fills[standing],
        },
      ),
      Plot.ruleY([0], { stroke: 'var(--axis)' }),
      ...limits,
    ],
  };
}

const meanings: Readonly<Record<Standing, string>> = {
  due: 'Makes a user NON_COMPLIANT',
  allowed: 'Unused, but exempt or allowed by the scope',
  kept: 'Within the limit',
};

function Legend({ standings }: { readonly standings: readonly Standing[] }) {
  const present = new Set(standings);
  return (
    <ul class="legend">
      {(['due', 'allowed', 'kept'] as const)
        .filter((standing) => present.has(standing))
        .map((standing) => (
          <li key={standing}>
            <span class={`swatch ${standing}`} aria-hidden="true" />
            {meanings[standing]}
          </li>
        ))}
    </ul>
  );
}

function numbersOfBars(credentials: readonly OwnedCredential[]) {
  return {
    header: ['Credential', 'Days idle', 'Meaning'],
    rows: credentials.map((owned) => [
      `${shorten(owned.user.userName, 64)}, ${nameOfCredential(owned.credential)}`,
      number(owned.credential.idleDays),
      meanings[standingOf(owned)],
    ]),
  };
}

function numbersOfBins(bins: readonly IdleBin[]) {
  return {
    header: ['Days idle', meanings.due, meanings.allowed, meanings.kept],
    rows: bins.map(({ from, to, counts }) => [
      to === Number.POSITIVE_INFINITY ? `${number(from)} or more` : rangeOf(from, to - 1),
      ...[counts.due, counts.allowed, counts.kept].map(number),
    ]),
  };
}

function rangeOf(from: number, last: number): string {
  return from === last ? number(from) : `${number(from)} to ${number(last)}`;
}
