import type { IAMClient } from '@aws-sdk/client-iam';
import type { AccessKeyStatus } from '../core/credentials.ts';
import type { Instant } from '../core/instant.ts';
import { hasAwsCode, present } from './call-aws.ts';
import { listAccessKeys, readLoginProfile, readStatus } from './live-user.ts';
import { listUserNames, readUser } from './user.ts';

/** What a user can use now, without when it was last used. */
export interface UserState {
  readonly userName: string;
  /** When the login profile was created; null when there is none. */
  readonly passwordCreated: Instant | null;
  readonly accessKeys: readonly { readonly id: string; readonly status: AccessKeyStatus }[];
}

/** `gone`: IAM lists nobody of that ID. `changing`: not to be made out this time; look again. */
export type SeenState = UserState | 'gone' | 'changing';

/**
 * Takes an IAM client, a user's unique ID, and a name that the user may still have. Gives back what can be
 * used now. It reads no last use: right after a key was deleted, IAM may list it and not know it. Throws
 * AwsError and UserError.
 */
export async function readUserState(
  iam: IAMClient,
  userId: string,
  likelyName: string,
): Promise<SeenState> {
  const found = await readByName(iam, userId, likelyName);
  if (found !== 'changing') return found;
  const userName = (await listUserNames(iam)).get(userId);
  if (userName === undefined) return 'gone';
  return readByName(iam, userId, userName);
}

/** GetUser comes last, so that all before was of the user who has that name then. */
async function readByName(
  iam: IAMClient,
  userId: string,
  userName: string,
): Promise<UserState | 'changing'> {
  try {
    const keys = await listAccessKeys(iam, userName);
    const passwordCreated = await readLoginProfile(iam, userName);
    const found = await readUser(iam, userName);
    if (found?.identity.userId !== userId) return 'changing';
    const accessKeys = keys.map(({ AccessKeyId, Status }) => ({
      id: present(AccessKeyId, 'AccessKeyId', 'iam:ListAccessKeys'),
      status: readStatus(Status),
    }));
    return { userName, passwordCreated, accessKeys };
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchEntityException')) return 'changing';
    throw error;
  }
}
