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
