import { type Tag, tagValue } from './credentials.ts';
import { type Instant, millisecondsPerDay, parseInstant } from './instant.ts';
import { revokedTag } from './names.ts';

const minute = millisecondsPerDay / 24 / 60;

/** As good as live: the granularity of IAM's own last-used data (milliseconds). */
export const freshReportAge = 15 * minute;

/** Takes when a report was made and the instant of the evaluation; tells whether it is as good as live. */
export function isFresh(generatedAt: Instant, now: Instant): boolean {
  return now - generatedAt <= freshReportAge;
}

/**
 * Takes a user's tags and when the report was made. Tells whether a revocation since then, which the
 * report cannot know, is on record. A tag that cannot be read counts, since a live read is never wrong.
 */
export function revokedSince(tags: readonly Tag[], generatedAt: Instant): boolean {
  const value = tagValue(tags, revokedTag);
  if (value === undefined) return false;
  const revokedAt = parseInstant(value.trim().split(/\s/u)[0] ?? '');
  return revokedAt === undefined || revokedAt >= generatedAt;
}

/**
 * Takes the text of the report's `additional_credentials_info`. Tells whether the user may have more
 * access keys than the report's two slots, so that only a live read shows them all. AWS documents
 * the column as the number of further keys or certificates and the actions that list them.
 */
export function mayHideAccessKeys(additionalCredentials: string | null): boolean {
  return additionalCredentials !== null && /access.?key/iu.test(additionalCredentials);
}
