import type { Judgement } from '../../rule/core/annotation.ts';
import type { CredentialAssessment } from '../../rule/core/assess-credential.ts';
import { type Category, categories } from '../../rule/core/assess-user.ts';
import type { Problem } from '../../rule/core/errors.ts';
import { formatInstant, type Instant } from '../../rule/core/instant.ts';
import type { RuleParameters } from '../../rule/core/rule-parameters.ts';
import {
  type UnjudgedCounts,
  type UnjudgedCredential,
  unjudgedOf,
} from '../../rule/core/unjudged.ts';
import { splitArn } from '../../rule/formats/arns.ts';

/** What audit found, as its JSON output shows it. Instants are ISO 8601, UTC. */
export interface AuditResult {
  readonly asOf: string;
  readonly parameters: RuleParameters;
  readonly users: readonly AuditedUser[];
  /** The users that could not be evaluated, and why. */
  readonly errors: readonly Problem[];
  readonly summary: AuditSummary;
}

/** One user. */
export interface AuditedUser {
  readonly userName: string;
  readonly arn: string;
  readonly userId: string | null;
  readonly accountId: string;
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  readonly category: Category;
  readonly annotation: string;
  readonly credentials: readonly AuditedCredential[];
  /** What is shown but decides nothing. */
  readonly unjudged: readonly ShownCredential[];
}

/** A credential that does not decide, with its instants as text. */
export type ShownCredential = Omit<UnjudgedCredential, 'created' | 'expires'> & {
  readonly created: string | null;
  readonly expires: string | null;
};

/** One usable credential. */
type AuditedCredential = Pick<
  CredentialAssessment,
  'type' | 'id' | 'slot' | 'basis' | 'idleDays' | 'threshold' | 'unused'
> & {
  readonly lastActivity: string;
  /** The service and Region of an access key's last use; null if it is not known. */
  readonly lastUsedService: string | null;
  readonly lastUsedRegion: string | null;
};

/** Counts over all users, including those that are not shown. */
interface AuditSummary {
  readonly accounts: number;
  readonly users: number;
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly errors: number;
  readonly categories: Readonly<Record<Category, number>>;
  /** Also of users who could not be evaluated. */
  readonly unjudged: UnjudgedCounts;
  /** Limits of the result. */
  readonly notes: readonly string[];
}

/** The evaluated users, before they are counted. */
export interface Gathered {
  readonly accounts: number;
  readonly users: readonly AuditedUser[];
  readonly errors: readonly Problem[];
  readonly asOf: Instant;
  readonly unjudged: UnjudgedCounts;
  readonly notes: readonly string[];
}

/** Sorts the users by ARN and counts them. */
export function toResult(gathered: Gathered, parameters: RuleParameters): AuditResult {
  const users = gathered.users.toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
  const count = (predicate: (user: AuditedUser) => boolean) => users.filter(predicate).length;
  const counted = categories.map((category) => [
    category,
    count((user) => user.category === category),
  ]);
  return {
    asOf: formatInstant(gathered.asOf),
    parameters,
    users,
    errors: gathered.errors,
    summary: {
      accounts: gathered.accounts,
      users: users.length,
      compliant: count((user) => user.compliance === 'COMPLIANT'),
      nonCompliant: count((user) => user.compliance === 'NON_COMPLIANT'),
      errors: gathered.errors.length,
      categories: Object.fromEntries(counted) as Record<Category, number>,
      unjudged: gathered.unjudged,
      notes: gathered.notes,
    },
  };
}

export function toAuditedUser(
  { user, assessment, annotation }: Judgement,
  unjudged: readonly UnjudgedCredential[] = unjudgedOf(user),
): AuditedUser {
  return {
    userName: user.userName,
    arn: user.arn,
    userId: user.userId,
    accountId: splitArn(user.arn).accountId,
    compliance: assessment.compliance,
    category: assessment.category,
    annotation,
    credentials: assessment.credentials.map(
      ({ type, id, slot, basis, idleDays, threshold, unused, ...rest }) => ({
        type,
        id,
        slot,
        lastActivity: formatInstant(rest.lastActivity),
        basis,
        idleDays,
        threshold,
        unused,
        lastUsedService: rest.lastUsedService ?? null,
        lastUsedRegion: rest.lastUsedRegion ?? null,
      }),
    ),
    unjudged: unjudged.map(({ kind, id, service, status, created, expires }) => ({
      ...{ kind, id, service, status },
      created: created === null ? null : formatInstant(created),
      expires: expires === null ? null : formatInstant(expires),
    })),
  };
}
