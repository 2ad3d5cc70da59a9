import type { Clients } from '../../rule/aws/clients.ts';
import { findAccessKeyOwner, listUserNames, readUser } from '../../rule/aws/iam-users.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';

type Iam = Clients<'iam' | 'config'>['iam'];

const uniqueId = /^AIDA[A-Z0-9]{12,124}$/u;
const arn = /^arn:[^:]+:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/su;
const userName = /^[\w+=,.@-]{1,64}$/u;

/**
 * Takes an IAM client, and users by name, ARN or unique ID. Gives back who they are, each once. What looks
 * like an ID is never taken for a name, which anybody may be given.
 * Throws UserError that names everyone who was not found, and AwsError.
 */
export async function findUsers(iam: Iam, given: readonly string[]): Promise<UserIdentity[]> {
  const found = new Map<string, UserIdentity>();
  const problems: string[] = [];
  const names = given.some((text) => uniqueId.test(text)) ? await listUserNames(iam) : new Map();
  for (const text of new Set(given)) {
    const identity = await findUser(iam, text, names);
    if (typeof identity === 'string') problems.push(`${JSON.stringify(text)} ${identity}`);
    else found.set(identity.userId, identity);
  }
  if (problems.length === 0) return [...found.values()];
  throw new ExpectedError('UserError', `${problems.join('; ')}. See aws iam list-users`);
}

/** Gives back the user, or why there is none. */
async function findUser(
  iam: Iam,
  text: string,
  names: ReadonlyMap<string, string>,
): Promise<UserIdentity | string> {
  if (uniqueId.test(text)) {
    const name = names.get(text);
    const user = name === undefined ? null : await readUser(iam, name);
    if (user?.identity.userId === text) return user.identity;
    return 'is the unique ID of no IAM user of this account (for a user of that name give the ARN)';
  }
  const name = arn.exec(text)?.[1] ?? text;
  if (!userName.test(name)) return "is no IAM user; expected a user's name, ARN or unique ID";
  const user = await readUser(iam, name);
  if (user === null) return 'is no IAM user of this account';
  if (text === name || text === user.identity.arn) return user.identity;
  return `is no IAM user of this account; ${name} is ${user.identity.arn}`;
}

/** Takes an IAM client and an access key's ID. Gives back whose key it is. Throws UserError and AwsError. */
export async function findOwner(iam: Iam, accessKeyId: string): Promise<UserIdentity> {
  const name = await findAccessKeyOwner(iam, accessKeyId);
  const user = name === null ? null : await readUser(iam, name);
  if (user !== null) return user.identity;
  const message = `there is no access key ${accessKeyId} in this account; a deleted one cannot come back. See unused-iam-credentials restore --list`;
  throw new ExpectedError('UserError', message);
}
