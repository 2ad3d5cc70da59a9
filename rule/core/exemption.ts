import { tagValue, type User } from './credentials.ts';
import {
  formatInstant,
  type Instant,
  millisecondsPerDay,
  parseEndOfDate,
  parseInstant,
} from './instant.ts';
import type { RuleParameters } from './rule-parameters.ts';

/** Whether a user is exempt, and if a tag asked for it in vain, why it was not honoured. */
export type Exemption =
  | { readonly kind: 'none' }
  | { readonly kind: 'path'; readonly prefix: string }
  | { readonly kind: 'tag'; readonly until: Instant; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string; readonly reason: RefusalReason };

/** `ended`: the date has passed; `too-distant`: beyond maxExemptionDays; `malformed`: no ISO date. */
export type RefusalReason = 'ended' | 'too-distant' | 'malformed';

/**
 * Takes a user, the rule's parameters and the instant of the evaluation. Gives back the exemption
 * that holds then: a path prefix first, since it has no end, else the exempt-until tag, whose value
 * is a date (to the end of that day, UTC) or an instant with an offset.
 */
export function findExemption(user: User, parameters: RuleParameters, now: Instant): Exemption {
  const prefix = parameters.exemptPathPrefixes.find((candidate) => user.path.startsWith(candidate));
  if (prefix !== undefined) return { kind: 'path', prefix };

  const value = tagValue(user.tags, parameters.exemptUntilTag);
  if (value === undefined) return { kind: 'none' };
  const text = value.trim();
  const until = parseEndOfDate(text) ?? parseInstant(text);
  if (until === undefined) return { kind: 'refused', text, reason: 'malformed' };
  if (until <= now) return { kind: 'refused', text, reason: 'ended' };
  if (until - now > parameters.maxExemptionDays * millisecondsPerDay) {
    return { kind: 'refused', text, reason: 'too-distant' };
  }
  return { kind: 'tag', until, text };
}

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
