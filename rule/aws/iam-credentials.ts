import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  type IAMClient,
  paginateListAccessKeys,
} from '@aws-sdk/client-iam';
import type { AccessKeyStatus } from '../core/credentials.ts';
import { ExpectedError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { LiveAccessKey, LiveCredentials, UserIdentity } from '../formats/user-snapshot.ts';
import { callAws, hasAwsCode, present, readPages } from './call.ts';
import { listUserNames, listUserNamesActions, readUser, readUserActions } from './iam-users.ts';

const ownActions = [
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:GetLoginProfile',
] as const;
const [listAction, lastUsedAction, profileAction] = ownActions;

/** What readLiveUser calls. */
export const readLiveUserActions = [...ownActions, ...readUserActions] as const;

/** A user and his credentials as they are now. */
export interface LiveUser {
  readonly identity: UserIdentity;
  readonly credentials: LiveCredentials;
}

/**
 * Takes an IAM client, a user's unique ID, and the name he should have. Gives back who he is with his
 * login profile and access keys as they are now; null when the name is not his by the end of the
 * reading, or one of his keys disappeared meanwhile. Throws AwsError and UserError.
 *
 * IAM's operations take names, and a name may pass to another user between two of them. GetUser comes
 * last: the name was the user's when he was listed, and still is, so that all in between was his.
 */
export async function readLiveUser(
  iam: IAMClient,
  userId: string,
  userName: string,
): Promise<LiveUser | null> {
  try {
    const accessKeys: LiveAccessKey[] = [];
    for (const key of await listAccessKeys(iam, userName)) {
      accessKeys.push(await readAccessKey(iam, key));
    }
    const loginProfileCreateDate = await readLoginProfile(iam, userName);
    const found = await readUser(iam, userName);
    if (found?.identity.userId !== userId) return null;
    const { identity, passwordLastUsed } = found;
    return { identity, credentials: { passwordLastUsed, loginProfileCreateDate, accessKeys } };
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchEntityException')) return null;
    throw error;
  }
}

/** Takes an IAM client and a user name; gives back the user's keys as ListAccessKeys shows them. Throws AwsError. */
export function listAccessKeys(iam: IAMClient, userName: string): Promise<AccessKeyMetadata[]> {
  const pages = paginateListAccessKeys({ client: iam }, { UserName: userName });
  return readPages(listAction, pages, (page) =>
    present(page.AccessKeyMetadata, 'AccessKeyMetadata', listAction),
  );
}

/** `LastUsedDate` is absent for a key never used, or last used before tracking began in 2015. */
async function readAccessKey(iam: IAMClient, key: AccessKeyMetadata): Promise<LiveAccessKey> {
  const id = present(key.AccessKeyId, 'AccessKeyId', listAction);
  const answer = await callAws(lastUsedAction, () =>
    iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id })),
  );
  const lastUsed = present(answer.AccessKeyLastUsed, 'AccessKeyLastUsed', lastUsedAction);
  return {
    id,
    status: readStatus(key.Status),
    createDate: present(key.CreateDate, 'CreateDate', listAction).getTime(),
    lastUsed: lastUsed.LastUsedDate?.getTime(),
  };
}

/** Takes the status of a key that IAM answered; gives it back. Throws UserError when it is none. */
export function readStatus(status: string | undefined): AccessKeyStatus {
  if (status === 'Active' || status === 'Inactive' || status === 'Expired') return status;
  throw new ExpectedError(
    'UserError',
    `${listAction} answered an access key of status ${JSON.stringify(status ?? null)}; expected Active, Inactive or Expired`,
  );
}

/** Takes an IAM client and a user name; gives back when the login profile was created. NoSuchEntity means: no password, or no user of that name; GetUser, afterwards, tells which. */
export async function readLoginProfile(iam: IAMClient, userName: string): Promise<Instant | null> {
  try {
    const answer = await callAws(profileAction, () =>
      iam.send(new GetLoginProfileCommand({ UserName: userName })),
    );
    return present(answer.LoginProfile?.CreateDate, 'CreateDate', profileAction).getTime();
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchEntityException')) return null;
    throw error;
  }
}

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
