import { createHash } from 'node:crypto';
import {
  type Clause,
  isExtra,
  isStateClause,
  parseAnnotation,
  parseStateClauses,
} from './annotation-clauses.ts';
import { type Instant, millisecondsPerDay } from './instant.ts';

/** A rule's result for a user before a run, as AWS Config shows it. */
export interface EarlierResult {
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  readonly annotation: string;
  /** The OrderingTimestamp with which the result was put; null if AWS Config does not return it. */
  readonly orderedAt: Instant | null;
}

/** A result that a run has found. */
interface NewResult {
  readonly userId: string;
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE';
  readonly annotation: string;
}

/** Which results a scheduled run puts. AWS charges for each result that AWS Config accepts. */
export interface ReportingOptions {
  /** `Weekly`: what changed, and everything else once a week. `Always`: everything on each run. */
  readonly reportUnchanged: 'Weekly' | 'Always';
  /**
   * Whether AWS Config revokes automatically. AWS does not document whether it acts on a result that is not put
   * again, so every NON_COMPLIANT one is.
   */
  readonly automaticRemediation: boolean;
}

const week = 7 * millisecondsPerDay;

/**
 * Whether a run puts a result: a new one, one that says something else than the earlier result, or one that is due
 * for its weekly repetition. Without this, AWS Config keeps the earlier result. It then shows idle days of up to
 * a week ago, and a date of becoming unused that is at most a week too early.
 */
export function mustPut(
  result: NewResult,
  earlier: EarlierResult | undefined,
  { reportUnchanged, automaticRemediation }: ReportingOptions,
  now: Instant,
): boolean {
  if (reportUnchanged === 'Always' || earlier === undefined) return true;
  if (result.compliance !== earlier.compliance) return true;
  if (automaticRemediation && result.compliance === 'NON_COMPLIANT') return true;
  if (isDueForRepetition(result.userId, earlier.orderedAt, now)) return true;
  return saysSomethingElse(earlier.annotation, result.annotation, now);
}

/** Once a week for each user, at an instant that depends on the ID, so that no run repeats all results. */
function isDueForRepetition(userId: string, orderedAt: Instant | null, now: Instant): boolean {
  const hash = createHash('sha256').update(userId).digest().readUInt32BE();
  const offset = (hash / 2 ** 32) * week;
  // Stryker disable next-line ArithmeticOperator: any offset will do that is another for another user
  const weekOf = (instant: Instant) => Math.floor((instant - offset) / week);
  return weekOf(orderedAt ?? 0) < weekOf(now);
}

/**
 * Whether two annotations differ by more than what the passing of time alone changes. Extra clauses do not count:
 * another service or Region of the last use comes with another date.
 */
function saysSomethingElse(earlier: string, later: string, now: Instant): boolean {
  if (earlier === later) return false;
  const before = withoutExtra(parseAnnotation(earlier));
  const after = withoutExtra(parseAnnotation(later));
  if (before === null || after === null || before.length > after.length) return true;
  return after.some((clause, index) => hasChanged(before[index], clause, now));
}

function withoutExtra(clauses: readonly Clause[] | null): readonly Clause[] | null {
  return clauses === null ? null : clauses.filter((each) => !isExtra(each));
}

function hasChanged(before: Clause | undefined, after: Clause, now: Instant): boolean {
  if (before?.kind !== after.kind) return true;
  // The next run reads the date there, and would send the warning again.
  if (isStateClause(after) && isDifferent(before.values, after.values)) return true;
  const { idle: _, flip: from = '', ...restBefore } = before.values;
  // Stryker disable next-line StringLiteral: of one kind, both have such a date, or none
  const { idle: __, flip: to = '', ...restAfter } = after.values;
  if (from >= to) return from > to || isDifferent(restBefore, restAfter);
  const isNear = Date.parse(from) - now < week;
  if (isNear || Date.parse(to) - Date.parse(from) > week) return true;
  // Another credential may now become unused first. The clause names the credential together with its date.
  return before.kind !== 'becomesUnused' && isDifferent(restBefore, restAfter);
}

function isDifferent(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(after).some(([field, value]) => before[field] !== value);
}

/**
 * The users whose NON_COMPLIANT result has not been announced yet: those who were not NON_COMPLIANT before this
 * scheduled run, and those whose annotation says that no digest named them. A configuration change sends no digest,
 * and a digest may fail.
 */
export function findNewlyNonCompliant<User extends NewResult>(
  users: readonly User[],
  earlier: ReadonlyMap<string, EarlierResult>,
): User[] {
  return users.filter(
    ({ userId, compliance }) =>
      compliance === 'NON_COMPLIANT' && !isAnnounced(earlier.get(userId) ?? null),
  );
}

/** Whether a digest named the user when they became NON_COMPLIANT. */
export function isAnnounced(earlier: EarlierResult | null): boolean {
  if (earlier?.compliance !== 'NON_COMPLIANT') return false;
  const clauses = parseStateClauses(earlier.annotation);
  return !clauses.some(({ kind }) => kind === 'notAnnounced');
}
