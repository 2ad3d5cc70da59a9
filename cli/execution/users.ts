import type { Clients } from '../../rule/aws/clients.ts';
import { findByUniqueId } from '../../rule/aws/iam-credentials.ts';
import { findAccessKeyOwner, listUserNames, readUser } from '../../rule/aws/iam-users.ts';
import { parseUserArn } from '../../rule/core/arns.ts';
import { userIdPattern } from '../../rule/core/credentials.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment } from '../environment.ts';
import { withProgress } from '../terminal/io.ts';

type Iam = Clients['iam'];

const userName = /^[\w+=,.@-]{1,64}$/u;

/**
 * Finds users by name, ARN or unique ID, and returns each once. Text that looks like a unique ID is never a name:
 * any user may be given such a name. Throws AwsError, and UserError, which names all users that were not found.
 */
export async function findUsers(iam: Iam, given: readonly string[]): Promise<UserIdentity[]> {
  const found = new Map<string, UserIdentity>();
  const problems: string[] = [];
  const names = given.some((text) => userIdPattern.test(text))
    ? await listUserNames(iam)
    : new Map();
  for (const text of new Set(given)) {
    const identity = await findUser(iam, text, names);
    if (typeof identity === 'string') problems.push(`${JSON.stringify(text)} ${identity}`);
    else found.set(identity.userId, identity);
  }
  if (problems.length === 0) return [...found.values()];
  throw new ExpectedError('UserError', `${problems.join('; ')}. See aws iam list-users`);
}

/** Returns the user, or why there is none. */
async function findUser(
  iam: Iam,
  text: string,
  names: ReadonlyMap<string, string>,
): Promise<UserIdentity | string> {
  if (userIdPattern.test(text)) {
    const read = async (name: string) => {
      const identity = (await readUser(iam, name))?.identity;
      return identity?.userId === text ? identity : null;
    };
    const found = await findByUniqueId(text, null, read, async () => names);
    if (found !== 'gone' && found !== 'changing') return found;
    return 'is not the unique ID of an IAM user in this account (give the ARN of a user with that name)';
  }
  const name = parseUserArn(text)?.userName ?? text;
  if (!userName.test(name)) return "is not an IAM user; expected a user's name, ARN or unique ID";
  const user = await readUser(iam, name);
  if (user === null) return 'is not an IAM user in this account';
  if (text === name || text === user.identity.arn) return user.identity;
  return `is not an IAM user in this account; ${name} is ${user.identity.arn}`;
}

/** Finds users as findUsers does, and says so if that takes long. */
export function prepareUsers(
  iam: Iam,
  given: readonly string[],
  environment: CommandEnvironment,
): Promise<UserIdentity[]> {
  return withProgress(environment, 'Finding the users', () => findUsers(iam, given));
}

/** `alice (AIDA…) arn:…`. */
export function describeUser({ userName, userId, arn }: UserIdentity): string {
  return `${userName} (${userId}) ${arn}`;
}

/** Finds the user of an access key. Throws UserError and AwsError. */
export async function findOwner(iam: Iam, accessKeyId: string): Promise<UserIdentity> {
  const name = await findAccessKeyOwner(iam, accessKeyId);
  const user = name === null ? null : await readUser(iam, name);
  if (user !== null) return user.identity;
  const message = `there is no access key ${accessKeyId} in this account. A deleted key cannot be restored. See unused-iam-credentials restore --list`;
  throw new ExpectedError('UserError', message);
}
