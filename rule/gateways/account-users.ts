import { type IAMClient, paginateGetAccountAuthorizationDetails } from '@aws-sdk/client-iam';
import type { UserIdentity } from '../formats/live-user.ts';
import { present } from './call-aws.ts';
import { readPages } from './read-pages.ts';
import { toIdentity } from './user-identity.ts';

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
