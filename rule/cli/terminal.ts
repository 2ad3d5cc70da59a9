import { createColors } from 'picocolors';

/** How to write to a terminal, or to a pipe that should get plain text. */
export interface TerminalStyle {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Takes the stream that will be written to; gives back colours only for a terminal, and respects NO_COLOR. */
export function styleFor(stream: { readonly isTTY?: boolean }): TerminalStyle {
  const enabled = stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
  const { bold, dim, green, yellow, red } = createColors(enabled);
  return { bold, dim, good: green, warn: yellow, bad: red };
}

/**
 * Takes text that came from AWS; gives it back with every control, format and line-breaking character
 * shown as `\u{…}`, so that a name cannot move the cursor, change colours or reorder what is shown.
 */
export function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
