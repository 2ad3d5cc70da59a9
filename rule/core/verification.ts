import { isUsable } from './credentials.ts';
import type { Instant } from './instant.ts';
import type { CurrentCredentials } from './restoration-plan.ts';
import type { CredentialId, RecordedCredential } from './revocation-record.ts';

/** The part of a user's credentials that a verification reads. */
interface VerifiedCredentials extends Pick<CurrentCredentials, 'accessKeys'> {
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

/** The credentials of the plan (access keys, and a password if one was to be issued) that cannot be used. */
export function stillUnusable(
  accessKeyIds: readonly string[],
  password: boolean,
  { hasPassword, accessKeys }: CurrentCredentials,
): CredentialId[] {
  const keys = accessKeyIds
    .filter((id) => !accessKeys.some((key) => key.id === id && isUsable(key.status)))
    .map((id): CredentialId => ({ type: 'access-key', id }));
  return password && !hasPassword ? [...keys, { type: 'password', id: null }] : keys;
}
