import { DateTime } from 'luxon';

/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** Milliseconds in a day. In UTC every day has exactly 24 hours. */
export const millisecondsPerDay = 86_400_000;

/** Takes an instant; gives back its UTC date, `2026-11-21`. */
export function formatDate(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** Takes an instant; gives back `2026-11-21T06:30:00Z`, with a fraction only where there is one. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/u;
const isoInstant =
  /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/u;

/**
 * Takes the text of an ISO 8601 instant with an offset (`2027-01-31T12:00:00Z`, `…+02:00`).
 * Gives back the instant, or undefined for anything else, impossible dates included.
 */
export function parseInstant(text: string): Instant | undefined {
  if (!isoInstant.test(text)) return undefined;
  const parsed = DateTime.fromISO(text);
  return parsed.isValid ? parsed.toMillis() : undefined;
}

/**
 * Takes an ISO date (`2027-01-31`). Gives back the first instant after that day, UTC, or undefined
 * for anything else, impossible dates included.
 */
export function parseEndOfDate(text: string): Instant | undefined {
  if (!isoDate.test(text)) return undefined;
  const parsed = DateTime.fromISO(text, { zone: 'utc' });
  return parsed.isValid ? parsed.plus({ days: 1 }).toMillis() : undefined;
}
