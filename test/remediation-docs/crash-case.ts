import { createAccount, type LocalAccount, type LocalUser } from '../../local-aws/account.ts';
import { marks } from '../../rule/core/names.ts';
import { accessKey, password, user } from '../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../builders/remediation.ts';

/** A user with an unused password, one unused key, and one that someone else deactivated long ago. */
export interface CrashCase {
  readonly local: LocalRemediation;
  readonly account: LocalAccount;
  readonly frank: LocalUser;
  /** The ID of the key that is due, and of the key that is not. */
  readonly due: string;
  readonly inactive: string;
}

/** Starts a new account with that user; the report is fresh unless its age (ms) is given. */
export async function startCase(reportAge = 0): Promise<CrashCase> {
  const account = createAccount();
  const dueKey = accessKey(400, 90);
  const inactiveKey = accessKey(500, 200, { status: 'Inactive' });
  const keys = { accessKeys: [dueKey, inactiveKey] };
  const frank = user(account, 'frank', { ...password(400, 100), ...keys });
  const local = await startRemediation(account);
  if (reportAge > 0) {
    const caller = 'arn:aws:iam::123456789012:user/other-tool';
    local.now -= reportAge;
    local.aws.perform({ service: 'iam', operation: 'GenerateCredentialReport', input: {}, caller });
    local.now += reportAge;
  }
  return { local, account, frank, due: dueKey.accessKeyId, inactive: inactiveKey.accessKeyId };
}

/** The number of records with the mark. */
export function marked({ account }: CrashCase, mark: keyof typeof marks): number {
  return [...account.parameters.values()].filter(({ tags }) => tags.has(marks[mark])).length;
}
