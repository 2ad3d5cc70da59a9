import { type Instant, parseInstant } from '../core/instant.ts';

/** UTC with seconds, on a day that every month has. */
const usual =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|\+00:00)$/u;

/**
 * Takes a date of a credential report: ISO 8601 with seconds and an offset, in practice UTC. Gives
 * back the instant, or undefined for anything else, impossible dates included.
 *
 * A report of 5,000 users holds some 30,000 dates. The engine's own parser is over ten times as fast as
 * luxon, but takes 30 February for 1 March, so that it gets only dates that exist for certain.
 */
export function parseReportDate(text: string): Instant | undefined {
  return usual.test(text) ? Date.parse(text) : parseInstant(text);
}
