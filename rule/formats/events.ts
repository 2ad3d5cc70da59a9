import { withoutControls } from '../core/annotation.ts';
import type { CredentialAssessment } from '../core/assess-credential.ts';
import type { Category } from '../core/assess-user.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { ownerOf } from '../core/owner.ts';
import type {
  CredentialId,
  RecordedCredential,
  RevocationRecord,
} from '../core/revocation-record.ts';
import type { Warning } from '../core/warnings.ts';
import type { RefusedUser } from './alerts.ts';
import type { UserIdentity } from './user-snapshot.ts';

/** The detail-types of the events that this project puts on the event bus. docs/events describes them. */
export type DetailType =
  | 'Credential Becoming Unused'
  | 'User Newly Noncompliant'
  | 'Credentials Revoked'
  | 'Credentials Restored'
  | 'User Retired'
  | 'Access Key Deleted'
  | 'Revocation Refused';

/** An event for rules of EventBridge. Its detail is plain data, without a secret. */
export interface ProjectEvent {
  readonly detailType: DetailType;
  /** ARNs of what it is about; empty if none is known. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where something happened. */
interface EventPlace {
  readonly accountId: string;
  readonly region: string;
}

/** The user whom an event is about. */
export interface EventUser {
  readonly userName: string;
  readonly userId: string;
  readonly arn: string;
  readonly owner: string;
}

export function eventUser(
  { userName, userId, arn, tags }: Pick<UserIdentity, 'userName' | 'userId' | 'arn' | 'tags'>,
  ownerTag: string,
): EventUser {
  return { userName, userId, arn, owner: ownerOf(tags, ownerTag) };
}

/** An access key or a password, and when it was last used, if that is known. */
interface CredentialDetail {
  readonly type: 'password' | 'access-key';
  readonly id?: string;
  readonly [fact: string]: unknown;
}

/** The longest text in an event (characters). EventBridge takes 256 KB for all events of a request. */
const longestText = 1_000;

/**
 * EventBridge does not escape what an input transformer inserts into JSON: a quotation mark or a backslash would break
 * the message of a rule.
 */
function plain(text: string): string {
  const flat = withoutControls(text).replaceAll('"', "'").replaceAll('\\', '/');
  return Array.from(flat).slice(0, longestText).join('');
}

/** A repeated event has the same `id`, so a consumer can ignore the repetition. */
function eventOf(
  detailType: DetailType,
  id: readonly string[],
  { accountId, region }: EventPlace,
  about: (RefusedUser & { readonly arn?: string }) | null,
  more: Readonly<Record<string, unknown>>,
): ProjectEvent {
  const { userName, arn, owner } = about ?? {};
  const user = about !== null && {
    ...(userName === undefined ? {} : { name: plain(userName) }),
    id: about.userId,
    ...(arn === undefined ? {} : { arn: plain(arn) }),
  };
  return {
    detailType,
    resources: arn === undefined ? [] : [arn],
    detail: {
      version: 1,
      id: [detailType.toLowerCase().replaceAll(' ', '-'), ...id].join('/'),
      ...{ account: accountId, region },
      ...(user === false ? {} : { user }),
      ...(owner === undefined ? {} : { owner }),
      ...more,
    },
  };
}

function assessed(credential: CredentialAssessment): CredentialDetail {
  const { type, id, slot, basis, lastActivity, everUsed, idleDays, threshold } = credential;
  const at = formatInstant(lastActivity);
  return {
    type,
    ...(id === null ? {} : { id }),
    ...(slot === null ? {} : { slot }),
    ...(basis === 'used' ? { lastUsed: at } : {}),
    ...{ lastActivity: at, everUsed, idleDays, limitDays: threshold },
  };
}

function recorded(
  { type, id, action, used, created, reason }: RecordedCredential,
  hasPassword = false,
) {
  const replaced = hasPassword ? 'replaced' : 'deleted';
  return {
    type,
    ...(id === null ? {} : { id }),
    action: { Deactivate: 'deactivated', Delete: 'deleted', Replace: replaced }[action],
    ...(used === undefined ? {} : { lastUsed: formatInstant(used) }),
    ...(created === undefined ? {} : { created: formatInstant(created) }),
    reason: plain(reason),
  } satisfies CredentialDetail;
}

/**
 * A credential that becomes unused soon. In scope console-password, the use of a key delays this for a password, so
 * `at` counts and not the credential's own date.
 */
export function credentialBecomingUnused(
  user: EventUser,
  place: EventPlace & { readonly ruleName: string },
  { credential, at, kind: warning }: Warning,
  daysLeft: number,
): ProjectEvent {
  const unusedFrom = formatInstant(at);
  const which = credential.id ?? credential.slot ?? credential.type;
  return eventOf(
    'Credential Becoming Unused',
    [user.userId, String(which), unusedFrom, warning],
    place,
    user,
    {
      rule: plain(place.ruleName),
      credentials: [assessed(credential)],
      unusedFrom,
      daysLeft,
      warning,
    },
  );
}

/** What an evaluation found about a user. */
interface NewlyNoncompliant {
  readonly category: Category;
  readonly due: readonly CredentialAssessment[];
  /** The annotation of the result. */
  readonly reason: string;
  /** When AWS Config requested the evaluation. All of Lambda's attempts have the same instant. */
  readonly askedAt: Instant;
}

/** A user who is newly NON_COMPLIANT by a scheduled evaluation. */
export function userNewlyNoncompliant(
  user: EventUser,
  place: EventPlace & { readonly ruleName: string },
  { category, due, reason, askedAt }: NewlyNoncompliant,
): ProjectEvent {
  return eventOf('User Newly Noncompliant', [user.userId, formatInstant(askedAt)], place, user, {
    ...{ rule: plain(place.ruleName), category, reason: plain(reason) },
    credentials: due.map(assessed),
  });
}

/**
 * A revocation that was verified. `hasPassword` says whether the user has a password now: the new one, if the old one
 * was to be replaced. `undo` is the command that restores it; null if nothing can.
 */
export function credentialsRevoked(
  user: EventUser,
  place: EventPlace,
  { executionId, name, ruleName, credentials }: RevocationRecord,
  { hasPassword, undo }: { readonly hasPassword: boolean; readonly undo: string | null },
): ProjectEvent {
  return eventOf('Credentials Revoked', [executionId], place, user, {
    ...{ executionId, rule: plain(ruleName), record: name },
    reason: plain(credentials.map(({ reason }) => reason).join('; ')),
    credentials: credentials.map((credential) => recorded(credential, hasPassword)),
    ...(undo === null ? {} : { undo }),
  });
}

/** What a restoration gave back. */
interface RestoredCredentials {
  readonly executionId: string;
  readonly credentials: readonly CredentialId[];
  /** Names of the permissions, and of the removal of AWSDenyAll. */
  readonly permissions: readonly string[];
  /** Whether everything that the records list can be used again. */
  readonly complete: boolean;
  /** What is not restored and why, in words. */
  readonly notRestored: readonly string[];
  readonly exemptUntil: string;
}

/** A restoration that was verified. */
export function credentialsRestored(
  user: EventUser,
  place: EventPlace,
  {
    executionId,
    credentials,
    permissions,
    complete,
    notRestored,
    exemptUntil,
  }: RestoredCredentials,
): ProjectEvent {
  return eventOf('Credentials Restored', [executionId], place, user, {
    ...{ executionId, complete, exemptUntil: plain(exemptUntil) },
    credentials: credentials.map(({ type, id }) => ({ type, ...(id === null ? {} : { id }) })),
    permissions: permissions.slice(0, 50).map(plain),
    notRestored: notRestored.slice(0, 20).map(plain),
  });
}

/** What a retirement revoked and removed. The user is denied everything. */
interface Retirement {
  readonly executionId: string;
  readonly reason: string;
  readonly credentials: readonly RecordedCredential[];
  readonly groups: readonly string[];
  /** ARNs of managed policies that were detached, and names of inline policies that were removed. */
  readonly policies: readonly string[];
  /** Serial numbers of MFA devices that were deactivated, which nothing can restore. */
  readonly mfaDevices: readonly string[];
  readonly undo: string | null;
}

/** A retirement that was verified. */
export function userRetired(
  user: EventUser,
  place: EventPlace,
  retirement: Retirement,
): ProjectEvent {
  const { executionId, reason, credentials, groups, policies, mfaDevices, undo } = retirement;
  const list = (names: readonly string[]) => names.slice(0, 50).map(plain);
  return eventOf('User Retired', [executionId], place, user, {
    ...{
      executionId,
      reason: plain(reason),
      credentials: credentials.map((each) => recorded(each)),
    },
    ...{ groups: list(groups), policies: list(policies), mfaDevices: list(mfaDevices) },
    ...(undo === null ? {} : { undo }),
  });
}

/** A deactivated access key that was permanently deleted. */
export function accessKeyDeleted(
  user: EventUser,
  place: EventPlace,
  deleted: {
    readonly executionId: string;
    readonly accessKeyId: string;
    /** When it had been deactivated. */
    readonly deactivatedAt: Instant;
    readonly lastUsed: Instant | undefined;
    readonly reason: string;
  },
): ProjectEvent {
  const { executionId, accessKeyId, deactivatedAt, lastUsed, reason } = deleted;
  const credential = {
    ...{ type: 'access-key', id: accessKeyId, deactivated: formatInstant(deactivatedAt) },
    ...(lastUsed === undefined ? {} : { lastUsed: formatInstant(lastUsed) }),
  } satisfies CredentialDetail;
  return eventOf('Access Key Deleted', [executionId, accessKeyId], place, user, {
    ...{ executionId, reason: plain(reason), credentials: [credential] },
  });
}

/** What was refused: work of a document, or a request to a function that gives something back. */
export type RefusedOperation =
  | 'revoke'
  | 'retire'
  | 'restore'
  | 'issue-password'
  | 'restore-permissions'
  | 'purge';

/** A request that this project refused; the user is null if it was about the whole account. No credential was changed. */
export function revocationRefused(
  user: (RefusedUser & { readonly arn?: string }) | null,
  place: EventPlace,
  {
    operation,
    executionId,
    reason,
  }: {
    readonly operation: RefusedOperation;
    readonly executionId: string;
    readonly reason: string;
  },
): ProjectEvent {
  return eventOf('Revocation Refused', [operation, executionId], place, user, {
    ...{ operation, executionId, reason: plain(reason) },
  });
}
