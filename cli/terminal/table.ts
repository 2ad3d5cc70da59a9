import stringWidth from 'fast-string-width';
import { plain } from './style.ts';

/** A cell's text, which may come from AWS, and how to paint it. */
type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableLayout {
  /** The terminal's columns; null for lines of any length, as for a pipe or a file. */
  readonly width: number | null;
  /** What happens to a last cell that does not fit: it is cut, or continues on lines of its own. */
  readonly overflow: 'cut' | 'wrap';
  /** Indexes of columns that are never cut, because people copy them. */
  readonly whole?: readonly number[];
}

const gap = '  ';
/** The smallest width to which a column is cut. */
const narrowest = 8;
/** The part of the terminal's width that the last column keeps when it does not fit. */
const lastPart = 0.45;
const ellipsis = '…';

/**
 * Aligns the columns of rows, which have equally many cells, and returns a text for each row: several lines where
 * the last cell is wrapped. In a terminal the lines fit its width, as far as the columns that stay whole allow.
 * Control characters are spelled out, so text from AWS never adds a line of its own.
 */
export function layOut(
  rows: readonly (readonly Cell[])[],
  { width, overflow, whole = [] }: TableLayout,
): string[] {
  const texts = rows.map((row) => row.map((cell) => plain(textOf(cell))));
  const last = (rows[0]?.length ?? 1) - 1;
  const natural = Array.from({ length: last + 1 }, (_, column) =>
    texts.reduce((widest, row) => Math.max(widest, stringWidth(row[column] ?? '')), 0),
  );
  const { widths, below } = fitWidths(natural, width, whole, overflow);
  const indent = below ? '    ' : ' '.repeat(sum(widths.slice(0, last)) + last * gap.length);

  return rows.map((row, index) => {
    const painted = (column: number, text: string) => paintOf(row[column] ?? '')(text);
    const cells = texts[index] ?? [];
    const lead = cells.slice(0, last).map((text, column) => {
      const size = widths[column] ?? 0;
      return painted(column, pad(cut(text, size), size));
    });
    const text = cells[last] ?? '';
    const lines =
      width !== null && overflow === 'wrap'
        ? wrap(text, width - indent.length)
        : [cut(text, widths[last] ?? 0)];
    const tail = lines.map((line) => painted(last, line)).join(`\n${indent}`);
    return below ? `${lead.join(gap)}\n${indent}${tail}` : [...lead, tail].join(gap);
  });
}

/** Returns each column's width, and whether the last column needs lines of its own. */
function fitWidths(
  natural: readonly number[],
  width: number | null,
  whole: readonly number[],
  overflow: TableLayout['overflow'],
): { widths: number[]; below: boolean } {
  const widths = [...natural];
  const last = widths.length - 1;
  if (width === null || last < 0) return { widths, below: false };
  const excess = () => sum(widths) + last * gap.length - width;
  const wraps = overflow === 'wrap';
  const shrink = (column: number, to: number) => {
    const size = widths[column] ?? 0;
    widths[column] = Math.max(Math.min(size, to), size - Math.max(0, excess()));
  };
  shrink(last, Math.max(narrowest, Math.floor(lastPart * width)));
  const below = wraps && excess() > 0;
  if (below) widths[last] = 0;
  while (excess() > 0) {
    const cuttable = widths.flatMap((size, column) =>
      column === last || whole.includes(column) || size <= narrowest ? [] : [{ size, column }],
    );
    const widest = cuttable.toSorted((a, b) => b.size - a.size)[0];
    if (widest === undefined) break;
    shrink(widest.column, Math.max(narrowest, widest.size - 1));
  }
  if (!below) shrink(last, narrowest);
  return { widths, below };
}

/** Breaks text at spaces; a word that is longer than the width keeps a line of its own. Null is any width. */
export function wrap(text: string, width: number | null): string[] {
  if (width === null) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    const longer = `${line} ${word}`;
    if (line === undefined || stringWidth(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Breaks a line as `wrap` does. It keeps its leading spaces, and what follows has `hanging` more of them. */
export function wrapLine(line: string, width: number | null, hanging: number): string {
  const text = line.replace(/^ +/u, '');
  const indent = line.slice(0, line.length - text.length);
  const more = indent + ' '.repeat(hanging);
  return indent + wrap(text, width === null ? null : width - more.length).join(`\n${more}`);
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) >= width) break;
    kept += segment;
  }
  return kept + ellipsis;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function paintOf(cell: Cell): (text: string) => string {
  return typeof cell === 'string' ? (text) => text : cell.paint;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
