import { tagValue, type User } from './credentials.ts';
import { type Instant, millisecondsPerDay, parseEndOfDate, parseInstant } from './instant.ts';
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
