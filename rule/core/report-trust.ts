import { type Tag, tagValue } from './credentials.ts';
import { type Instant, millisecondsPerDay, parseInstant } from './instant.ts';
import { revokedTag } from './names.ts';

const minute = millisecondsPerDay / 24 / 60;

/** Up to this age (milliseconds) a report is as good as a live read: IAM's last-used data is no finer. */
const freshReportAge = 15 * minute;

/** Whether a report is as good as a live read. */
export function isFresh(generatedAt: Instant, now: Instant): boolean {
  return now - generatedAt <= freshReportAge;
}

/**
 * Whether the user's tags show a revocation that is newer than the report. An unreadable tag counts as one,
 * because a live read is never wrong.
 */
export function revokedSince(tags: readonly Tag[], generatedAt: Instant): boolean {
  const value = tagValue(tags, revokedTag);
  if (value === undefined) return false;
  // Stryker disable next-line StringLiteral: splitting always gives a first part, which the types do not show
  const revokedAt = parseInstant(value.trim().split(/\s/u)[0] ?? '');
  return revokedAt === undefined || revokedAt >= generatedAt;
}

/**
 * Whether the user may have more access keys than the report's two slots, according to its
 * `additional_credentials_info`. AWS documents the column as the number of further keys or certificates and the
 * actions that list them.
 */
export function mayHideAccessKeys(additionalCredentials: string | null): boolean {
  // Stryker disable next-line ConditionalExpression: the pattern does not occur in `null` as text
  return additionalCredentials !== null && /access.?key/iu.test(additionalCredentials);
}
