import { type IAMClient, paginateListUsers } from '@aws-sdk/client-iam';
import type { UserIdentity } from '../formats/live-user.ts';
import { callAws, present } from './call-aws.ts';
import { toIdentity } from './user-identity.ts';

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
