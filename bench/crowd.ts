import { addUser, createAccount, type LocalAccount } from '../test/local-aws/index.ts';

const day = 86_400_000;

/**
 * Takes the present (epoch ms), a number of users and an account ID. Gives back an account in which
 * every user has a password and two keys, and two of five have used nothing for 100 days.
 */
export function crowdAt(present: number, users: number, accountId = '123456789012'): LocalAccount {
  const account = createAccount({ accountId });
  const ago = (days: number) => present - days * day;
  for (let index = 0; index < users; index += 1) {
    const used = ago(index % 5 < 2 ? 100 : 3);
    addUser(account, {
      userName: `user-${index}`,
      createDate: ago(1000),
      passwordLastUsed: used,
      loginProfile: { createDate: ago(900), lastChanged: ago(900), passwordResetRequired: false },
      accessKeys: [801, 800].map((created) => ({
        accessKeyId: `AKIA${created}${String(index).padStart(13, '0')}`,
        status: 'Active',
        createDate: ago(created),
        lastRotated: ago(created),
        lastUsed: { date: used, region: 'us-east-1', serviceName: 's3' },
      })),
    });
  }
  return account;
}
