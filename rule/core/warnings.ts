import { type Clause, clause, parseStateClauses } from './annotation-clauses.ts';
import {
  type CredentialAssessment,
  type CredentialReference,
  labelOf,
  parseLabel,
} from './assess-credential.ts';
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

/** A credential in the window, and the instant at which the user becomes NON_COMPLIANT because of it. */
interface Ending {
  readonly credential: CredentialAssessment;
  readonly at: Instant;
}

/** A warning that an earlier run sent, as the annotation of the user's result says. */
interface SentWarning {
  readonly kind: Warning['kind'];
  readonly credential: CredentialReference;
  /** The date on which the user was to become NON_COMPLIANT because of the credential. */
  readonly date: string;
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
  const soon = findInWindow(assessment, basis).map((ending) => {
    const kind: Warning['kind'] = isWithin(ending.at, lastDays, basis.now) ? 'last' : 'first';
    return { ...ending, kind };
  });
  const sent = readSent(earlier);
  // In the other scopes there is one warning, about the user: a change may know of another credential that decides.
  const isAbout = (one: SentWarning, { credential }: Ending) =>
    basis.parameters.evaluationScope !== 'credential' || isSame(one.credential, credential);
  return {
    // After the last warning, no first warning follows.
    warnings: soon.filter(
      (ending) =>
        !sent.some(
          (each) =>
            isAbout(each, ending) &&
            each.date === formatDate(ending.at) &&
            (each.kind === ending.kind || each.kind === 'last'),
        ),
    ),
    sent: soon.map(({ credential, at, kind }) => clauseOf(kind, credential, formatDate(at))),
    // A configuration change may know of less activity than the report, so that its date is earlier.
    kept: sent
      .filter((each) =>
        soon.some((ending) => isAbout(each, ending) && formatDate(ending.at) <= each.date),
      )
      .map(({ kind, credential, date }) => clauseOf(kind, credential, date)),
  };
}

/** The credentials that become unused within the window, each with its instant, the earliest first. */
export function findInWindow(
  assessment: Assessment,
  { parameters, warningDays, now }: WarningBasis,
): Ending[] {
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

/**
 * The credentials that make the user NON_COMPLIANT next, each with its instant. In scope `credential`, each
 * credential counts separately.
 */
function becomingUnused(
  { category, credentials, becomesUnused }: Assessment,
  { evaluationScope }: RuleParameters,
): Ending[] {
  if (category === 'exempt') return [];
  if (evaluationScope !== 'credential') {
    return becomesUnused === null ? [] : [{ credential: becomesUnused.by, at: becomesUnused.at }];
  }
  return credentials
    .filter(({ unused }) => !unused)
    .map((credential) => ({ credential, at: credential.unusedFrom }))
    .toSorted((a, b) => a.at - b.at);
}

/**
 * Reads the warnings that earlier runs sent. Clauses of another version are ignored, so a warning may come twice,
 * but is never missed.
 */
function readSent(earlier: string | null): SentWarning[] {
  const clauses = earlier === null ? [] : parseStateClauses(earlier);
  return clauses.flatMap(({ kind, values: { credential, flip } }): SentWarning[] => {
    // Stryker disable next-line LogicalOperator,ArrayDeclaration: such a clause has both values, or none
    if (credential === undefined || flip === undefined) return [];
    const sentKind = kind === 'warned' ? 'first' : 'last';
    return [{ kind: sentKind, credential: parseLabel(credential), date: flip }];
  });
}

/**
 * A key is named by its slot, because the report does not know its ID. Without a slot, it may be any of the keys.
 */
function isSame(one: CredentialReference, other: CredentialReference): boolean {
  if (one.type !== other.type) return false;
  return one.slot === null || other.slot === null || one.slot === other.slot;
}

function clauseOf(kind: Warning['kind'], { type, slot }: CredentialReference, flip: string) {
  const credential = labelOf({ type, id: null, slot });
  return clause(kind === 'first' ? 'warned' : 'warnedLast', { credential, flip });
}
