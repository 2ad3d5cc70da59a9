import { createColors } from 'picocolors';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';

/** How to paint text. */
export interface TerminalStyle {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Returns colors only for a terminal that shows them, and respects NO_COLOR. */
export function styleFor(stream: { readonly isTTY?: boolean }): TerminalStyle {
  const { NO_COLOR = '', TERM } = process.env;
  return createStyle(stream.isTTY === true && NO_COLOR === '' && TERM !== 'dumb');
}

/** Paints text, or leaves it as it is. */
export function createStyle(enabled: boolean): TerminalStyle {
  const { bold, dim, green, yellow, red } = createColors(enabled);
  return { bold, dim, good: green, warn: yellow, bad: red };
}

/** Returns the columns of a terminal, by COLUMNS if it is set; null for anything else, such as a pipe. */
export function widthOf(stream: {
  readonly isTTY?: boolean;
  readonly columns?: number;
}): number | null {
  if (stream.isTTY !== true) return null;
  const columns = Number(process.env['COLUMNS']);
  if (Number.isInteger(columns) && columns > 0) return columns;
  // A pseudo terminal without a size reports 0 columns.
  return stream.columns || 80;
}

/**
 * Spells out every control, format and line-breaking character as `\u{…}`, so that a name from AWS cannot move
 * the cursor, change colors or reorder what is shown.
 */
export function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Returns the message to show for anything thrown: never a stack trace. */
export function describeFailure(error: unknown): string {
  if (error instanceof ExpectedError) return plain(messageOf(error));
  return `unexpected error: ${plain(messageOf(error))}. This is a defect. Report it with the command that you ran.`;
}

/** Escapes, as JSON allows, the characters that a terminal obeys. In JSON text they occur only within strings. */
export function escapeControls(json: string): string {
  return json.replace(/[\x7F-\x9F\p{Cf}\u2028\u2029]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Returns indented JSON that is safe to show in a terminal. */
export function plainJson(value: unknown): string {
  return `${escapeControls(JSON.stringify(value, null, 2))}\n`;
}
