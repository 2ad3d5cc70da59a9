import {
  addUser,
  createAccount,
  type LocalAccessKey,
  type LocalAccount,
  type LocalUser,
} from '../../local-aws/account.ts';

/** The instant of evaluations in tests, epoch ms. */
export const now = Date.parse('2026-11-21T06:30:00Z');

/** Milliseconds of a day. */
export const day = 86_400_000;

/** The instant (epoch ms) that many days before `now`. */
export const ago = (days: number): number => now - days * day;

let serial = 0;

/** An active access key; its dates are days before `now`. */
export function accessKey(created: number, used?: number, rest: Partial<LocalAccessKey> = {}) {
  serial += 1;
  const key: LocalAccessKey = {
    accessKeyId: `AKIATEST${String(serial).padStart(12, '0')}`,
    status: 'Active',
    createDate: ago(created),
    lastRotated: ago(created),
    lastUsed:
      used === undefined ? undefined : { date: ago(used), region: 'us-east-1', serviceName: 's3' },
    ...rest,
  };
  return key;
}

/** The password of a user; its dates are days before `now`. */
export function password(
  created: number,
  used?: number,
  changed = created,
): Pick<LocalUser, 'loginProfile' | 'passwordLastUsed'> {
  return {
    loginProfile: {
      createDate: ago(created),
      lastChanged: ago(changed),
      passwordResetRequired: false,
    },
    passwordLastUsed: used === undefined ? undefined : ago(used),
  };
}

/** Adds a user who was created 1,000 days before `now`. */
export function user(account: LocalAccount, userName: string, rest: Partial<LocalUser> = {}) {
  return addUser(account, { userName, createDate: ago(1000), ...rest });
}

/**
 * An account of that many users, each with a password and two keys. Unused users used them 100 days
 * ago, all others 3 days ago.
 */
export function crowd(count: number, isUnused: (index: number) => boolean): LocalAccount {
  const account = createAccount({ reportDurationMs: 3_000 });
  for (let index = 0; index < count; index += 1) {
    const used = isUnused(index) ? 100 : 3;
    user(account, `user-${index}`, {
      ...password(900, used),
      accessKeys: [accessKey(801, used), accessKey(800, used)],
    });
  }
  return account;
}

/** An account with one unused and one active user. */
export function pair(): LocalAccount {
  const account = createAccount();
  user(account, 'idle', password(400, 112));
  user(account, 'used', { accessKeys: [accessKey(300, 1)] });
  return account;
}
