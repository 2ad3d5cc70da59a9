import { onTestFinished } from 'vitest';
import {
  createAccount,
  type LocalAccessKey,
  type LocalAccount,
  type LocalExecution,
  type LocalParameter,
  type LocalUser,
} from '../../../local-aws/account.ts';
import { accessKey, day, user } from '../../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../../builders/remediation.ts';
import { output } from '../restoration-views.ts';

/** A user with one unused key. */
export interface PurgedUser {
  readonly user: LocalUser;
  readonly key: LocalAccessKey;
  /** The parameter that holds the record. */
  readonly recordName: string;
}

/** Users whose only key was deactivated on day 0. */
export interface PurgeCase {
  readonly account: LocalAccount;
  readonly local: LocalRemediation;
  readonly users: readonly PurgedUser[];
  /** Moves the time to that many days after the revocations. */
  readonly onDay: (days: number) => void;
  /** Runs the document on that day. */
  readonly purgeOn: (
    days: number,
    parameters?: Record<string, string>,
    caller?: string,
  ) => Promise<LocalExecution>;
}

/** The case ends with the test. */
export function revokedUsers(...names: string[]): Promise<PurgeCase> {
  return revokedUsersOf(createAccount(), ...names);
}

/** The same in an account with other switches. */
export async function revokedUsersOf(
  account: LocalAccount,
  ...names: string[]
): Promise<PurgeCase> {
  const given = names.map((name) => {
    const key = accessKey(300, 90);
    return { user: user(account, name, { accessKeys: [key] }), key };
  });
  const local = await startRemediation(account);
  onTestFinished(local.close);
  for (const { user: each } of given) await local.revoke(each.userId);
  const records = [...account.parameters.keys()];
  const users = given.map((each): PurgedUser => {
    const recordName = records.find((name) => name.includes(`/${each.user.userId}/`)) ?? '';
    return { ...each, recordName };
  });
  const begin = local.now;
  account.published = [];
  const onDay = (days: number) => {
    local.now = begin + days * day;
  };
  const purgeOn: PurgeCase['purgeOn'] = (days, parameters, caller) => {
    onDay(days);
    return local.purge(parameters, caller);
  };
  return { account, local, users, onDay, purgeOn };
}

/** The names of the users who still have a key. */
export function withKeys({ account }: PurgeCase): string[] {
  return account.users
    .filter(({ accessKeys }) => accessKeys.length > 0)
    .map(({ userName }) => userName);
}

export function userOf(found: PurgedUser | undefined): LocalUser {
  if (found === undefined) throw new Error('expected a user');
  return found.user;
}

export function keyOf(found: PurgedUser | undefined): LocalAccessKey {
  if (found === undefined) throw new Error('expected a key');
  return found.key;
}

/** The only record of a user. */
export function recordOf({ account }: PurgeCase, found: PurgedUser | undefined): LocalParameter {
  const record = account.parameters.get(found?.recordName ?? '');
  if (record === undefined) throw new Error('expected a record');
  return record;
}

/** The marks of a user's only record. */
export function marksOf({ account }: PurgeCase, found: PurgedUser | undefined) {
  return Object.fromEntries(account.parameters.get(found?.recordName ?? '')?.tags ?? []);
}

/** Returns a function that brings users, records and executions back to what they are now. */
export function rememberState({ account, users }: PurgeCase): () => void {
  const { parameters, automation } = account;
  const now = structuredClone({ users: account.users, parameters });
  const executions = new Map(automation.executions);
  return () => {
    const before = structuredClone(now);
    for (const [index, user] of account.users.entries()) Object.assign(user, before.users[index]);
    for (const { user, key } of users) {
      Object.assign(key, user.accessKeys[0]);
      user.accessKeys = [key];
    }
    account.parameters = before.parameters;
    account.credentialReport = undefined;
    automation.executions = new Map(executions);
  };
}

/** Status and outcome, such as `Success Delete`. */
export function ending(execution: LocalExecution): string {
  return `${execution.status} ${output(execution, 'Decision.Outcome')}`;
}
