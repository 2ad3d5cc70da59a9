import type { FunctionLocation } from '../core/arns.ts';
import type { CredentialAssessment } from '../core/assess-credential.ts';
import { describeReturning } from '../core/earlier-revocations.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { describePlace, sendsMail } from '../core/last-use.ts';
import { recordName, revokedTagValue } from '../core/names.ts';
import type {
  Changes,
  RevocationDecision,
  RevocationOutcome,
  SkipReason,
} from '../core/revocation-plan.ts';
import {
  type CredentialId,
  describeIdle,
  nameOf,
  type PlannedRevocation,
  type RevocationRecord,
} from '../core/revocation-record.ts';
import { describeRevoked, type Passwords } from './messages.ts';
import { encodeRecord } from './record-codec.ts';

/** The text for an absent value: an output of an Automation step should not be empty. */
export const none = 'None';

/** Joins texts. The first 20 of many stand for the rest, which a list of the answer has. */
export function firstOf(texts: readonly string[], separator: string): string {
  const more = texts.length - mostTexts;
  const shown = texts.slice(0, mostTexts);
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(separator);
}

const mostTexts = 20;

/** What a function answers to a document: text and lists of text, which the document's steps select. */
export type Answer = Readonly<Record<string, string | readonly string[]>>;

/** The user and execution of a plan. */
interface PlanSubject {
  readonly userId: string;
  /** Null if the user is gone. */
  readonly userName: string | null;
  readonly executionId: string;
}

/** The record is null unless the outcome is `Revoke`. `held` says which limits of the deployment replaced what was given. */
export function toRevocationAnswer(
  decision: RevocationDecision,
  changes: Changes,
  { userId, userName, executionId }: PlanSubject,
  record: RevocationRecord | null,
  now: Instant,
  held: readonly string[] = [],
): Answer {
  const { outcome, waitUntil } = decision;
  const { revocations, skipped } = changes;
  const planned = record === null ? [] : revocations;
  const keys = planned.filter(({ credential }) => credential.type === 'access-key');
  const password = planned.find(({ credential }) => credential.type === 'password');
  const [first, second] = keys;
  return {
    Proceed: proceed(outcome),
    Outcome: outcome,
    Reason: [reasonOf(decision, changes), ...held].join('; '),
    UserName: userName ?? none,
    WaitSeconds: String(waitUntil === null ? 0 : Math.ceil((waitUntil - now) / 1000)),
    WaitUntil: waitUntil === null ? none : formatInstant(Math.ceil(waitUntil / 1000) * 1000),
    ToRevoke: revocations.map(describeRevocation),
    Consequences: consequencesOf(userName, revocations),
    NotRevoked: skipped.map(
      ({ credential, why }) =>
        `${nameOf(credential)}: ${describeSkip(why)}; ${describeUse(credential)}`,
    ),
    FirstAccessKeyAction: first?.action ?? none,
    FirstAccessKeyId: first?.credential.id ?? none,
    SecondAccessKeyAction: second?.action ?? none,
    SecondAccessKeyId: second?.credential.id ?? none,
    PasswordAction: password?.action ?? none,
    RecordName: record === null ? none : recordName(userId, executionId),
    Record: record === null ? none : encodeRecord(record),
  };
}

/** The word on which the document branches. */
function proceed(outcome: RevocationOutcome): 'Yes' | 'Wait' | 'No' {
  if (outcome === 'Revoke') return 'Yes';
  return outcome === 'Wait' ? 'Wait' : 'No';
}

function reasonOf({ outcome, why }: RevocationDecision, { revocations, skipped }: Changes): string {
  const what = revocations.map(describeRevocation).join('; ');
  switch (outcome) {
    case 'Revoke':
      return what;
    case 'DryRun':
      return `would revoke: ${what}${why === null ? '' : `; ${why}`}`;
    case 'NothingDue': {
      const kept = skipped.filter(({ due }) => due);
      if (kept.length === 0) return 'no credential is unused according to the rule and its scope';
      return kept
        .map(({ credential, why: reason }) => `${nameOf(credential)}: ${describeSkip(reason)}`)
        .join('; ');
    }
    default:
      return why ?? outcome;
  }
}

/** `access key AKIA… (Deactivate): used …`. */
export function describeRevocation({ credential, action }: PlannedRevocation): string {
  return `${nameOf(credential)} (${action}): ${describeUse(credential)}`;
}

/** Why a usable credential is not revoked. */
export function describeSkip(why: SkipReason): string {
  switch (why.kind) {
    case 'NotDue':
      return 'not due';
    case 'Kept':
      return `kept, because ${why.parameter} is Keep`;
    case 'TooRecent':
      return `idle for less than MinimumIdleDays (${why.minimumIdleDays})`;
    case 'KeepsComingBack':
      return describeReturning(why);
    case 'NextRun':
      return 'left for the next run';
  }
}

/** What a person should know before they confirm a plan. */
export type Consequence = 'DeletesAccessKey' | 'DeletesPassword' | 'ReplacesPassword' | 'StopsMail';

/** The consequences of a plan. The user name is null if the user is gone. */
export function consequencesOf(
  userName: string | null,
  revocations: readonly PlannedRevocation[],
): readonly Consequence[] {
  const some = (type: CredentialId['type'], action: PlannedRevocation['action']) =>
    revocations.some((each) => each.credential.type === type && each.action === action);
  const keys = revocations
    .map(({ credential }) => credential)
    .filter(({ type }) => type === 'access-key');
  return [
    ...(some('access-key', 'Delete') ? (['DeletesAccessKey'] as const) : []),
    ...(some('password', 'Delete') ? (['DeletesPassword'] as const) : []),
    ...(some('password', 'Replace') ? (['ReplacesPassword'] as const) : []),
    ...(userName !== null && sendsMail(userName, keys) ? (['StopsMail'] as const) : []),
  ];
}

function describeUse(credential: CredentialAssessment): string {
  const place = describePlace(credential);
  return `${describeIdle(credential)}${place === null ? '' : `, last used ${place}`}`;
}

interface VerifiedRevocation {
  readonly record: RevocationRecord;
  /** The user may have a new name since the record was written. */
  readonly userName: string;
  readonly owner: string;
  /** Whether the user has a password now: the new one, if the old one was replaced. */
  readonly hasPassword: boolean;
  readonly now: Instant;
}

/** `Replaced` means that the user has a new password, so that the record's counts as restored. */
export function toVerifiedAnswer(
  { record, userName, owner, hasPassword, now }: VerifiedRevocation,
  location: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
): Answer {
  const VerifiedAt = formatInstant(now);
  const replaces = record.credentials.some(({ action }) => action === 'Replace');
  return {
    Outcome: replaces && hasPassword ? 'Replaced' : 'Verified',
    Revoked: record.credentials.map((credential) => `${nameOf(credential)} (${credential.action})`),
    UserName: userName,
    VerifiedAt,
    TagValue: revokedTagValue(VerifiedAt, record.executionId),
    TopicArn: topicArn ?? 'none',
    ...describeRevoked(record, location, topicArn, passwords, { owner, hasPassword }),
  };
}

/** For a user who was deleted during the revocation. */
export function toDeletedUserAnswer(now: Instant): Answer {
  const nothing = {
    UserName: none,
    TagValue: none,
    TopicArn: 'none',
    ...{ Subject: none, Message: none, Event: none, Account: none, Owner: none },
  };
  return { Outcome: 'Gone', Revoked: [], VerifiedAt: formatInstant(now), ...nothing };
}
