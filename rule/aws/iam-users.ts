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
import { quarantinePrefix } from '../core/retired-permissions.ts';
import type { UserIdentity } from '../formats/user-snapshot.ts';
import { all, call, eachItem, hasAwsCode, orNull, required } from './call.ts';

/**
 * The name of the user who owns the access key; null if no such key exists. AWS may also answer with
 * AccessDenied if the key belongs to another account.
 */
export async function findAccessKeyOwner(
  iam: IAMClient,
  accessKeyId: string,
): Promise<string | null> {
  const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId });
  const answer = call(iam, command, ({ UserName }) => required(UserName, 'UserName'));
  try {
    return await orNull(answer, 'NoSuchEntityException', 'NoSuchEntity');
  } catch (error) {
    if (!hasAwsCode(error, 'AccessDenied', 'AccessDeniedException')) throw error;
    const message = `${messageOf(error)}. AWS also answers this if access key ${accessKeyId} belongs to another account`;
    throw new ExpectedError('AwsError', message, { cause: error });
  }
}

/** IAM leaves out the tags of a user who has none. */
function toIdentity(user: User | UserDetail): UserIdentity {
  return {
    userName: required(user.UserName, 'UserName'),
    userId: required(user.UserId, 'UserId'),
    arn: required(user.Arn, 'Arn'),
    path: required(user.Path, 'Path'),
    createDate: required(user.CreateDate, 'CreateDate').getTime(),
    tags: (user.Tags ?? []).map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' })),
  };
}

/** Every IAM user of the account, with tags (ListUsers omits them), in requests of 1,000 users. */
export function listAccountUsers(iam: IAMClient): Promise<UserIdentity[]> {
  const input = { Filter: ['User' as const], MaxItems: 1000 };
  const users = eachItem(iam, paginateGetAccountAuthorizationDetails, input, ({ UserDetailList }) =>
    required(UserDetailList, 'UserDetailList').map(toIdentity),
  );
  return all(users);
}

/** Any user of the account, without tags; null if there is none. */
export async function findAnyUser(iam: IAMClient): Promise<UserIdentity | null> {
  const users = eachItem(iam, paginateListUsers, { MaxItems: 1 }, ({ Users }) =>
    required(Users, 'Users').map(toIdentity),
  );
  const first = await users.next();
  return first.done === true ? null : first.value;
}

/** The policy that AWS attaches to a user whose access key has leaked; null if it is not attached. */
export async function findQuarantine(iam: IAMClient, userName: string): Promise<string | null> {
  const names = await all(
    eachItem(
      iam,
      paginateListAttachedUserPolicies,
      { UserName: userName },
      ({ AttachedPolicies }) =>
        required(AttachedPolicies, 'AttachedPolicies').map(({ PolicyName = '' }) => PolicyName),
    ),
  );
  return names.find((name) => name.startsWith(quarantinePrefix)) ?? null;
}

/** A user as GetUser shows them. */
interface FoundUser {
  readonly identity: UserIdentity;
  readonly passwordLastUsed: Instant | undefined;
}

/** Null if no user has that name. */
export function readUser(iam: IAMClient, userName: string): Promise<FoundUser | null> {
  const answer = call(iam, new GetUserCommand({ UserName: userName }), ({ User }) => {
    const user = required(User, 'User');
    return { identity: toIdentity(user), passwordLastUsed: user.PasswordLastUsed?.getTime() };
  });
  return orNull(answer, 'NoSuchEntityException');
}

/** Every user's name by unique ID, in requests of 1,000. */
export async function listUserNames(iam: IAMClient): Promise<Map<string, string>> {
  const names = eachItem(iam, paginateListUsers, { MaxItems: 1000 }, ({ Users }) =>
    required(Users, 'Users').map(
      ({ UserId, UserName }) =>
        [required(UserId, 'UserId'), required(UserName, 'UserName')] as const,
    ),
  );
  return new Map(await all(names));
}
