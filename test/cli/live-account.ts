import type { LocalUser } from '../local-aws/index.ts';

/** Credentials that a local account takes for any. */
export const keys = { AWS_ACCESS_KEY_ID: 'AKIALOCAL', AWS_SECRET_ACCESS_KEY: 'local' };

/** The instant so many days ago, in whole seconds as IAM has them. */
export function ago(days: number): number {
  return Math.floor(Date.now() / 1000 - days * 86_400) * 1000;
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
