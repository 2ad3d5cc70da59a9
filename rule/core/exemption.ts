import { tagValue, type User } from './credentials.ts';
import {
  formatInstant,
  type Instant,
  millisecondsPerDay,
  parseEndOfDate,
  parseInstant,
} from './instant.ts';
import type { RuleParameters } from './rule-parameters.ts';

/** Whether a user is exempt, or why an exemption tag was ignored. */
export type Exemption =
  | { readonly kind: 'none' }
  | { readonly kind: 'path'; readonly prefix: string }
  | { readonly kind: 'tag'; readonly until: Instant; readonly text: string }
  /** `ended`: the date has passed; `too-distant`: beyond maxExemptionDays. */
  | { readonly kind: 'refused'; readonly reason: 'ended' | 'too-distant'; readonly text: string }
  /** Neither a date nor an instant. Anybody may have written the value, so nothing repeats it. */
  | { readonly kind: 'refused'; readonly reason: 'malformed' };

/**
 * The exemption at that instant: by a path prefix, which has no end, else by the exempt-until tag, whose value is
 * a date (until the end of that day, UTC) or an instant with an offset.
 */
export function findExemption(user: User, parameters: RuleParameters, now: Instant): Exemption {
  const prefix = parameters.exemptPathPrefixes.find((candidate) => user.path.startsWith(candidate));
  if (prefix !== undefined) return { kind: 'path', prefix };

  const value = tagValue(user.tags, parameters.exemptUntilTag);
  if (value === undefined) return { kind: 'none' };
  const text = value.trim();
  const until = parseEndOfDate(text) ?? parseInstant(text);
  if (until === undefined) return { kind: 'refused', reason: 'malformed' };
  if (until <= now) return { kind: 'refused', text, reason: 'ended' };
  if (until - now > parameters.maxExemptionDays * millisecondsPerDay) {
    return { kind: 'refused', text, reason: 'too-distant' };
  }
  return { kind: 'tag', until, text };
}

/** The rule's clock may be behind the plan's by this much (milliseconds). */
const skew = 5 * 60_000;

/**
 * The value of the exemption tag: the user's own exemption if it is valid and lasts longer, else the end of the
 * grace. Grace ends a little before the longest exemption (days): the rule would ignore a tag beyond that.
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
  // Stryker disable next-line ConditionalExpression: only an exemption by tag has an end, and no end is never later
  if (exemption.kind === 'tag' && exemption.until >= wholeSecond) return exemption.text;
  return formatInstant(wholeSecond);
}
