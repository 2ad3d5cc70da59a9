import type { Exemption } from './exemption.ts';
import { formatInstant, type Instant, millisecondsPerDay } from './instant.ts';

/** The rule's clock may be behind the plan's by this much (milliseconds). */
const skew = 5 * 60_000;

/**
 * Takes the exemption that a user has, the days of grace, the longest exemption that the rule honours, in
 * days, and the instant of the plan. Gives back the value for the exemption tag: an honoured one that lasts
 * longer as it is, else the end of the grace. Grace is kept a little below the longest exemption: one
 * that the rule thought too distant would not be honoured at all.
 */
export function exemptUntil(
  exemption: Exemption,
  graceDays: number,
  maxExemptionDays: number,
  now: Instant,
): string {
  const asked = now + graceDays * millisecondsPerDay;
  const longest = now + maxExemptionDays * millisecondsPerDay - skew;
  const wholeSecond = Math.floor(Math.min(asked, longest) / 1000) * 1000;
  if (exemption.kind === 'tag' && exemption.until >= wholeSecond) return exemption.text;
  return formatInstant(wholeSecond);
}
