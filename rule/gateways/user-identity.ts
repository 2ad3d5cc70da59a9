import type { User, UserDetail } from '@aws-sdk/client-iam';
import type { UserIdentity } from '../formats/live-user.ts';
import { present } from './call-aws.ts';

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
