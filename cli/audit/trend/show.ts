import stringWidth from 'fast-string-width';
import { count, number } from '../../terminal/counts.ts';
import { wrap } from '../../terminal/table.ts';
import type { View } from '../view.ts';
import type { Trend, TrendPoint } from './trend.ts';

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A block for each number, from 0 to the largest one; a space for one that is not known. */
export function sparkline(numbers: readonly (number | null)[]): string {
  const most = numbers.reduce<number>((largest, one) => Math.max(largest, one ?? 0), 0);
  const block = (one: number) => blocks[Math.round((one / Math.max(most, 1)) * 7)] ?? '';
  return numbers.map((one) => (one === null ? ' ' : block(one))).join('');
}

/** What is drawn, by its name. */
const series: readonly (readonly [name: string, of: (point: TrendPoint) => number | null])[] = [
  ['NON_COMPLIANT users', ({ nonCompliant }) => nonCompliant],
  ['Unused credentials', ({ unusedCredentials }) => unusedCredentials],
];

/** The points that a pipe or a file gets. */
const shownPoints = 80;

/** Renders a line of blocks for users and one for credentials, with the first and the last number. */
export function renderTrend(
  { points }: Trend,
  { style, width }: Pick<View, 'style' | 'width'>,
): string {
  const label = Math.max(...series.map(([name]) => stringWidth(name)));
  const lines = series.flatMap(([name, of]) => {
    const known = points.map(of).filter((one) => one !== null);
    const [first] = known;
    const last = known.at(-1);
    if (first === undefined || last === undefined) return [];
    return [{ name: name.padEnd(label), of, change: `${number(first)} → ${number(last)}` }];
  });
  const change = Math.max(0, ...lines.map((line) => stringWidth(line.change)));
  const room = width === null ? shownPoints : Math.max(1, width - label - change - 4);
  const shown = points.slice(-room);
  const left = points.length - shown.length;
  if (points.length === 0) return 'Over time: there is no result.\n';
  const days =
    points.length === 1
      ? `1 day, ${points[0]?.day}. There is no earlier result.`
      : `${count(points.length, 'day')} from ${points[0]?.day} to ${points.at(-1)?.day}`;
  const drawn = left > 0 ? `, the last ${number(shown.length)} drawn` : '';
  const title = `Over time: ${days}${drawn}`;
  const heading = wrap(title, width);
  return [
    ...heading.map((line) => style.bold(line)),
    ...lines.map((line) => `${line.name}  ${sparkline(shown.map(line.of))}  ${line.change}`),
    '',
  ].join('\n');
}
