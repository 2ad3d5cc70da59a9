import type { IAMClient } from '@aws-sdk/client-iam';
import { ExpectedError } from '../core/errors.ts';
import { type LiveUser, readLiveUser, readLiveUserActions } from './live-user.ts';
import { listUserNames, listUserNamesActions } from './user.ts';

/** What findUser calls. */
export const findUserActions = [...listUserNamesActions, ...readLiveUserActions] as const;

/**
 * Takes an IAM client, a user's unique ID, and a name that the user may still have. Gives back the user with
 * the credentials as they are now, whatever the name is by now; null when IAM lists nobody of that ID.
 * Throws AwsError, and UserError when the user keeps changing.
 */
export async function findUser(
  iam: IAMClient,
  userId: string,
  likelyName: string | null = null,
): Promise<LiveUser | null> {
  if (likelyName !== null) {
    const found = await readLiveUser(iam, userId, likelyName);
    if (found !== null) return found;
  }
  const userName = (await listUserNames(iam)).get(userId);
  if (userName === undefined) return null;
  const found = await readLiveUser(iam, userId, userName);
  if (found !== null) return found;
  const message = `user ${userName} (${userId}) changed while being read; run again`;
  throw new ExpectedError('UserError', message);
}
