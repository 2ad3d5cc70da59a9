import { GetAccessKeyLastUsedCommand, type IAMClient } from '@aws-sdk/client-iam';
import { ExpectedError, messageOf } from '../core/errors.ts';
import { callAws, hasAwsCode, present } from './call-aws.ts';

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
