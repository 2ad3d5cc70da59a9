import type { LocalAccount, LocalUser } from './account.ts';
import { type Call, type Input, requireText } from './call.ts';
import { isoSeconds } from './credential-report.ts';
import { awsError } from './errors.ts';
import { findUser, noSuchEntity } from './iam.ts';

type Profile = NonNullable<LocalUser['loginProfile']>;

const CHARACTER_KINDS = [/[A-Z]/, /[a-z]/, /\d/, /[!@#$%^&*()_+\-=[\]{}|']/];

/** Gives a user's login profile; NoSuchEntity when there is no user or no password. */
export function getLoginProfile(call: Call): Input {
  const user = findUser(call);
  return { LoginProfile: renderProfile(user, findProfile(user)) };
}

/** Gives a password to a user who has none. */
export function createLoginProfile(call: Call): Input {
  const user = findUser(call);
  const password = requireText(call, 'Password', 128);
  if (user.loginProfile !== undefined) {
    const message = `Login Profile for User ${user.userName} already exists.`;
    throw awsError('EntityAlreadyExists', message, 409);
  }
  if (!meetsPolicy(password, call.account.passwordPolicy)) {
    throw awsError('PasswordPolicyViolation', 'Password does not conform to the account policy');
  }
  const passwordResetRequired = call.input['PasswordResetRequired'] === 'true';
  const profile = { createDate: call.now, lastChanged: call.now, passwordResetRequired, password };
  call.commit(() => {
    user.loginProfile = profile;
  });
  return { LoginProfile: renderProfile(user, profile) };
}

/** Deletes a user's password. */
export function deleteLoginProfile(call: Call): Input {
  const user = findUser(call);
  findProfile(user);
  call.commit(() => {
    user.loginProfile = undefined;
  });
  return {};
}

/** Gives what the account demands of passwords; NoSuchEntity when it has no policy of its own. */
export function getPasswordPolicy({ account: { accountId, passwordPolicy } }: Call): Input {
  const missing = noSuchEntity(`The Password Policy with domain name ${accountId}`);
  if (passwordPolicy === undefined) throw missing;
  return { PasswordPolicy: { ...passwordPolicy, ExpirePasswords: false } };
}

function findProfile({ userName, loginProfile }: LocalUser): Profile {
  if (loginProfile !== undefined) return loginProfile;
  throw noSuchEntity(`Login Profile for User ${userName}`);
}

// Never with the password.
function renderProfile({ userName: UserName }: LocalUser, profile: Profile): Input {
  const { createDate, passwordResetRequired: PasswordResetRequired } = profile;
  return { UserName, CreateDate: isoSeconds(createDate), PasswordResetRequired };
}

// Without a policy of its own an account has IAM's: 8 characters of three of the four kinds.
function meetsPolicy(password: string, policy: LocalAccount['passwordPolicy']): boolean {
  const has = CHARACTER_KINDS.map((kind) => kind.test(password));
  if (policy === undefined) return password.length >= 8 && has.filter(Boolean).length >= 3;
  const wants = [
    ...[policy.RequireUppercaseCharacters, policy.RequireLowercaseCharacters],
    ...[policy.RequireNumbers, policy.RequireSymbols],
  ];
  const enough = password.length >= policy.MinimumPasswordLength;
  return enough && wants.every((wanted, index) => !wanted || has[index]);
}
