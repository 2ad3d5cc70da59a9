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
import type { LiveAccessKey, LiveCredentials } from '../formats/live-user.ts';
import { callAws, hasAwsCode, present } from './call-aws.ts';

/** What readLiveCredentials calls. */
export const readLiveCredentialsActions = [
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:GetLoginProfile',
] as const;
const [listAction, lastUsedAction, profileAction] = readLiveCredentialsActions;

/**
 * Takes an IAM client, a user name, and the last use of his password, which GetUser and ListUsers
 * show. Gives back his login profile and access keys as they are now, or null when the user, or one
 * of his keys, disappeared meanwhile. Throws AwsError.
 */
export async function readLiveCredentials(
  iam: IAMClient,
  userName: string,
  passwordLastUsed: Instant | undefined,
): Promise<LiveCredentials | null> {
  try {
    const accessKeys: LiveAccessKey[] = [];
    for (const key of await listAccessKeys(iam, userName)) {
      accessKeys.push(await readAccessKey(iam, key));
    }
    const loginProfileCreateDate = await readLoginProfile(iam, userName);
    return { passwordLastUsed, loginProfileCreateDate, accessKeys };
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchEntityException')) return null;
    throw error;
  }
}

async function listAccessKeys(iam: IAMClient, userName: string): Promise<AccessKeyMetadata[]> {
  return callAws(listAction, async () => {
    const keys: AccessKeyMetadata[] = [];
    for await (const page of paginateListAccessKeys({ client: iam }, { UserName: userName })) {
      keys.push(...(page.AccessKeyMetadata ?? []));
    }
    return keys;
  });
}

/** `LastUsedDate` is absent for a key never used, or last used before tracking began in 2015. */
async function readAccessKey(iam: IAMClient, key: AccessKeyMetadata): Promise<LiveAccessKey> {
  const id = present(key.AccessKeyId, 'AccessKeyId', listAction);
  const answer = await callAws(lastUsedAction, () =>
    iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id })),
  );
  return {
    id,
    status: readStatus(key.Status),
    createDate: present(key.CreateDate, 'CreateDate', listAction).getTime(),
    lastUsed: answer.AccessKeyLastUsed?.LastUsedDate?.getTime(),
  };
}

function readStatus(status: string | undefined): AccessKeyStatus {
  if (status === 'Active' || status === 'Inactive' || status === 'Expired') return status;
  throw new ExpectedError(
    'UserError',
    `${listAction} answered an access key of status ${JSON.stringify(status ?? null)}; expected Active, Inactive or Expired`,
  );
}

/** NoSuchEntity means: no password, since the user's keys were just listed. */
async function readLoginProfile(iam: IAMClient, userName: string): Promise<Instant | null> {
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
