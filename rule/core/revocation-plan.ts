import type { CredentialAssessment } from './assess-credential.ts';
import type { Assessment } from './assess-user.ts';
import { tagValue, type User } from './credentials.ts';
import { formatDate, formatInstant, type Instant, millisecondsPerDay } from './instant.ts';
import { pauseParameter, protectedTag } from './names.ts';
import { isFresh } from './report-trust.ts';
import { describeIdle, nameOf, type PlannedRevocation } from './revocation-record.ts';

/** What the document's parameters say is to be done with what is due. */
export interface RevocationOptions {
  readonly passwordAction: 'Delete' | 'Keep';
  readonly accessKeyAction: 'Deactivate' | 'Delete' | 'Keep';
  readonly neverUsedAccessKeyAction: 'Deactivate' | 'Delete' | 'Keep';
  /** Days. */
  readonly minimumIdleDays: number;
  /** 0 for no limit. */
  readonly maxRevocationsPerDay: number;
  readonly enforceFrom: Instant;
  readonly dryRun: boolean;
}

/** What of a user's usable credentials will be revoked, and why the others will not. */
export interface Changes {
  readonly revocations: readonly PlannedRevocation[];
  readonly spared: readonly { readonly credential: CredentialAssessment; readonly why: string }[];
}

/** The document has a step for this many access keys, which is all that IAM allows a user. */
const accessKeySteps = 2;

/** Takes a user's assessment and the options. Gives back what is to be revoked; keys come first, since they can come back. */
export function planChanges({ credentials, due }: Assessment, options: RevocationOptions): Changes {
  const keys: PlannedRevocation[] = [];
  const passwords: PlannedRevocation[] = [];
  const spared: { credential: CredentialAssessment; why: string }[] = [];
  for (const credential of credentials) {
    const isKey = credential.type === 'access-key';
    const spare = (why: string) => void spared.push({ credential, why });
    const [parameter, action] = actionOn(credential, options);
    if (!due.includes(credential)) spare('not due');
    else if (action === 'Keep') spare(`kept, since ${parameter} is Keep`);
    else if (credential.idle < options.minimumIdleDays * millisecondsPerDay) {
      spare(`idle for less than MinimumIdleDays, ${options.minimumIdleDays}`);
    } else if (isKey && keys.length === accessKeySteps) spare('left to the next run');
    else (isKey ? keys : passwords).push({ credential, action });
  }
  return { revocations: [...keys, ...passwords], spared };
}

function actionOn(
  { type, everUsed }: CredentialAssessment,
  { passwordAction, accessKeyAction, neverUsedAccessKeyAction }: RevocationOptions,
) {
  if (type === 'password') return ['PasswordAction', passwordAction] as const;
  if (everUsed) return ['AccessKeyAction', accessKeyAction] as const;
  return ['NeverUsedAccessKeyAction', neverUsedAccessKeyAction] as const;
}

/** What a plan can come to; the document changes something only on `Revoke`. */
export const revocationOutcomes = [
  'Gone',
  'Protected',
  'Exempt',
  'NothingDue',
  'Paused',
  'NotYet',
  'LimitReached',
  'DryRun',
  'Wait',
  'Revoke',
] as const;
export type RevocationOutcome = (typeof revocationOutcomes)[number];

/** The switches that stop every revocation. */
export interface Brakes {
  readonly paused: boolean;
  /** Records younger than 24 hours. */
  readonly recentRecords: number;
}

/** The credential report that the assessment rests on. */
export interface Evidence {
  readonly generatedAt: Instant;
  /** Whether the report knows every credential of the user that existed then. */
  readonly complete: boolean;
}

/** What a plan came to, and why, in words. */
export interface RevocationDecision {
  readonly outcome: RevocationOutcome;
  readonly reason: string;
  /** For `Wait`: when a newer credential report can be had. */
  readonly waitUntil: Instant | null;
}

/**
 * Takes a user, the assessment of him, and what of him would be changed. Gives back why nothing is to be
 * revoked, whatever the brakes and the report say, or null. A protection tag that says neither true nor
 * false protects: what is not understood is not acted on.
 */
export function findBar(user: User, assessment: Assessment, changes: Changes) {
  const decide = (outcome: RevocationOutcome, reason: string): RevocationDecision => {
    return { outcome, reason, waitUntil: null };
  };
  const protection = tagValue(user.tags, protectedTag)?.trim();
  if (protection !== undefined && protection.toLowerCase() !== 'false') {
    const known = protection.toLowerCase() === 'true';
    return decide(
      'Protected',
      `the user carries the tag ${protectedTag}${known ? '' : ', whose value is neither true nor false'}`,
    );
  }
  const { exemption } = assessment;
  if (exemption.kind === 'path') {
    return decide('Exempt', `the user is exempt by path ${exemption.prefix}`);
  }
  if (exemption.kind === 'tag') return decide('Exempt', `exempt until ${exemption.text}`);
  if (changes.revocations.length > 0) return null;
  const reasons = changes.spared
    .filter(({ credential }) => assessment.due.includes(credential))
    .map(({ credential, why }) => `${nameOf(credential)}: ${why}`);
  if (reasons.length > 0) return decide('NothingDue', reasons.join('; '));
  return decide('NothingDue', 'no credential is unused as the rule and its scope define it');
}

/** IAM makes a new report when the stored one is 4 hours old; a minute later it surely does. */
const reportLifetime = (4 * 60 + 1) * 60_000;

/**
 * Takes what would be changed, the brakes, the report it rests on, the options, the user's unique ID and the
 * instant of the plan. Gives back the first outcome that applies: a brake, a dry run, the wait for a report that is as good
 * as live where something cannot be undone or the report does not cover the user, or `Revoke`.
 */
export function decideRevocation(
  { revocations }: Changes,
  { paused, recentRecords }: Brakes,
  evidence: Evidence,
  options: RevocationOptions,
  userId: string,
  now: Instant,
): RevocationDecision {
  const { maxRevocationsPerDay, enforceFrom, dryRun } = options;
  const decide = (outcome: RevocationOutcome, reason: string): RevocationDecision => {
    return { outcome, reason, waitUntil: null };
  };
  if (paused) return decide('Paused', `the SSM parameter ${pauseParameter} exists`);
  if (now < enforceFrom) {
    return decide('NotYet', `nothing is revoked before ${formatDate(enforceFrom)} (EnforceFrom)`);
  }
  if (maxRevocationsPerDay > 0 && recentRecords >= maxRevocationsPerDay) {
    return decide(
      'LimitReached',
      `${recentRecords} revocations were recorded within 24 hours; MaxRevocationsPerDay is ${maxRevocationsPerDay}`,
    );
  }
  const what = revocations.map(describeRevocation).join('; ');
  const { generatedAt, complete } = evidence;
  const irreversible = revocations.some(({ action }) => action === 'Delete');
  const tooOld = irreversible && !isFresh(generatedAt, now);
  const waitUntil = Math.max(generatedAt + reportLifetime, now + 60_000) + spread(userId);
  const wait = complete
    ? `deleting needs a credential report of the last 15 minutes; the stored one is of ${formatInstant(generatedAt)}`
    : `the credential report of ${formatInstant(generatedAt)} does not cover all of the user's credentials`;
  const mustWait = tooOld || !complete;
  if (dryRun) return decide('DryRun', `would revoke: ${what}${mustWait ? `; ${wait}` : ''}`);
  if (mustWait) return { outcome: 'Wait', reason: wait, waitUntil };
  return decide('Revoke', what);
}

/**
 * Many executions wait for the same report. Waking at once, all of them would count the records of the day
 * before any of them has written one; within these ten minutes a new report stays as good as live.
 */
function spread(userId: string): number {
  const sum = Array.from(userId).reduce(
    (total, letter) => (total * 31 + letter.charCodeAt(0)) % 600,
    7,
  );
  return sum * 1000;
}

/** Takes a planned revocation; gives back `access key AKIA… (Deactivate): used …`. */
export function describeRevocation({ credential, action }: PlannedRevocation): string {
  return `${nameOf(credential)} (${action}): ${describeIdle(credential)}`;
}
