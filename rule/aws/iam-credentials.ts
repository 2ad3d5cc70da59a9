import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  type IAMClient,
  paginateListAccessKeys,
} from '@aws-sdk/client-iam';
import type { AccessKeyStatus, Tag } from '../core/credentials.ts';
import { ExpectedError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { toPlaceName } from '../core/last-use.ts';
import type {
  ListedAccessKey,
  LiveAccessKey,
  LiveCredentials,
  UserIdentity,
} from '../formats/user-snapshot.ts';
import { all, call, eachItem, orNull, required } from './call.ts';
import { listUserNames, readUser } from './iam-users.ts';

/** A user and their credentials as they are now. */
export interface LiveUser {
  readonly identity: UserIdentity;
  readonly credentials: LiveCredentials;
}

/**
 * Null if the user with this unique ID does not have the name by the end of the reading, or one of their
 * keys disappeared meanwhile.
 *
 * IAM's operations take names, and a name may pass to another user between two of them. GetUser comes
 * last: the user had the name when IAM listed them, and still has it, so everything in between is theirs.
 */
export async function readLiveUser(
  iam: IAMClient,
  userId: string,
  userName: string,
): Promise<LiveUser | null> {
  const read = async () => {
    const accessKeys: LiveAccessKey[] = [];
    for (const key of await listAccessKeys(iam, userName)) {
      accessKeys.push({ ...key, ...(await readLastUse(iam, key.id)) });
    }
    const loginProfileCreateDate = await readLoginProfile(iam, userName);
    const found = await readUser(iam, userName);
    if (found?.identity.userId !== userId) return null;
    const { identity, passwordLastUsed } = found;
    return { identity, credentials: { passwordLastUsed, loginProfileCreateDate, accessKeys } };
  };
  return orNull(read(), 'NoSuchEntityException');
}

type LastUseOfKey = Pick<LiveAccessKey, 'lastUsed' | 'lastUsedService' | 'lastUsedRegion'>;

/** The access keys of the user who has this name now. Rejects with NoSuchEntityException if no user has it. */
export function listAccessKeys(iam: IAMClient, userName: string): Promise<ListedAccessKey[]> {
  const keys = eachItem(
    iam,
    paginateListAccessKeys,
    { UserName: userName },
    ({ AccessKeyMetadata }) => required(AccessKeyMetadata, 'AccessKeyMetadata').map(toListedKey),
  );
  return all(keys);
}

function toListedKey({ AccessKeyId, Status, CreateDate }: AccessKeyMetadata): ListedAccessKey {
  return {
    id: required(AccessKeyId, 'AccessKeyId'),
    status: readStatus(Status),
    createDate: required(CreateDate, 'CreateDate').getTime(),
  };
}

/** The answer has no date for a key that was never used, or was last used before tracking began in 2015. */
function readLastUse(iam: IAMClient, accessKeyId: string): Promise<LastUseOfKey> {
  const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId });
  return call(iam, command, ({ AccessKeyLastUsed }) => {
    const { LastUsedDate, ServiceName, Region } = required(AccessKeyLastUsed, 'AccessKeyLastUsed');
    return {
      lastUsed: LastUsedDate?.getTime(),
      lastUsedService: toPlaceName(ServiceName),
      lastUsedRegion: toPlaceName(Region),
    };
  });
}

function readStatus(status: string | undefined): AccessKeyStatus {
  if (status === 'Active' || status === 'Inactive' || status === 'Expired') return status;
  throw new ExpectedError(
    'UserError',
    `iam:ListAccessKeys answered an access key of status ${JSON.stringify(status ?? null)}; expected Active, Inactive or Expired`,
  );
}

/** NoSuchEntity means no password, or no user of that name: GetUser, afterwards, shows which. */
function readLoginProfile(iam: IAMClient, userName: string): Promise<Instant | null> {
  const command = new GetLoginProfileCommand({ UserName: userName });
  const answer = call(iam, command, ({ LoginProfile }) =>
    required(LoginProfile?.CreateDate, 'CreateDate').getTime(),
  );
  return orNull(answer, 'NoSuchEntityException');
}

/** `gone`: IAM lists no user with that ID. `changing`: the user was renamed again; try again later. */
export type NotFound = 'gone' | 'changing';

/**
 * Finds the user with a unique ID, who may have been renamed: first by the name they may still have,
 * if one is known, else by the name that IAM lists for the ID. `read` returns null if a name is not theirs.
 */
export async function findByUniqueId<Found>(
  userId: string,
  likelyName: string | null,
  read: (userName: string) => Promise<Found | null>,
  listNames: () => Promise<ReadonlyMap<string, string>>,
): Promise<Found | NotFound> {
  if (likelyName !== null) {
    const found = await read(likelyName);
    if (found !== null) return found;
  }
  const userName = (await listNames()).get(userId);
  if (userName === undefined) return 'gone';
  return (await read(userName)) ?? 'changing';
}

/** The error about a user who is `changing`. */
export function userChangingError(userId: string): ExpectedError {
  const message = `IAM user ${userId} changed repeatedly while it was read; try again later`;
  return new ExpectedError('UserError', message);
}

/** Null if IAM lists no user with that ID. A user who is renamed repeatedly is a UserError. */
export async function findUser(
  iam: IAMClient,
  userId: string,
  likelyName: string | null = null,
): Promise<LiveUser | null> {
  const read = (userName: string) => readLiveUser(iam, userId, userName);
  const found = await findByUniqueId(userId, likelyName, read, () => listUserNames(iam));
  if (found === 'changing') throw userChangingError(userId);
  return found === 'gone' ? null : found;
}

/** Like findUser, but does not read the credentials. */
export async function findIdentity(
  iam: IAMClient,
  userId: string,
  likelyName: string | null = null,
): Promise<UserIdentity | null> {
  const readOwn = async (name: string) => {
    const found = await readUser(iam, name);
    return found?.identity.userId === userId ? found.identity : null;
  };
  const found = await findByUniqueId(userId, likelyName, readOwn, () => listUserNames(iam));
  if (found === 'changing') throw userChangingError(userId);
  return found === 'gone' ? null : found;
}

/** What a user can use now, without when it was last used. */
export interface UserState {
  readonly userName: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
  /** When the login profile was created; null if there is none. */
  readonly passwordCreated: Instant | null;
  readonly accessKeys: readonly Pick<LiveAccessKey, 'id' | 'status' | 'createDate'>[];
}

/** A user's state, or why it was not read. */
export type SeenState = UserState | NotFound;

/** Reads no last use: right after a key was deleted, IAM may still list it but no longer know its last use. */
export function readUserState(
  iam: IAMClient,
  userId: string,
  likelyName: string,
): Promise<SeenState> {
  // As in readLiveUser, GetUser comes last.
  const read = async (userName: string): Promise<UserState | null> => {
    const accessKeys = await listAccessKeys(iam, userName);
    const passwordCreated = await readLoginProfile(iam, userName);
    const found = await readUser(iam, userName);
    if (found?.identity.userId !== userId) return null;
    const { arn, tags } = found.identity;
    return { userName, arn, tags, passwordCreated, accessKeys };
  };
  const readOrNull = (userName: string) => orNull(read(userName), 'NoSuchEntityException');
  return findByUniqueId(userId, likelyName, readOrNull, () => listUserNames(iam));
}
