/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** Milliseconds in a day. In UTC every day has exactly 24 hours. */
export const millisecondsPerDay = 86_400_000;

/** The UTC date, `2026-11-21`. */
export function formatDate(instant: Instant): string {
  const text = new Date(instant).toISOString();
  // After 9999 a year has six digits and a sign.
  return text.slice(0, text.indexOf('T'));
}

/** `2026-11-21T06:30:00Z`, with a fraction of a second only if it is not zero. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

// Stryker disable next-line Regex: a date with something beside it does not read back as it was written
const isoDate = /^\d{4}-\d{2}-\d{2}$/u;
const isoInstant =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/u;

/**
 * Parses an ISO 8601 instant with an offset (`2027-01-31T12:00:00Z`, `…+02:00`). Undefined for anything else,
 * including impossible dates.
 */
export function parseInstant(text: string): Instant | undefined {
  // Stryker disable next-line ArrayDeclaration,StringLiteral: any text that is not a date will do
  const [, date = ''] = isoInstant.exec(text) ?? [];
  return parseStartOfDate(date) === undefined ? undefined : Date.parse(text);
}

/** The first instant after an ISO date (`2027-01-31`), UTC. Undefined for anything else, including impossible dates. */
export function parseEndOfDate(text: string): Instant | undefined {
  const start = parseStartOfDate(text);
  return start === undefined ? undefined : start + millisecondsPerDay;
}

/** The engine reads 30 February as 1 or 2 March, so the date must read back as it was written. */
function parseStartOfDate(text: string): Instant | undefined {
  if (!isoDate.test(text)) return undefined;
  const start = Date.parse(text);
  return Number.isNaN(start) || formatDate(start) !== text ? undefined : start;
}
