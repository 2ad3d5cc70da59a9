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
import type { LiveAccessKey, LiveCredentials, UserIdentity } from '../formats/live-user.ts';
import { callAws, hasAwsCode, present } from './call-aws.ts';
import { readPages } from './read-pages.ts';
import { readUser, readUserActions } from './user.ts';

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
