import { type LocalAccount, type LocalUser, userArn } from '../../local-aws/account.ts';
import { type Assessment, assessUser } from '../../rule/core/assess-user.ts';
import { tagValue } from '../../rule/core/credentials.ts';
import type { RuleParameters } from '../../rule/core/rule-parameters.ts';

const day = 86_400_000;

/** What names a user. */
export function describeUser(account: LocalAccount, user: LocalUser) {
  const { userId, userName } = user;
  return { userId, userName, arn: userArn(account, user) };
}

function tagsOf({ tags }: LocalUser) {
  return tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}

/** The value of a tag, whose key is matched as IAM does. */
export function tagOf(user: LocalUser, key: string): string | undefined {
  return tagValue(tagsOf(user), key);
}

/** The assessment by everything that the account knows of the user at that instant (epoch ms). */
export function assessNow(
  account: LocalAccount,
  user: LocalUser,
  parameters: RuleParameters,
  now: number,
): Assessment {
  const { loginProfile, passwordLastUsed, accessKeys, path } = user;
  return assessUser(
    {
      ...{ ...describeUser(account, user), path, tags: tagsOf(user) },
      password: loginProfile
        ? {
            ...{ used: passwordLastUsed, created: loginProfile.createDate },
            changed: loginProfile.lastChanged,
          }
        : null,
      accessKeys: accessKeys.map((key) => ({
        ...{ id: key.accessKeyId, slot: null, status: key.status, used: key.lastUsed?.date },
        ...{ created: key.createDate, changed: key.lastRotated },
      })),
      unjudged: { certificates: [], other: false },
    },
    parameters,
    now,
  );
}

/** Whether IAM's live dates show an unused credential, by a comparison that shares no code with the rule. */
export function isUnusedByLiveDates(user: LocalUser, now: number): boolean {
  const isOld = (created: number, used = 0) => now - Math.max(created, used) >= 45 * day;
  const { loginProfile, passwordLastUsed, accessKeys } = user;
  return (
    (loginProfile !== undefined && isOld(loginProfile.createDate, passwordLastUsed)) ||
    accessKeys.some(
      ({ status, createDate, lastUsed }) =>
        status === 'Active' && isOld(createDate, lastUsed?.date),
    )
  );
}
