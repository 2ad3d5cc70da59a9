import type { LocalAccount, LocalUser } from '../../local-aws/account.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';

/** Credentials that a local account takes for any. */
export const keys = { AWS_ACCESS_KEY_ID: 'AKIALOCAL', AWS_SECRET_ACCESS_KEY: 'local' };

/** The instant so many days ago, in whole seconds as IAM has them. */
export function ago(days: number): number {
  return Math.floor(Date.now() / 1000 - days * 86_400) * 1000;
}

/** Stores a report of the account as it is now, generated so many minutes ago. Returns when that was (epoch ms). */
export function storeReport(account: LocalAccount, minutes: number): number {
  const at = ago(minutes / (24 * 60));
  const content = renderCredentialReport(account);
  account.credentialReport = { requestedAt: at, readyAt: at, content };
  return at;
}

/** Makes what a user with a password has, in days ago. */
export function password(used: number, created = 900): Partial<LocalUser> {
  const createDate = ago(created);
  return {
    loginProfile: { createDate, lastChanged: createDate, passwordResetRequired: false },
    passwordLastUsed: ago(used),
  };
}

/** Makes an active access key, in days ago. */
export function accessKey(
  id: string,
  used: number,
  created = 800,
): LocalUser['accessKeys'][number] {
  return {
    accessKeyId: id,
    status: 'Active',
    createDate: ago(created),
    lastRotated: ago(created),
    lastUsed: { date: ago(used), region: 'us-east-1', serviceName: 's3' },
  };
}
