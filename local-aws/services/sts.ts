import type { LocalAccount } from '../account.ts';
import { type Call, readInteger, requireText } from '../call.ts';
import { commonError, type Input } from '../protocol.ts';

/**
 * Makes temporary credentials of a role in an account of the organization; they do not expire here. Trust policies are
 * not evaluated: a role that exists can be assumed.
 */
export function assumeRole(call: Call): Input {
  const { account, now } = call;
  const roleArn = requireText(call, 'RoleArn', 2048);
  const session = requireText(call, 'RoleSessionName', 64);
  const seconds = readInteger(call, 'DurationSeconds', 900, 43_200) ?? 3600;
  const [, partition = '', accountId = '', role = ''] =
    /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  const member = [account, ...(account.members ?? [])].find(
    (each) => each.accountId === accountId && each.partition === partition,
  );
  if (member === undefined || !hasRole(member, role)) {
    const wish = `is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
    throw commonError('sts', 'AccessDenied', `User: ${call.caller} ${wish}`);
  }
  const { sessions } = account;
  const accessKeyId = `ASIA${String(sessions.size + 1).padStart(16, '0')}`;
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${role}/${session}`;
  sessions.set(accessKeyId, { account: member, arn });
  return {
    Credentials: {
      ...{ AccessKeyId: accessKeyId, SecretAccessKey: 'local', SessionToken: `token-${role}` },
      Expiration: new Date(now + seconds * 1000).toISOString(),
    },
    AssumedRoleUser: { AssumedRoleId: `AROALOCAL:${session}`, Arn: arn },
  };
}

function hasRole({ roles }: LocalAccount, name: string): boolean {
  return roles === undefined || roles.has(name);
}
