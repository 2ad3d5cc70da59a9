import type { FunctionLocation } from '../core/arns.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { denyAllPolicyName, recordName, retirementPath, revokedTagValue } from '../core/names.ts';
import {
  labelsOf,
  noPermissions,
  permissionName,
  type RetiredPermissions,
} from '../core/retired-permissions.ts';
import type { RetirementDecision } from '../core/retirement-plan.ts';
import type { Changes } from '../core/revocation-plan.ts';
import { describeIdle, nameOf, type RevocationRecord } from '../core/revocation-record.ts';
import { encodeJson } from './fields.ts';
import { describeRetired, type Passwords } from './messages.ts';
import { encodeRecord } from './record-codec.ts';
import {
  type Answer,
  consequencesOf,
  describeRevocation,
  describeSkip,
  firstOf,
  none,
} from './revocation-answer.ts';

/** What a plan found about a user. */
export interface PlannedRetirement {
  readonly decision: RetirementDecision;
  readonly userId: string;
  /** Null if the user is gone or was not read. */
  readonly userName: string | null;
  readonly executionId: string;
  readonly now: Instant;
  /** Null before the plan knows them. */
  readonly changes: Changes | null;
  readonly permissions: PlannedPermissions | null;
  /** Null unless the outcome is `Retire`. */
  readonly recorded: {
    readonly record: RevocationRecord;
    readonly parts: readonly string[];
    readonly denyPolicyArn: string;
  } | null;
}

/** What the retirement changes besides credentials. */
export interface PlannedPermissions {
  readonly attachDeny: boolean;
  /** How many managed policies a user can have, if no room is left to attach AWSDenyAll; null otherwise. */
  readonly fullQuota: number | null;
  readonly removed: RetiredPermissions;
}

/** What the steps of the document select. */
export function toRetirementAnswer(planned: PlannedRetirement): Answer {
  const { decision, userId, userName, executionId, now, changes, permissions, recorded } = planned;
  const { outcome, waitUntil } = decision;
  const acts = recorded === null ? null : changes;
  const revocations = acts?.revocations ?? [];
  const keys = revocations.filter(({ credential }) => credential.type === 'access-key');
  const password = revocations.find(({ credential }) => credential.type === 'password');
  const [first, second] = keys;
  const removed = recorded === null ? noPermissions : removedOf(planned);
  return {
    Proceed: proceed(decision),
    Outcome: outcome,
    Reason: reasonOf(planned),
    UserName: userName ?? none,
    WaitSeconds: String(waitUntil === null ? 0 : Math.ceil((waitUntil - now) / 1000)),
    WaitUntil: waitUntil === null ? none : formatInstant(Math.ceil(waitUntil / 1000) * 1000),
    ToRevoke: (changes?.revocations ?? []).map(describeRevocation),
    Consequences: consequencesOf(userName, changes?.revocations ?? []),
    NotRevoked: (changes?.skipped ?? []).map(
      ({ credential, why }) =>
        `${nameOf(credential)}: ${describeSkip(why)}; ${describeIdle(credential)}`,
    ),
    ToRemove: labelsOf(removedOf(planned)),
    Irreversible: irreversibleOf(planned),
    DenyAction: permissions?.attachDeny === true && recorded !== null ? 'Attach' : none,
    DenyPolicyArn: recorded?.denyPolicyArn ?? none,
    FirstAccessKeyAction: first?.action ?? none,
    FirstAccessKeyId: first?.credential.id ?? none,
    SecondAccessKeyAction: second?.action ?? none,
    SecondAccessKeyId: second?.credential.id ?? none,
    PasswordAction: password?.action ?? none,
    ...listOf(
      'RemoveGroups',
      'Groups',
      removed.groups.map(({ name }) => name),
    ),
    ...listOf(
      'DetachPolicies',
      'AttachedPolicies',
      removed.attachedPolicies.map(({ arn }) => arn),
    ),
    ...listOf(
      'DeletePolicies',
      'InlinePolicies',
      removed.inlinePolicies.map(({ name }) => name),
    ),
    ...listOf('DeactivateMfaDevices', 'MfaDevices', removed.mfaDevices),
    // A step in a loop sees only the item, so each item has its number.
    ...listOf(
      'RecordPermissions',
      'PermissionParts',
      recorded?.parts.map((part, index) => encodeJson([String(index + 1), part])),
    ),
    PermissionsPath: recorded === null ? none : retirementPath(userId, executionId),
    RecordName: recorded === null ? none : recordName(userId, executionId),
    Record: recorded === null ? none : encodeRecord(recorded.record),
  };
}

/** The word on which the document branches. Alert fails; the function has published the alert. */
function proceed({ outcome }: RetirementDecision): 'Yes' | 'Wait' | 'Alert' | 'No' {
  if (outcome === 'Retire') return 'Yes';
  if (outcome === 'Refused') return 'Alert';
  return outcome === 'Wait' ? 'Wait' : 'No';
}

/** A loop must not start with an empty list, so a branch of the document reads the answer to `question` first. */
function listOf(question: string, name: string, list: readonly string[] = []) {
  return { [question]: list.length > 0 ? 'Yes' : 'No', [name]: list };
}

function removedOf({ permissions }: PlannedRetirement): RetiredPermissions {
  return permissions?.removed ?? noPermissions;
}

/** What no restoration gives back, in words. */
function irreversibleOf(planned: PlannedRetirement): string[] {
  const { changes } = planned;
  const password = changes?.revocations.some(({ credential }) => credential.type === 'password');
  return [
    ...(password === true ? ['the password: a restoration can only issue a new one'] : []),
    ...removedOf(planned).mfaDevices.map(
      (id) => `${permissionName({ kind: 'MFA device', id })}: the user must register it again`,
    ),
  ];
}

function reasonOf(planned: PlannedRetirement): string {
  const { outcome, why } = planned.decision;
  const what = describePlan(planned).join('; ');
  if (outcome === 'Retire') return what;
  if (outcome === 'DryRun') return `would retire: ${what}${why === null ? '' : `; ${why}`}`;
  return why ?? outcome;
}

function describePlan(planned: PlannedRetirement): string[] {
  const { changes, permissions } = planned;
  const removed = labelsOf(removedOf(planned));
  const irreversible = irreversibleOf(planned);
  const kept = (changes?.skipped ?? []).map(
    ({ credential, why }) =>
      `${nameOf(credential)} stays (${describeSkip(why)}), but is denied everything`,
  );
  return [
    permissions?.attachDeny === false
      ? `${denyAllPolicyName} is attached already`
      : `${denyAllPolicyName} (Attach)`,
    ...(changes?.revocations ?? []).map(describeRevocation),
    ...kept,
    ...(removed.length === 0 ? [] : [`removes ${firstOf(removed, ', ')}`]),
    ...(irreversible.length === 0 ? [] : [`cannot come back: ${firstOf(irreversible, ', ')}`]),
  ];
}

interface VerifiedRetirement {
  readonly record: RevocationRecord;
  readonly removed: RetiredPermissions;
  /** The user may have a new name since the record was written. */
  readonly userName: string;
  readonly owner: string;
  readonly now: Instant;
}

export function toRetiredAnswer(
  { record, removed, userName, owner, now }: VerifiedRetirement,
  location: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
): Answer {
  const VerifiedAt = formatInstant(now);
  return {
    Outcome: 'Verified',
    Revoked: record.credentials.map((credential) => `${nameOf(credential)} (${credential.action})`),
    Removed: labelsOf(removed),
    UserName: userName,
    VerifiedAt,
    TagValue: revokedTagValue(VerifiedAt, record.executionId),
    TopicArn: topicArn ?? 'none',
    ...describeRetired(record, removed, location, topicArn, passwords, owner),
  };
}
