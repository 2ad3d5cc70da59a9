import { number } from '../../../../terminal/counts.ts';

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
