import { number } from '../../../../terminal/counts.ts';
import { plain } from '../../../../terminal/style.ts';

/** The width of a digit at the font size of the charts (pixels). */
const digit = 7;

/** The space that a number needs beside a chart, with a gap (pixels). */
export function widthOf(amount: number): number {
  return number(amount).length * digit + 8;
}

/** `999`, `1.2K`, `140K`, for a bar of a narrow chart. */
export function shortNumber(amount: number): string {
  return amount < 1000 ? number(amount) : compact.format(amount);
}

const compact = new Intl.NumberFormat('en', {
  notation: 'compact',
  maximumSignificantDigits: 2,
});

/** The space to the left of a chart whose vertical axis ends at this number or a little higher (pixels). */
export function leftMargin(most: number): number {
  return Math.max(48, widthOf(Math.ceil(most * 1.5)));
}

/** The space between a label and the axis, and a little more for other fonts (pixels). */
export const labelGap = 6;

/** Characters and their widths at the font size of the charts, in a wide font such as DejaVu Sans (pixels). */
const characters = [
  [/[ijlI.,:;'|! ]/u, 4.8],
  [/[frt()[\]/\\-]/u, 5.5],
  [/[a-ln-vx-z0-9_$*?"{}^`]/u, 7.7],
  [/[A-LN-VX-Z]/u, 9.5],
] as const;
const widestCharacter = 12;

/** The width of a label at the font size of the charts (pixels). */
export function labelWidth(text: string): number {
  return Array.from(text).reduce(
    (sum, one) => sum + (characters.find(([kind]) => kind.test(one))?.[1] ?? widestCharacter),
    0,
  );
}

/** Cuts a label to a width (pixels). Control and format characters are spelled out. */
export function shortenTo(text: string, width: number): string {
  const all = plain(text);
  if (labelWidth(all) <= width) return all;
  const kept = Array.from(all);
  while (kept.length > 0 && labelWidth(`${kept.join('')}\u2026`) > width) kept.pop();
  return `${kept.join('')}\u2026`;
}
