import type { ActivityDates } from './credentials.ts';
import { ExpectedError } from './errors.ts';
import { formatDate, formatInstant, type Instant, millisecondsPerDay } from './instant.ts';
import type { LastUse } from './last-use.ts';

/** Names a credential of a user: `id` is an access key's, `slot` its number in the report. */
export interface CredentialReference {
  readonly type: 'password' | 'access-key';
  readonly id: string | null;
  readonly slot: 1 | 2 | null;
}

/** How long one usable credential has been idle, measured against its threshold. */
export interface CredentialAssessment extends CredentialReference, LastUse {
  readonly lastActivity: Instant;
  /** What the last activity was; for equal dates, use comes before creation, and creation before change. */
  readonly basis: 'used' | 'created' | 'changed';
  /** Whether any use is known, even if it was not the last activity. */
  readonly everUsed: boolean;
  /** Milliseconds; never negative. */
  readonly idle: number;
  /** Idle time in whole days, rounded down. */
  readonly idleDays: number;
  /** Days. */
  readonly threshold: number;
  readonly unused: boolean;
  /** When the credential becomes unused if nothing happens before: last activity + threshold. */
  readonly unusedFrom: Instant;
}

/** The clocks of IAM and of this program may differ by this much (milliseconds). */
const toleratedSkew = millisecondsPerDay;

/**
 * Measures the idle time against the threshold (days). `currentTime` is later than `now` if the evaluation looks at an
 * instant in the past; activity between the two counts as idle 0. A UserError if no date is known, or the last
 * activity is more than 24 hours after both.
 */
export function assessCredential(
  reference: CredentialReference,
  dates: ActivityDates & LastUse,
  threshold: number,
  now: Instant,
  currentTime: Instant = now,
): CredentialAssessment {
  const found = findLastActivity(dates);
  if (found === undefined) {
    throw new ExpectedError(
      'UserError',
      `${labelOf(reference)}: no date of use, creation or change is known; expected at least one`,
    );
  }
  const { basis, lastActivity } = found;
  const latest = Math.max(now, currentTime);
  if (lastActivity - latest > toleratedSkew) {
    throw new ExpectedError(
      'UserError',
      `${labelOf(reference)}: ${basis} ${formatInstant(lastActivity)}, more than 24 hours after ` +
        `${formatInstant(latest)}; expected a date that has passed`,
    );
  }
  const idle = Math.max(0, now - lastActivity);
  const unusedFrom = lastActivity + threshold * millisecondsPerDay;
  return {
    type: reference.type,
    id: reference.id,
    slot: reference.slot,
    lastActivity,
    basis,
    everUsed: dates.used !== undefined,
    lastUsedService: dates.lastUsedService,
    lastUsedRegion: dates.lastUsedRegion,
    idle,
    idleDays: Math.floor(idle / millisecondsPerDay),
    threshold,
    unused: now >= unusedFrom,
    unusedFrom,
  };
}

/** For equal dates, the first counts. */
function findLastActivity({ used, created, changed }: ActivityDates) {
  const lastActivity = Math.max(used ?? never, created ?? never, changed ?? never);
  if (lastActivity === never) return undefined;
  if (lastActivity === used) return { basis: 'used', lastActivity } as const;
  return { basis: lastActivity === created ? 'created' : 'changed', lastActivity } as const;
}

const never = Number.NEGATIVE_INFINITY;

/** `password`, `key AKIA…`, or `key 1`. */
export function labelOf(reference: CredentialReference): string {
  if (reference.type === 'password') return 'password';
  const which = reference.id ?? reference.slot;
  return which === null ? 'key' : `key ${which}`;
}

/** Reads what labelOf writes. */
export function parseLabel(label: string): CredentialReference {
  if (label === 'password') return { type: 'password', id: null, slot: null };
  const [, which = null] = label.split(' ');
  if (which === '1') return { type: 'access-key', id: null, slot: 1 };
  if (which === '2') return { type: 'access-key', id: null, slot: 2 };
  return { type: 'access-key', id: which, slot: null };
}

/** The last activity in words: `used 2025-07-09`, `never used, since 2024-03-02`. */
export function describeActivity({ lastActivity, everUsed, basis }: CredentialAssessment): string {
  const date = formatDate(lastActivity);
  if (!everUsed) return `never used, since ${date}`;
  return basis === 'used' ? `used ${date}` : `changed ${date}, not used since`;
}

/**
 * Reads what describeActivity writes. Of a last activity that was no use, the text does not say whether it was a
 * creation or a change.
 */
export function parseActivity(text: string): { date: string; basis: 'used' | null } {
  // Stryker disable next-line StringLiteral,OptionalChaining: every such text has a date
  const date = /\d{4}-\d\d-\d\d/u.exec(text)?.[0] ?? '';
  return { date, basis: text.startsWith('used ') ? 'used' : null };
}
