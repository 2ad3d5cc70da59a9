import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  type IAMClient,
  paginateGetAccountAuthorizationDetails,
  paginateListAttachedUserPolicies,
  paginateListUsers,
  type User,
  type UserDetail,
} from '@aws-sdk/client-iam';
import { ExpectedError, messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { UserIdentity } from '../formats/user-snapshot.ts';
import { callAws, hasAwsCode, present, readPages } from './call.ts';

/** What findAccessKeyOwner calls. */
export const findAccessKeyOwnerActions = ['iam:GetAccessKeyLastUsed'] as const;

/**
 * Takes an IAM client and an access key's ID. Gives back the name of the user whose key it is, or null where
 * there is no such key. Throws AwsError; AWS may also deny what it asks of a key that it does not know.
 */
export async function findAccessKeyOwner(
  iam: IAMClient,
  accessKeyId: string,
): Promise<string | null> {
  const [action] = findAccessKeyOwnerActions;
  try {
    const answer = await callAws(action, () =>
      iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId })),
    );
    return present(answer.UserName, 'UserName', action);
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchEntityException', 'NoSuchEntity')) return null;
    if (!hasAwsCode(error, 'AccessDenied', 'AccessDeniedException')) throw error;
    const message = `${messageOf(error)}. AWS answers so, too, when access key ${accessKeyId} is none of this account`;
    throw new ExpectedError('AwsError', message, { cause: error });
  }
}

/**
 * Takes a user as an IAM answer holds him (without tags where he has none) and the action that
 * answered. Gives back who he is. Throws AwsError when the answer lacks a field.
 */
export function toIdentity(user: User | UserDetail, action: string): UserIdentity {
  return {
    userName: present(user.UserName, 'UserName', action),
    userId: present(user.UserId, 'UserId', action),
    arn: present(user.Arn, 'Arn', action),
    path: present(user.Path, 'Path', action),
    createDate: present(user.CreateDate, 'CreateDate', action).getTime(),
    tags: (user.Tags ?? []).map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' })),
  };
}

const action = 'iam:GetAccountAuthorizationDetails';

/** What listAccountUsers calls. */
export const listAccountUsersActions = [action] as const;

/**
 * Takes an IAM client. Gives back every IAM user of the account, with tags (ListUsers omits them), in
 * requests of 1,000 users. Throws AwsError.
 */
export function listAccountUsers(iam: IAMClient): Promise<UserIdentity[]> {
  const pages = paginateGetAccountAuthorizationDetails(
    { client: iam, pageSize: 1000 },
    { Filter: ['User'] },
  );
  return readPages(action, pages, (page) =>
    present(page.UserDetailList, 'UserDetailList', action).map((user) => toIdentity(user, action)),
  );
}

/** What findAnyUser calls. */
export const findAnyUserActions = ['iam:ListUsers'] as const;

/** Takes an IAM client. Gives back the first user that IAM lists, without tags, or null where there is none. Throws AwsError. */
export function findAnyUser(iam: IAMClient): Promise<UserIdentity | null> {
  const [action] = findAnyUserActions;
  return callAws(action, async () => {
    // A page may be empty although there are users.
    for await (const page of paginateListUsers({ client: iam, pageSize: 1 }, {})) {
      const [user] = present(page.Users, 'Users', action);
      if (user !== undefined) return toIdentity(user, action);
    }
    return null;
  });
}

/** What findQuarantine calls. */
export const findQuarantineActions = ['iam:ListAttachedUserPolicies'] as const;

/**
 * Takes an IAM client and a user name. Gives back the name of the policy by which AWS quarantines the user,
 * which it attaches when an access key has leaked, or null. Throws AwsError.
 */
export async function findQuarantine(iam: IAMClient, userName: string): Promise<string | null> {
  const [action] = findQuarantineActions;
  const pages = paginateListAttachedUserPolicies({ client: iam }, { UserName: userName });
  const policies = await readPages(action, pages, (page) =>
    present(page.AttachedPolicies, 'AttachedPolicies', action),
  );
  const names = policies.map(({ PolicyName }) => PolicyName ?? '');
  return names.find((name) => name.startsWith('AWSCompromisedKeyQuarantine')) ?? null;
}

/** What readUser calls. */
export const readUserActions = ['iam:GetUser'] as const;

/** A user as GetUser shows him. */
export interface FoundUser {
  readonly identity: UserIdentity;
  readonly passwordLastUsed: Instant | undefined;
}

/** Takes an IAM client and a user name. Gives back that user, or null when there is none. Throws AwsError. */
export async function readUser(iam: IAMClient, userName: string): Promise<FoundUser | null> {
  const [action] = readUserActions;
  try {
    const answer = await callAws(action, () =>
      iam.send(new GetUserCommand({ UserName: userName })),
    );
    const user = present(answer.User, 'User', action);
    return {
      identity: toIdentity(user, action),
      passwordLastUsed: user.PasswordLastUsed?.getTime(),
    };
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchEntityException')) return null;
    throw error;
  }
}

/** What listUserNames calls. */
export const listUserNamesActions = ['iam:ListUsers'] as const;

/** Takes an IAM client. Gives back every user's name by unique ID, in requests of 1,000. Throws AwsError. */
export async function listUserNames(iam: IAMClient): Promise<Map<string, string>> {
  const [action] = listUserNamesActions;
  const pages = paginateListUsers({ client: iam, pageSize: 1000 }, {});
  const names = await readPages(action, pages, (page) =>
    present(page.Users, 'Users', action).map(
      (user) =>
        [
          present(user.UserId, 'UserId', action),
          present(user.UserName, 'UserName', action),
        ] as const,
    ),
  );
  return new Map(names);
}
