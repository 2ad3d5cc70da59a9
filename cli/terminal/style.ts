import { createColors } from 'picocolors';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';

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

/** Takes anything thrown; gives back what to tell a person: never a stack trace. */
export function describeFailure(error: unknown): string {
  if (error instanceof ExpectedError) return plain(messageOf(error));
  return `unexpected error: ${plain(messageOf(error))}. This is a defect; please report it with the command you ran.`;
}

/**
 * Takes JSON text; gives it back with what a terminal obeys escaped as JSON allows: these characters occur
 * within strings only.
 */
export function escapeControls(json: string): string {
  return json.replace(/[\x7F-\x9F\p{Cf}\u2028\u2029]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Takes anything that JSON can hold; gives back its JSON, indented, that is safe to show on a terminal. */
export function plainJson(value: unknown): string {
  return `${escapeControls(JSON.stringify(value, null, 2))}\n`;
}
