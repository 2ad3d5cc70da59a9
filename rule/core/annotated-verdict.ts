import { type Clause, parseAnnotation } from './annotation-clauses.ts';
import { type CredentialReference, parseActivity, parseLabel } from './assess-credential.ts';
import type { LastUse } from './last-use.ts';

/** A credential because of which a user is NON_COMPLIANT, as far as an annotation says. */
export interface AnnotatedCredential extends CredentialReference, LastUse {
  /** The date of the last activity, `2025-07-09`. */
  readonly lastActivity: string;
  /**
   * Null if the last activity was not a use: the annotation does not say whether it was the creation or a change.
   */
  readonly basis: 'used' | null;
  /** As of the evaluation. */
  readonly idleDays: number;
  /** Days. */
  readonly threshold: number;
}

/** An exemption as an annotation says it; the path may be cut. */
export type AnnotatedExemption =
  | { readonly kind: 'path'; readonly prefix: string }
  | { readonly kind: 'tag'; readonly until: string }
  | { readonly kind: 'ignored'; readonly reason: 'ended' | 'too-distant' | 'malformed' };

/** What an annotation says of a verdict. */
export interface AnnotatedVerdict {
  readonly exemption: AnnotatedExemption | null;
  readonly due: readonly AnnotatedCredential[];
  /** Whether any credential is named as unused, even if it makes nobody NON_COMPLIANT. */
  readonly hasUnused: boolean;
  readonly hasCredentials: boolean;
  /** The date on which a COMPLIANT user becomes NON_COMPLIANT if they use nothing; null if there is none. */
  readonly becomesUnused: string | null;
  /** How many clauses were left out because the annotation has no room for them. */
  readonly leftOut: number;
}

/** Reads what `judge` wrote; null if the text is not an annotation of this version. */
export function readAnnotation(text: string): AnnotatedVerdict | null {
  const clauses = parseAnnotation(text);
  if (clauses === null) return null;
  const lastUses = new Map(clauses.flatMap(lastUseOf));
  const due = clauses
    .filter(({ kind }) => kind === 'due')
    .map((each) => credentialOf(each, lastUses));
  const has = (kind: Clause['kind']) => clauses.some((clause) => clause.kind === kind);
  const flips = clauses.filter(({ kind }) => kind === 'becomesUnused' || kind === 'allowedUntil');
  const more = clauses.find(({ kind }) => kind === 'more');
  return {
    exemption: clauses.flatMap(exemptionOf)[0] ?? null,
    due,
    hasUnused: due.length > 0 || has('unused'),
    hasCredentials: !has('noCredentials'),
    becomesUnused: flips[0]?.values.flip ?? null,
    leftOut: more === undefined ? 0 : Number(more.values.count),
  };
}

function lastUseOf({ kind, values }: Clause): [string, LastUse][] {
  // Stryker disable next-line ConditionalExpression: clauses without a service come first, and are replaced
  if (kind !== 'lastUsedIn' && kind !== 'lastUsedBy') return [];
  // Stryker disable next-line StringLiteral: the grammar requires the value
  const { credential = '', service, region } = values;
  return [[credential, { lastUsedService: service, lastUsedRegion: region }]];
}

function credentialOf(
  { values }: Clause,
  lastUses: ReadonlyMap<string, LastUse>,
): AnnotatedCredential {
  // Stryker disable next-line StringLiteral: the grammar requires the values
  const { credential = '', activity = '', idle = '', days = '' } = values;
  const { date, basis } = parseActivity(activity);
  const { lastUsedService, lastUsedRegion } = lastUses.get(credential) ?? {};
  return {
    ...parseLabel(credential),
    ...{ lastUsedService, lastUsedRegion },
    lastActivity: date,
    basis,
    idleDays: Number.parseInt(idle, 10),
    threshold: Number(days),
  };
}

function exemptionOf({ kind, values }: Clause): AnnotatedExemption[] {
  // Stryker disable next-line StringLiteral: the grammar requires the values
  const { path = '', instant = '' } = values;
  switch (kind) {
    case 'exemptByPath':
      return [{ kind: 'path', prefix: path }];
    case 'exemptUntil':
      return [{ kind: 'tag', until: instant }];
    case 'exemptionEnded':
      return [{ kind: 'ignored', reason: 'ended' }];
    case 'exemptionTooDistant':
      return [{ kind: 'ignored', reason: 'too-distant' }];
    case 'exemptionMalformed':
      return [{ kind: 'ignored', reason: 'malformed' }];
    // Stryker disable next-line ConditionalExpression: an exemption is the first clause
    default:
      return [];
  }
}
