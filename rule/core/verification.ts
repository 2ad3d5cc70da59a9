import { isUsable } from './credentials.ts';
import type { Instant } from './instant.ts';
import type { PresentCredentials } from './restoration-plan.ts';
import { nameOf, type RecordedCredential } from './revocation-record.ts';

/** What of a user's credentials a verification looks at. */
export interface VerifiedCredentials extends Pick<PresentCredentials, 'accessKeys'> {
  /** When the login profile was created; null when there is none. */
  readonly passwordCreated: Instant | null;
}

/**
 * Takes what was recorded for revocation and the credentials as they are now. Gives back the names of those
 * that can still be used. A login profile of another creation date is a password that somebody issued
 * since, and none of this revocation's business.
 */
export function stillUsable(
  credentials: readonly RecordedCredential[],
  { passwordCreated, accessKeys }: VerifiedCredentials,
): string[] {
  const usable = credentials.filter(({ type, id, created }) => {
    if (type === 'password') {
      return passwordCreated !== null && (created === undefined || created === passwordCreated);
    }
    return accessKeys.some((key) => key.id === id && isUsable(key.status));
  });
  return usable.map(nameOf);
}

/** Takes the access keys that were to be reactivated, whether a password was to be issued, and what is now. Gives back the names of what cannot be used. */
export function stillUnusable(
  accessKeyIds: readonly string[],
  password: boolean,
  { hasPassword, accessKeys }: PresentCredentials,
): string[] {
  const keys = accessKeyIds.filter(
    (id) => !accessKeys.some((key) => key.id === id && isUsable(key.status)),
  );
  return [
    ...keys.map((id) => nameOf({ type: 'access-key', id })),
    ...(password && !hasPassword ? ['password'] : []),
  ];
}
