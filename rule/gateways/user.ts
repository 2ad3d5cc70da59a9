import { GetUserCommand, type IAMClient, paginateListUsers } from '@aws-sdk/client-iam';
import type { Instant } from '../core/instant.ts';
import type { UserIdentity } from '../formats/live-user.ts';
import { callAws, hasAwsCode, present } from './call-aws.ts';
import { readPages } from './read-pages.ts';
import { toIdentity } from './user-identity.ts';

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
