import type { CredentialAssessment } from './assess-credential.ts';
import type { Assessment } from './assess-user.ts';
import { isFresh, tagValue, type User } from './credentials.ts';
import { formatDate, formatInstant, type Instant, millisecondsPerDay } from './instant.ts';
import { pauseParameter, protectedTag } from './names.ts';
import { markName } from './restoration-plan.ts';
import type { PlannedRevocation } from './revocation-record.ts';

/** The document's parameters that control a revocation. */
export interface RevocationOptions {
  /** `Replace` deletes the password and issues a new one. */
  readonly passwordAction: 'Delete' | 'Replace' | 'Keep';
  readonly accessKeyAction: 'Deactivate' | 'Delete' | 'Keep';
  readonly neverUsedAccessKeyAction: 'Deactivate' | 'Delete' | 'Keep';
  /** Days. */
  readonly minimumIdleDays: number;
  /** 0 for no limit. */
  readonly maxRevocationsPerDay: number;
  readonly enforceFrom: Instant;
  readonly dryRun: boolean;
}

/** A usable credential that is not revoked. */
interface SkippedCredential {
  readonly credential: CredentialAssessment;
  /** Whether the rule considers it unused. */
  readonly due: boolean;
  readonly why: SkipReason;
}

/** Why a usable credential is not revoked; `describeSkip` puts it into words. */
export type SkipReason =
  | { readonly kind: 'NotDue' | 'NextRun' }
  /** `parameter` is the one that is Keep. */
  | { readonly kind: 'Kept'; readonly parameter: ReturnType<typeof actionOn>[0] }
  | { readonly kind: 'TooRecent'; readonly minimumIdleDays: number }
  | { readonly kind: 'KeepsComingBack'; readonly revokedAt: readonly Instant[] };

/** What to revoke of a user's usable credentials, and what to skip. */
export interface Changes {
  readonly revocations: readonly PlannedRevocation[];
  readonly skipped: readonly SkippedCredential[];
}

/** The document has steps for two access keys, the most that IAM allows a user. */
const accessKeySteps = 2;

/**
 * Access keys come first, because they can be restored. `returning` has the credentials that keep coming back and
 * are not revoked: the instants of their revocations, by `markName`.
 */
export function planChanges(
  { credentials, due }: Assessment,
  options: RevocationOptions,
  returning: ReadonlyMap<string, readonly Instant[]> = new Map(),
): Changes {
  const keys: PlannedRevocation[] = [];
  const passwords: PlannedRevocation[] = [];
  const skipped: SkippedCredential[] = [];
  for (const credential of credentials) {
    const isKey = credential.type === 'access-key';
    const isDue = due.includes(credential);
    const skip = (why: SkipReason) => void skipped.push({ credential, due: isDue, why });
    const [parameter, action] = actionOn(credential, options);
    const revokedAt = returning.get(markName(credential));
    if (!isDue) skip({ kind: 'NotDue' });
    else if (action === 'Keep') skip({ kind: 'Kept', parameter });
    else if (credential.idle < options.minimumIdleDays * millisecondsPerDay) {
      skip({ kind: 'TooRecent', minimumIdleDays: options.minimumIdleDays });
    } else if (revokedAt !== undefined) skip({ kind: 'KeepsComingBack', revokedAt });
    else if (isKey && keys.length === accessKeySteps) skip({ kind: 'NextRun' });
    else (isKey ? keys : passwords).push({ credential, action });
  }
  return { revocations: [...keys, ...passwords], skipped };
}

function actionOn(
  { type, everUsed }: CredentialAssessment,
  { passwordAction, accessKeyAction, neverUsedAccessKeyAction }: RevocationOptions,
) {
  if (type === 'password') return ['PasswordAction', passwordAction] as const;
  if (everUsed) return ['AccessKeyAction', accessKeyAction] as const;
  return ['NeverUsedAccessKeyAction', neverUsedAccessKeyAction] as const;
}

/** The outcomes of a plan. The document changes something only on `Revoke`. */
export const revocationOutcomes = [
  'Gone',
  'Protected',
  'Exempt',
  'NothingDue',
  'Paused',
  'NotYet',
  'KeepsComingBack',
  'LimitReached',
  'DryRun',
  'Wait',
  'Revoke',
] as const;
export type RevocationOutcome = (typeof revocationOutcomes)[number];

/** The credential report that the assessment rests on. */
export interface Evidence {
  readonly generatedAt: Instant;
  /** Whether the report covers every credential of the user. */
  readonly complete: boolean;
}

/** Who is revoked, and by which execution. */
export interface RevocationTrigger {
  readonly userId: string;
  /**
   * When the execution began; null if a person started it, because they know what happened to the user meanwhile.
   */
  readonly automaticSince: Instant | null;
}

/** The outcome of a plan. */
export interface Decision<Outcome extends string> {
  readonly outcome: Outcome;
  /** Why, if not only the planned changes explain it. */
  readonly why: string | null;
  /** For `Wait`: when IAM can generate a newer credential report. */
  readonly waitUntil: Instant | null;
}

/** The outcome of a revocation's plan. */
export type RevocationDecision = Decision<RevocationOutcome>;

/** A decision that needs no wait. */
export function decide<Outcome extends string>(
  outcome: Outcome,
  why: string | null,
): Decision<Outcome> {
  return { outcome, why, waitUntil: null };
}

/** Why the user is never changed, or null. A protection tag that is neither true nor false protects the user. */
export function findSafeguard(
  user: User,
  { exemption }: Assessment,
): Decision<'Protected' | 'Exempt'> | null {
  const protection = tagValue(user.tags, protectedTag)?.trim();
  if (protection !== undefined && protection.toLowerCase() !== 'false') {
    const known = protection.toLowerCase() === 'true';
    return decide(
      'Protected',
      `the user has the tag ${protectedTag}${known ? '' : ', whose value is neither true nor false'}`,
    );
  }
  if (exemption.kind === 'path') {
    return decide('Exempt', `the user is exempt by path ${exemption.prefix}`);
  }
  if (exemption.kind === 'tag') return decide('Exempt', `exempt until ${exemption.text}`);
  return null;
}

/** Why nothing is revoked, independent of the pause, the dates and the credential report, or null. */
export function findBlocker(
  user: User,
  assessment: Assessment,
  { revocations }: Changes,
): RevocationDecision | null {
  const safeguard = findSafeguard(user, assessment);
  return safeguard ?? (revocations.length > 0 ? null : decide('NothingDue', null));
}

/** IAM generates a new report when the stored one is 4 hours old (milliseconds; one minute is a margin). */
const reportLifetime = (4 * 60 + 1) * 60_000;

/**
 * The first outcome that applies: a safeguard, a dry run, a wait or `Revoke`. A deletion needs a fresh report, and
 * every change needs a report that covers the user. An automatic execution deletes a password only by a report that
 * was made since it began, because someone may have reset the password because of the earlier report.
 */
export function decideRevocation(
  { revocations }: Changes,
  paused: boolean,
  evidence: Evidence,
  { enforceFrom, dryRun }: RevocationOptions,
  trigger: RevocationTrigger,
  now: Instant,
): RevocationDecision {
  if (paused) return decide('Paused', `the SSM parameter ${pauseParameter} exists`);
  if (now < enforceFrom) {
    return decide('NotYet', `nothing is revoked before ${formatDate(enforceFrom)} (EnforceFrom)`);
  }
  const lacking = whyReportLacks(revocations, evidence, trigger, now);
  if (dryRun) return decide('DryRun', lacking);
  if (lacking === null) return decide('Revoke', null);
  const { generatedAt } = evidence;
  const waitUntil = Math.max(generatedAt + reportLifetime, now + 60_000) + spread(trigger.userId);
  return { outcome: 'Wait', why: lacking, waitUntil };
}

/** IAM gives the instant of a report in whole seconds, rounded down. */
function wholeSecond(instant: Instant): Instant {
  return Math.floor(instant / 1000) * 1000;
}

/** Why the report does not prove enough for the changes, or null. */
function whyReportLacks(
  revocations: readonly PlannedRevocation[],
  { generatedAt, complete }: Evidence,
  { automaticSince }: RevocationTrigger,
  now: Instant,
): string | null {
  const from = formatInstant(generatedAt);
  if (!complete) {
    return `the credential report of ${from} does not cover all of the user's credentials`;
  }
  const deletions = revocations.filter(({ action }) => action !== 'Deactivate');
  const deletesPassword = deletions.some(({ credential }) => credential.type === 'password');
  const neededSince = automaticSince ?? 0;
  if (deletesPassword && generatedAt < wholeSecond(neededSince)) {
    const since = formatInstant(neededSince);
    return `an automatic deletion of a password needs a credential report made after ${since}, when the execution began; the stored one is from ${from}`;
  }
  if (deletions.length > 0 && !isFresh(generatedAt, now)) {
    return `a deletion needs a credential report of the last 15 minutes; the stored one is from ${from}`;
  }
  return null;
}

/**
 * Up to ten minutes (milliseconds), different for each user. Executions that wait for the same report would
 * otherwise all count the records of the day before any of them writes one.
 */
function spread(userId: string): number {
  const sum = Array.from(userId).reduce(
    (total, letter) => (total * 31 + letter.charCodeAt(0)) % 600,
    7,
  );
  return sum * 1000;
}
