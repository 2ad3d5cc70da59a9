import {
  addUser,
  type LocalAccessKey,
  type LocalAccount,
  type LocalUser,
} from '../../../local-aws/account.ts';

const day = 86_400_000;

/** The functions run in processes of their own, by the system's clock. */
const ago = (days: number): number => Date.now() - days * day;

let serial = 0;

/** An active access key, 300 days old, last used that many days ago or never. */
export function keyUsed(days: number | null): LocalAccessKey {
  serial += 1;
  return {
    accessKeyId: `AKIADEPLOYED${String(serial).padStart(8, '0')}`,
    status: 'Active',
    createDate: ago(300),
    lastRotated: ago(300),
    lastUsed:
      days === null ? undefined : { date: ago(days), region: 'us-east-1', serviceName: 's3' },
  };
}

/** Adds a user who has used nothing for 100 days: a password and a key, unless it says otherwise. */
export function idle(
  account: LocalAccount,
  userName: string,
  rest: Partial<LocalUser> = {},
): LocalUser {
  return addUser(account, {
    userName,
    createDate: ago(400),
    loginProfile: { createDate: ago(390), lastChanged: ago(390), passwordResetRequired: false },
    passwordLastUsed: ago(100),
    accessKeys: [keyUsed(120)],
    ...rest,
  });
}

/** Adds a user who signed in yesterday. */
export function busy(account: LocalAccount, userName: string): LocalUser {
  return idle(account, userName, { passwordLastUsed: ago(1), accessKeys: [] });
}
