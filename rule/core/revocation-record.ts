import { type CredentialAssessment, describeActivity, labelOf } from './assess-credential.ts';
import { type AccessKeyStatus, type ActivityDates, isUsable, type User } from './credentials.ts';
import { ExpectedError } from './errors.ts';
import type { Instant } from './instant.ts';
import type { LastUse } from './last-use.ts';
import { recordName } from './names.ts';
import type { NamedPermission } from './retired-permissions.ts';

/** What a revocation does to one credential. A password can only be deleted; `Replace` then issues a new one. */
type RevocationAction = 'Deactivate' | 'Delete' | 'Replace';

/** Identifies a credential of a user. */
export interface CredentialId {
  readonly type: 'password' | 'access-key';
  /** The access key's ID; null for a password. */
  readonly id: string | null;
}

/** A credential as it was before it was revoked. */
export interface RecordedCredential extends ActivityDates, LastUse, CredentialId {
  readonly action: RevocationAction;
  /** Why it was revoked. */
  readonly reason: string;
}

/** How a record says that the execution also retires the user. */
export interface Retirement {
  /** Whether this execution attaches AWSDenyAll. If someone attached it before, it is not ours to detach. */
  readonly denyAttached: boolean;
  /** The permissions that the execution removes, besides credentials. */
  readonly parts: readonly RetirementPart[];
}

/** Permissions that are read and checked together. A damaged part does not affect the others. */
export interface RetirementPart {
  /** How many parameters hold its text, one after the other. */
  readonly parameters: number;
  /** The SHA-256 of the text, in hexadecimal digits. */
  readonly sha256: string;
  /** What it holds, as far as the record has room; null in a record of an earlier version. */
  readonly holds: readonly NamedPermission[] | null;
  /** How many permissions it holds besides those. */
  readonly more: number;
}

/** What one execution revokes of one user. It is written before any change. */
export interface RevocationRecord {
  readonly schemaVersion: 1;
  /** The name of the parameter that holds the record. A copy under another name is not genuine. */
  readonly name: string;
  readonly accountId: string;
  readonly executionId: string;
  readonly userId: string;
  readonly userName: string;
  readonly ruleName: string;
  readonly recordedAt: Instant;
  /** Empty only for a retirement of a user whose credentials are all kept. */
  readonly credentials: readonly RecordedCredential[];
  /** Absent unless the execution retires the user. */
  readonly retirement?: Retirement | undefined;
}

/** A credential to revoke, and how. */
export interface PlannedRevocation {
  readonly credential: CredentialAssessment;
  readonly action: RevocationAction;
}

/** Which execution revokes the credentials of which user. */
interface RecordContext {
  readonly accountId: string;
  readonly executionId: string;
  readonly userId: string;
  readonly ruleName: string;
}

/** Throws UserError if a live read does not know a credential. */
export function recordOf(
  user: User,
  revocations: readonly PlannedRevocation[],
  context: RecordContext,
  now: Instant,
): RevocationRecord {
  return {
    schemaVersion: 1,
    name: recordName(context.userId, context.executionId),
    ...context,
    userName: user.userName,
    recordedAt: now,
    credentials: revocations.map(({ credential, action }) => {
      const { type, id } = credential;
      const state = type === 'password' ? user.password : findKey(user, id);
      if (state === null || state === undefined) {
        throw new ExpectedError(
          'UserError',
          `${labelOf(credential)} of user ${user.userName} is due, but a live read did not find it; run again`,
        );
      }
      const { used, created, changed } = state;
      const { lastUsedService, lastUsedRegion } = credential;
      const reason = describeIdle(credential);
      return { type, id, action, used, created, changed, lastUsedService, lastUsedRegion, reason };
    }),
  };
}

function findKey(user: User, id: string | null) {
  return id === null ? undefined : user.accessKeys.find((key) => key.id === id);
}

/** For example `used 2025-07-09 (500 days, limit 45)`. */
export function describeIdle(credential: CredentialAssessment): string {
  const { idleDays, threshold } = credential;
  return `${describeActivity(credential)} (${idleDays} days, limit ${threshold})`;
}

/** `access key AKIA…` or `password`. */
export function nameOf({ type, id }: CredentialId): string {
  return type === 'access-key' ? `access key ${id ?? 'of unknown ID'}` : 'password';
}

/** The part of a user's credentials that a verification reads. */
interface VerifiedCredentials {
  readonly accessKeys: readonly { readonly id: string; readonly status: AccessKeyStatus }[];
  /** When the login profile was created; null if there is none. */
  readonly passwordCreated: Instant | null;
}

/**
 * The recorded credentials that can still be used. A login profile with another creation date is a new
 * password, which the revocation does not concern.
 */
export function stillUsable(
  credentials: readonly RecordedCredential[],
  { passwordCreated, accessKeys }: VerifiedCredentials,
): RecordedCredential[] {
  return credentials.filter(({ type, id, created }) => {
    if (type === 'password') {
      return passwordCreated !== null && (created === undefined || created === passwordCreated);
    }
    return accessKeys.some((key) => key.id === id && isUsable(key.status));
  });
}

/**
 * The recorded credentials that someone changed since. If a credential was replaced, the recorded action would
 * affect one that was not planned. If it was revoked, a restoration must not give it back. A key that no longer
 * exists is not a change.
 */
export function changedSince(
  credentials: readonly RecordedCredential[],
  { passwordCreated, accessKeys }: VerifiedCredentials,
): { readonly replaced: RecordedCredential[]; readonly revoked: RecordedCredential[] } {
  const replaced: RecordedCredential[] = [];
  const revoked: RecordedCredential[] = [];
  for (const credential of credentials) {
    const { type, id, action, created } = credential;
    if (type === 'password') {
      if (passwordCreated === null) revoked.push(credential);
      else if (created !== undefined && created !== passwordCreated) replaced.push(credential);
    } else if (accessKeys.some((key) => key.id === id && !isUsable(key.status))) {
      (action === 'Delete' ? replaced : revoked).push(credential);
    }
  }
  return { replaced, revoked };
}

/** IAM gives the instant of a creation in whole seconds, rounded down (milliseconds). */
const second = 1_000;

/**
 * The credentials that someone issued since the plan. A key of the same second counts: had the plan seen it, it
 * would have stopped.
 */
export function issuedSince(
  { recordedAt, credentials }: RevocationRecord,
  {
    passwordCreated,
    accessKeys,
  }: Pick<VerifiedCredentials, 'passwordCreated'> & {
    readonly accessKeys: readonly { readonly id: string; readonly createDate: Instant }[];
  },
): CredentialId[] {
  const since = Math.floor(recordedAt / second) * second;
  const keys = accessKeys
    .filter(({ createDate }) => createDate >= since)
    .map(({ id }): CredentialId => ({ type: 'access-key', id }));
  // `changedSince` reports a password that replaced a recorded one.
  const isFirst = !credentials.some(({ type }) => type === 'password');
  return isFirst && passwordCreated !== null && passwordCreated >= since
    ? [...keys, { type: 'password', id: null }]
    : keys;
}
