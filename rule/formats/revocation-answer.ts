import { formatInstant, type Instant } from '../core/instant.ts';
import { recordName } from '../core/names.ts';
import {
  type Changes,
  describeRevocation,
  type RevocationDecision,
} from '../core/revocation-plan.ts';
import { describeIdle, nameOf, type RevocationRecord } from '../core/revocation-record.ts';
import type { FunctionLocation } from './arns.ts';
import { describeRevoked } from './messages.ts';
import { encodeRecord } from './record-codec.ts';

/** What stands where there is nothing: an output of an Automation step is better never empty. */
export const none = 'None';

/** What a function answers to a document: text and lists of text, which the document's steps name. */
export type Answer = Readonly<Record<string, string | readonly string[]>>;

/** The user and execution a plan is for. */
export interface PlanSubject {
  readonly userId: string;
  readonly userName: string | null;
  readonly executionId: string;
}

/** Takes a decision, what would be changed, whose plan it is, and the record, which is there for `Revoke` only. */
export function toRevocationAnswer(
  { outcome, reason, waitUntil }: RevocationDecision,
  { revocations, spared }: Changes,
  { userId, userName, executionId }: PlanSubject,
  record: RevocationRecord | null,
): Answer {
  const planned = record === null ? [] : revocations;
  const keys = planned.filter(({ credential }) => credential.type === 'access-key');
  const password = planned.find(({ credential }) => credential.type === 'password');
  const [first, second] = keys;
  return {
    Outcome: outcome,
    Reason: reason,
    UserName: userName ?? none,
    WaitUntil: waitUntil === null ? none : formatInstant(Math.ceil(waitUntil / 1000) * 1000),
    ToRevoke: revocations.map(describeRevocation),
    NotRevoked: spared.map(
      ({ credential, why }) => `${nameOf(credential)}: ${why}; ${describeIdle(credential)}`,
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

/** Takes a record that was carried out, the user's name by now, the instant, where this is, and the topic that is told, or null. */
export function toVerifiedAnswer(
  record: RevocationRecord,
  userName: string,
  now: Instant,
  location: FunctionLocation,
  topicArn: string | null,
): Answer {
  const VerifiedAt = formatInstant(now);
  return {
    Outcome: 'Verified',
    Revoked: record.credentials.map((credential) => `${nameOf(credential)} (${credential.action})`),
    UserName: userName,
    VerifiedAt,
    TagValue: `${VerifiedAt} ${record.executionId}`,
    ...describeRevoked(record, location, topicArn),
  };
}

/** Takes the instant at which a user turned out to have been deleted in the middle of a revocation. */
export function toVanishedAnswer(now: Instant): Answer {
  const nothing = { UserName: none, TagValue: none, Subject: none, Message: none };
  return { Outcome: 'Gone', Revoked: [], VerifiedAt: formatInstant(now), ...nothing };
}
