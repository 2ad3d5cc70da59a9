import { type IAMClient, paginateGetAccountAuthorizationDetails } from '@aws-sdk/client-iam';
import type { UserIdentity } from '../formats/live-user.ts';
import { callAws } from './call-aws.ts';
import { toIdentity } from './user-identity.ts';

const action = 'iam:GetAccountAuthorizationDetails';

/** What listAccountUsers calls. */
export const listAccountUsersActions = [action] as const;

/**
 * Takes an IAM client. Gives back every IAM user of the account, with tags (ListUsers omits them), in
 * requests of 1,000 users. Throws AwsError.
 */
export async function listAccountUsers(iam: IAMClient): Promise<UserIdentity[]> {
  const users: UserIdentity[] = [];
  await callAws(action, async () => {
    const pages = paginateGetAccountAuthorizationDetails(
      { client: iam, pageSize: 1000 },
      { Filter: ['User'] },
    );
    for await (const page of pages) {
      users.push(...(page.UserDetailList ?? []).map((user) => toIdentity(user, action)));
    }
  });
  return users;
}
