import { onTestFinished } from 'vitest';
import {
  createAccount,
  type LocalAccount,
  type LocalExecution,
  type LocalUser,
} from '../../local-aws/account.ts';
import type { LocalAws } from '../../local-aws/server.ts';
import { accessKey, password, user } from '../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../builders/remediation.ts';
import { output } from './restoration-views.ts';

/** A user with revoked credentials. Logs, requests and notifications of the revocation are cleared. */
export interface RestorationCase {
  readonly local: LocalRemediation;
  readonly account: LocalAccount;
  readonly aws: LocalAws;
  readonly frank: LocalUser;
  /** The user before the revocation, without tags. */
  readonly before: Omit<LocalUser, 'tags'>;
  readonly revocation: LocalExecution;
  readonly recordName: string;
}

/** What differs from the usual case. */
export interface CaseOptions {
  readonly user?: Partial<LocalUser>;
  readonly account?: Partial<LocalAccount>;
  readonly rule?: Record<string, string>;
  readonly revoke?: Record<string, string>;
}

/**
 * Revokes the user's unused credentials: by default a password and two access keys. The case ends with the
 * test. The usual revocation runs once for all tests of a file.
 */
export async function revoked(options: CaseOptions = {}): Promise<RestorationCase> {
  const isUsual = !(options.user ?? options.rule ?? options.revoke);
  usual ??= isUsual ? runRevocation({}) : undefined;
  const { revocation, endedAt, before, ...state } = await (isUsual && usual
    ? usual
    : runRevocation(options));
  const account = createAccount({ ...options.account, ...structuredClone(state) });
  const [frank] = account.users;
  if (frank === undefined) throw new Error('There is no user');
  const local = await open(account, options.rule);
  // Until then, reads of IAM may show the state before the revocation.
  local.now = endedAt + 10 * 60_000;
  const recordName = recordOf(frank, revocation.id);
  return { ...{ local, account, aws: local.aws, frank, before, revocation, recordName } };
}

let usual: ReturnType<typeof runRevocation> | undefined;

async function runRevocation(options: CaseOptions) {
  const account = createAccount(options.account);
  const frank = user(account, 'frank', { ...unused(), ...options.user });
  const before = withoutTags(frank);
  const local = await open(account, options.rule);
  const revocation = await local.revoke(frank.userId, options.revoke);
  const outcome = output(revocation, 'Decision.Outcome');
  if (outcome !== 'Revoke') throw new Error(`Not revoked: ${outcome}`);
  const { users, parameters, credentialReport } = account;
  return { revocation, before, endedAt: local.now, users, parameters, credentialReport };
}

async function open(account: LocalAccount, rule?: Record<string, string>) {
  const local = await startRemediation(account, rule);
  onTestFinished(local.close);
  return local;
}

/** Lets time pass with every read of a login profile, so that a failing verification ends soon. */
export function hurry({ local, aws }: RestorationCase): void {
  const before = () => {
    local.now += 14_000;
  };
  aws.faults.push({ operation: 'GetLoginProfile', before });
}

/** An unused password and two unused access keys. */
export function unused(): Pick<LocalUser, 'loginProfile' | 'passwordLastUsed' | 'accessKeys'> {
  return { ...password(400, 100), accessKeys: [accessKey(300, 90), accessKey(200, 80)] };
}

/** Clears the logs, requests and notifications so far. */
export function forget({ log, aws, account }: LocalRemediation): void {
  log.splice(0);
  aws.requests.reset();
  account.published.splice(0);
}

export function withoutTags({ tags: _, ...rest }: LocalUser): Omit<LocalUser, 'tags'> {
  return structuredClone(rest);
}

export function recordOf({ userId }: LocalUser, executionId: string): string {
  return `/unused-iam-credentials/records/${userId}/${executionId}`;
}

/** The session in which the revocation's role writes its records. */
export const revokeSession =
  'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Revoke-us-east-1/Automation-x';

/** A principal that must not write records. */
export const mallory = 'arn:aws:iam::123456789012:user/mallory';

/** Writes a parameter as that caller. */
export function write(
  { aws }: RestorationCase,
  caller: string,
  Name: string,
  Value: string,
  Overwrite = false,
): void {
  const input = { Name, Value, Type: 'String', Overwrite };
  aws.perform({ service: 'ssm', operation: 'PutParameter', input, caller });
}

export function recordText({ account, recordName }: RestorationCase): string {
  return account.parameters.get(recordName)?.versions[0]?.value ?? '';
}
