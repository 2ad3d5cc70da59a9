import type { Judgement } from '../../rule/core/annotation.ts';
import { splitArn } from '../../rule/core/arns.ts';
import type { CredentialAssessment } from '../../rule/core/assess-credential.ts';
import { type Category, categories } from '../../rule/core/assess-user.ts';
import { type ActivityDates, isUsable, type User } from '../../rule/core/credentials.ts';
import type { Problem } from '../../rule/core/errors.ts';
import type { Exemption } from '../../rule/core/exemption.ts';
import { formatInstant, type Instant } from '../../rule/core/instant.ts';
import type { ParameterName, RuleParameters } from '../../rule/core/rule-parameters.ts';
import type { UnjudgedCounts, UnjudgedCredential } from '../../rule/core/unjudged.ts';

/** What audit found, as its JSON output shows it. Instants are ISO 8601, UTC. Every format shows this and nothing else. */
export interface AuditResult {
  /** The earliest of the accounts' instants. */
  readonly asOf: string;
  /** Null for the results of AWS Config: the rules of the accounts may have several. */
  readonly parameters: RuleParameters | null;
  readonly parametersFrom: ParametersFrom;
  /** By account ID. */
  readonly accounts: readonly AuditedAccount[];
  readonly users: readonly AuditedUser[];
  /** The users that could not be evaluated, and why. */
  readonly errors: readonly AuditProblem[];
  readonly summary: AuditSummary;
}

/** Where the parameters are from. */
export type ParametersFrom =
  /** The deployed rule. Options may override some parameters. */
  | {
      readonly kind: 'rule';
      readonly ruleName: string;
      readonly region: string;
      readonly overridden: readonly ParameterName[];
    }
  /**
   * The rule of each account. AWS Config has evaluated the users, and its results have fewer details; see
   * AuditedUser.
   */
  | { readonly kind: 'results'; readonly ruleName: string; readonly aggregator: string }
  /** A preset or options, and the defaults of the others. */
  | { readonly kind: 'options' }
  | { readonly kind: 'defaults' };

/** Whether every usable credential is known: a result of AWS Config names only those that make a user NON_COMPLIANT. */
export function hasAllCredentials({ parametersFrom }: AuditResult): boolean {
  return parametersFrom.kind !== 'results';
}

/** One account. */
export interface AuditedAccount {
  readonly accountId: string;
  /** The instant as of which its users were evaluated; of results of AWS Config, the newest one. */
  readonly asOf: string;
  readonly users: number;
  readonly nonCompliant: number;
  /** The credentials because of which users are NON_COMPLIANT. */
  readonly unusedCredentials: number;
  /** The users that could not be evaluated. */
  readonly errors: number;
  /** Why none of its users could be evaluated; null if they were. */
  readonly failure: string | null;
}

/**
 * One user. A result of AWS Config has only the credentials because of which the user is NON_COMPLIANT, and dates
 * instead of instants: `2026-07-09`.
 */
export interface AuditedUser {
  /** The unique ID if AWS Config does not say the name. */
  readonly userName: string;
  /** The account and the unique ID, `123456789012/AIDA…`, if AWS Config does not say the ARN. */
  readonly arn: string;
  readonly userId: string | null;
  readonly accountId: string;
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  /** Null if a result of AWS Config does not say it. */
  readonly category: Category | null;
  readonly annotation: string;
  /** For a COMPLIANT user: when they become NON_COMPLIANT if they use nothing; null if never. */
  readonly becomesUnused: string | null;
  /** Null if there is none, not even one that is ignored. */
  readonly exemption: ShownExemption | null;
  readonly credentials: readonly AuditedCredential[];
  /** What is shown but decides nothing. */
  readonly unjudged: readonly ShownCredential[];
}

/** An exemption by path or tag, or a tag that is ignored. */
export type ShownExemption =
  | { readonly kind: 'path'; readonly prefix: string }
  | { readonly kind: 'tag'; readonly until: string }
  | { readonly kind: 'ignored'; readonly reason: 'ended' | 'too-distant' | 'malformed' };

/** A credential that does not decide, with its instants as text. */
export type ShownCredential = Omit<UnjudgedCredential, 'created' | 'expires'> & {
  readonly created: string | null;
  readonly expires: string | null;
};

/** One usable credential. */
export type AuditedCredential = Pick<
  CredentialAssessment,
  'type' | 'id' | 'slot' | 'idleDays' | 'threshold' | 'unused'
> & {
  readonly lastActivity: string;
  /** What the last activity was; null if a result of AWS Config does not say it. */
  readonly basis: CredentialAssessment['basis'] | null;
  /**
   * When the credential was created. From a report, which lacks this date, when it was last changed. Null if
   * neither is known.
   */
  readonly created: string | null;
  /** Null if it was never used. */
  readonly lastUsed: string | null;
  /** The service and Region of an access key's last use; null if it is not known. */
  readonly lastUsedService: string | null;
  readonly lastUsedRegion: string | null;
  /** When its idle time reaches or reached the threshold. */
  readonly becomesUnused: string;
  /** Whether the user is NON_COMPLIANT because of it, so that a revocation would include it. */
  readonly due: boolean;
};

/** A user who could not be evaluated. Where the ARN is not known, `arn` has a text that names the user or the row. */
export interface AuditProblem extends Problem {
  /** Null if the credential report does not show it. */
  readonly accountId: string | null;
}

/** Counts over all users, including those that are not shown. */
export interface AuditSummary {
  readonly accounts: number;
  readonly users: number;
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly errors: number;
  readonly categories: Readonly<Record<Category, number>>;
  /** Includes users who could not be evaluated; null if these credentials were not read. */
  readonly unjudged: UnjudgedCounts | null;
  /** Notes about the limits of the result. */
  readonly notes: readonly string[];
}

/** An account whose users were read. */
export interface GatheredAccount {
  readonly accountId: string;
  readonly asOf: Instant;
  /** Why none of its users could be evaluated; absent if they were. */
  readonly failure?: string;
}

/** The evaluated users, before they are counted. */
export interface Gathered {
  readonly accounts: readonly GatheredAccount[];
  readonly users: readonly AuditedUser[];
  readonly errors: readonly AuditProblem[];
  readonly asOf: Instant;
  readonly unjudged: UnjudgedCounts | null;
  readonly notes: readonly string[];
  /** Set if something could not be read and another attempt may succeed. The cache does not store such a result. */
  readonly isPartial?: true;
}

/** Sorts the users by ARN and counts them. */
export function toResult(
  gathered: Gathered,
  parameters: RuleParameters | null,
  parametersFrom: ParametersFrom,
): AuditResult {
  const users = gathered.users.toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
  const byCategory = new Map<Category, number>(categories.map((category) => [category, 0]));
  for (const { category } of users) {
    if (category !== null) byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
  }
  const nonCompliant = users.filter(({ compliance }) => compliance === 'NON_COMPLIANT').length;
  const accounts = toAccounts(gathered, users);
  return {
    asOf: formatInstant(gathered.asOf),
    ...{ parameters, parametersFrom },
    accounts,
    users,
    errors: gathered.errors,
    summary: {
      accounts: accounts.length,
      users: users.length,
      compliant: users.length - nonCompliant,
      nonCompliant,
      errors: gathered.errors.length,
      categories: Object.fromEntries(byCategory) as Record<Category, number>,
      unjudged: gathered.unjudged,
      notes: gathered.notes,
    },
  };
}

function toAccounts(
  { accounts, errors }: Gathered,
  users: readonly AuditedUser[],
): AuditedAccount[] {
  const counts = new Map(
    accounts.map(({ accountId }) => [
      accountId,
      { users: 0, nonCompliant: 0, unusedCredentials: 0, errors: 0 },
    ]),
  );
  for (const { accountId, compliance, credentials } of users) {
    const count = counts.get(accountId);
    if (count === undefined) continue;
    count.users += 1;
    if (compliance === 'NON_COMPLIANT') count.nonCompliant += 1;
    count.unusedCredentials += credentials.filter(({ due }) => due).length;
  }
  for (const { accountId } of errors) {
    const count = accountId === null ? undefined : counts.get(accountId);
    if (count !== undefined) count.errors += 1;
  }
  const nobody = { users: 0, nonCompliant: 0, unusedCredentials: 0, errors: 0 };
  return accounts
    .map(({ accountId, asOf, failure = null }) => ({
      ...{ accountId, asOf: formatInstant(asOf) },
      ...(counts.get(accountId) ?? nobody),
      failure,
    }))
    .toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
}

/** One array for all users without such credentials, because an organization has many users. */
const none: readonly ShownCredential[] = [];

/** Makes the shown form of a judgement. `format` has the result of formatInstant. */
export function toAuditedUser(
  { user, assessment, annotation }: Judgement,
  unjudged: readonly UnjudgedCredential[],
  format: (instant: Instant) => string,
): AuditedUser {
  const dates = datesOf(user);
  return {
    userName: user.userName,
    arn: user.arn,
    userId: user.userId,
    accountId: splitArn(user.arn).accountId,
    compliance: assessment.compliance,
    category: assessment.category,
    annotation,
    becomesUnused: assessment.becomesUnused === null ? null : format(assessment.becomesUnused.at),
    exemption: showExemption(assessment.exemption),
    credentials: assessment.credentials.map((credential, index) =>
      showCredential(
        { credential, dates: dates[index] ?? {}, due: assessment.due.includes(credential) },
        format,
      ),
    ),
    unjudged:
      unjudged.length === 0
        ? none
        : unjudged.map(({ kind, id, service, status, created, expires }) => ({
            ...{ kind, id, service, status },
            created: created === null ? null : format(created),
            expires: expires === null ? null : format(expires),
          })),
  };
}

/** One usable credential, before its instants become text. */
interface DatedCredential {
  readonly credential: CredentialAssessment;
  readonly dates: ActivityDates;
  readonly due: boolean;
}

function showCredential(
  { credential, dates: { used, created, changed }, due }: DatedCredential,
  format: (instant: Instant) => string,
): AuditedCredential {
  const lastActivity = format(credential.lastActivity);
  // One of the dates is the last activity. Its text is shared, because an organization has many.
  const textOf = (instant: Instant | undefined) => {
    if (instant === undefined) return null;
    return instant === credential.lastActivity ? lastActivity : format(instant);
  };
  return {
    type: credential.type,
    id: credential.id,
    slot: credential.slot,
    lastActivity,
    basis: credential.basis,
    idleDays: credential.idleDays,
    threshold: credential.threshold,
    unused: credential.unused,
    created: textOf(created ?? changed),
    lastUsed: textOf(used),
    lastUsedService: credential.lastUsedService ?? null,
    lastUsedRegion: credential.lastUsedRegion ?? null,
    becomesUnused: format(credential.unusedFrom),
    due,
  };
}

/** The dates of the usable credentials, in the order in which they are assessed. */
function datesOf({ password, accessKeys }: User) {
  const usable = accessKeys.filter(({ status }) => isUsable(status));
  return password === null ? usable : [password, ...usable];
}

function showExemption(exemption: Exemption): ShownExemption | null {
  switch (exemption.kind) {
    case 'none':
      return null;
    case 'path':
      return { kind: 'path', prefix: exemption.prefix };
    case 'tag':
      return { kind: 'tag', until: formatInstant(exemption.until) };
    case 'refused':
      return { kind: 'ignored', reason: exemption.reason };
  }
}
