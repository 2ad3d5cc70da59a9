import { type Clause, clause, parseAnnotation } from './annotation-clauses.ts';
import type { CredentialAssessment } from './assess-credential.ts';
import type { Assessment } from './assess-user.ts';
import { formatDate, type Instant, millisecondsPerDay } from './instant.ts';
import { type RuleParameters, shortestLimit } from './rule-parameters.ts';

/** A credential that becomes unused soon, if nobody uses it. */
export interface Warning {
  readonly credential: CredentialAssessment;
  /** When the user becomes NON_COMPLIANT because of it. */
  readonly at: Instant;
  /** Each credential gets one of each kind at most: on entering the window, and when 3 days are left. */
  readonly kind: 'first' | 'last';
}

/** The days before a credential becomes unused in which it gets its last warning. */
const lastDays = 3;

/** What earlier runs have warned of, as the annotation of the user's result says: up to these dates. */
interface Warned {
  readonly first: string;
  readonly last: string;
}

/** What a user's warnings depend on besides the user. */
export interface WarningBasis {
  readonly parameters: RuleParameters;
  /** 0 for no warnings. The window is at most half of the shortest limit, so that a credential in regular use is never in it. */
  readonly warningDays: number;
  readonly now: Instant;
}

/** The warnings about a user, and the clauses for the annotation of their result. */
interface UserWarnings {
  readonly warnings: readonly Warning[];
  /** Once the warnings were sent. */
  readonly sent: readonly Clause[];
  /** If they were not sent: what earlier runs have sent. */
  readonly kept: readonly Clause[];
}

/** `earlier` is the annotation of the user's earlier result, null if there is none. */
export function findWarnings(
  assessment: Assessment,
  earlier: string | null,
  basis: WarningBasis,
): UserWarnings {
  const soon = findInWindow(assessment, basis);
  const warned = readWarned(earlier);
  const warnings = soon.flatMap(({ credential, at }): Warning[] => {
    const kind = isWithin(at, lastDays, basis.now) ? 'last' : 'first';
    return formatDate(at) <= warned[kind] ? [] : [{ credential, at, kind }];
  });
  const datesOf = (sent: readonly Warning[]) => sent.map(({ at }) => formatDate(at));
  // Who got the last warning needs no first one.
  const first = [warned.first, ...datesOf(warnings)];
  const last = [warned.last, ...datesOf(warnings.filter(({ kind }) => kind === 'last'))];
  return {
    warnings,
    sent: clausesOf(soon, first, last),
    kept: clausesOf(soon, [warned.first], [warned.last]),
  };
}

/** The credentials that become unused within the window, each with its instant, the earliest first. */
export function findInWindow(
  assessment: Assessment,
  { parameters, warningDays, now }: WarningBasis,
): { readonly credential: CredentialAssessment; readonly at: Instant }[] {
  const days = Math.min(warningDays, Math.floor(shortestLimit(parameters) / 2));
  return becomingUnused(assessment, parameters).filter(({ at }) => isWithin(at, days, now));
}

/** Whole days, rounded up. */
export function daysUntil(at: Instant, now: Instant): number {
  return Math.ceil((at - now) / millisecondsPerDay);
}

/** By dates, so that the hour of a run does not matter. */
function isWithin(at: Instant, days: number, now: Instant): boolean {
  return days > 0 && formatDate(at) <= formatDate(now + days * millisecondsPerDay);
}

/** What becomes unused next, with its instant. In scope `credential` that is each credential by itself. */
function becomingUnused(
  { category, credentials, becomesUnused }: Assessment,
  { evaluationScope }: RuleParameters,
): { readonly credential: CredentialAssessment; readonly at: Instant }[] {
  if (category === 'exempt') return [];
  if (evaluationScope !== 'credential') {
    return becomesUnused === null ? [] : [{ credential: becomesUnused.by, at: becomesUnused.at }];
  }
  return credentials
    .filter(({ unused }) => !unused)
    .map((credential) => ({ credential, at: credential.unusedFrom }))
    .toSorted((a, b) => a.at - b.at);
}

/** An annotation of another version says nothing, so that a warning comes twice rather than never. */
function readWarned(earlier: string | null): Warned {
  const clauses = earlier === null ? null : parseAnnotation(earlier);
  const dateOf = (kind: Clause['kind']) =>
    clauses?.find((each) => each.kind === kind)?.values.flip ?? '';
  return { first: dateOf('warned'), last: dateOf('warnedLast') };
}

/** The latest of the dates that were warned of by which a credential in the window becomes unused. */
function clausesOf(
  soon: readonly { readonly at: Instant }[],
  first: readonly string[],
  last: readonly string[],
): Clause[] {
  const latest = (dates: readonly string[]) =>
    dates
      .filter((date) => soon.some(({ at }) => formatDate(at) <= date))
      .toSorted()
      .slice(-1);
  return [
    ...latest(first).map((flip) => clause('warned', { flip })),
    ...latest(last).map((flip) => clause('warnedLast', { flip })),
  ];
}
