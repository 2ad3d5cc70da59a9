/** Values that references name: `Param`, `Step.Output` and `automation:EXECUTION_ID`. */
export type Values = ReadonlyMap<string, unknown>;

const REFERENCE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const WHOLE = /^\{\{\s*([^{}]*?)\s*\}\}$/;

/** Names that a value refers to, anywhere in it. */
export function findReferences(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(REFERENCE)].map(([, name = '']) => name);
}

/** Puts values for references, of any type for a whole text; an unknown one stays as it is. */
export function resolve(value: unknown, values: Values): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, values));
  if (isMap(value)) return mapValues(value, (member) => resolve(member, values));
  if (typeof value !== 'string') return value;
  const [, whole] = WHOLE.exec(value) ?? [];
  if (whole !== undefined) return values.has(whole) ? values.get(whole) : value;
  return value.replace(REFERENCE, (reference: string, name: string) =>
    values.has(name) ? toText(values.get(name)) : reference,
  );
}

/** Gives what a selector (`$`, `$.a.b`) finds, or undefined. */
export function select(answer: unknown, selector: string): unknown {
  const keys = selector.split('.').slice(1);
  return keys.reduce<unknown>(
    (value, key) => (isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    answer,
  );
}

/** Writes a value as text, as JSON unless it is text already. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Writes a value as the history does: a list as its items. */
export function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(toText) : [toText(value)];
}

/** Tells a map from any other value. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Maps a map's values. */
export function mapValues<T, U>(map: Record<string, T>, change: (value: T) => U) {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
