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

/** A user some of whose credentials were revoked; logs, requests and messages of that are forgotten. */
export interface RestorationCase {
  readonly local: LocalRemediation;
  readonly account: LocalAccount;
  readonly aws: LocalAws;
  readonly frank: LocalUser;
  /** Frank as he was before, but for his tags. */
  readonly before: Omit<LocalUser, 'tags'>;
  readonly revocation: LocalExecution;
  readonly recordName: string;
}

/** What a case is made with. */
export interface CaseOptions {
  readonly user?: Partial<LocalUser>;
  readonly account?: Partial<LocalAccount>;
  readonly rule?: Record<string, string>;
  readonly revoke?: Record<string, string>;
}

/**
 * Revokes what Frank does not use: by default a password and two access keys. It ends after the test. The
 * revocation itself is only run anew where a case has a user, a rule or parameters of its own.
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
  // What is found usable sooner may be what IAM showed before the revocation.
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

/** Lets time pass with every look at a login profile, so that verifying in vain is soon over. */
export function hurry({ local, aws }: RestorationCase): void {
  const before = () => {
    local.now += 14_000;
  };
  aws.faults.push({ operation: 'GetLoginProfile', before });
}

/** What a user has who used neither password nor keys for long. */
export function unused(): Pick<LocalUser, 'loginProfile' | 'passwordLastUsed' | 'accessKeys'> {
  return { ...password(400, 100), accessKeys: [accessKey(300, 90), accessKey(200, 80)] };
}

/** Forgets what was logged, requested and published so far. */
export function forget({ log, aws, account }: LocalRemediation): void {
  log.splice(0);
  aws.requests.reset();
  account.published.splice(0);
}

/** Gives a copy of a user without tags. */
export function withoutTags({ tags: _, ...rest }: LocalUser): Omit<LocalUser, 'tags'> {
  return structuredClone(rest);
}

/** Gives the name of the record that an execution makes of a user. */
export function recordOf({ userId }: LocalUser, executionId: string): string {
  return `/unused-iam-credentials/records/${userId}/${executionId}`;
}

/** The session in which the revocation's role writes its records. */
export const revokeSession =
  'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Revoke-us-east-1/Automation-x';

/** Somebody else. */
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

/** Gives the text of a case's record. */
export function recordText({ account, recordName }: RestorationCase): string {
  return account.parameters.get(recordName)?.versions[0]?.value ?? '';
}
