import { hasAwsCode } from '../../rule/aws/call.ts';
import type { Clock } from '../../rule/clock.ts';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';
import type { ConnectAsRole } from '../clients.ts';
import { usage } from '../options.ts';
import { type ReadAccount, readAccounts } from './accounts.ts';
import type { AuditCache } from './cache.ts';
import { decodeText } from './file-text.ts';
import { auditAccount, type LiveOptions } from './live.ts';
import { checkAccountIds } from './options.ts';
import type { Gathered } from './result.ts';

/** Accounts to evaluate, and how. */
interface MemberOptions extends LiveOptions {
  readonly accountIds: readonly string[];
  /** The role to assume in each account: its name, after its path if it has one. */
  readonly role: string;
}

interface Sources {
  readonly connectAsRole: ConnectAsRole;
  /** The Region, whose partition is that of the roles. */
  readonly region: string | null;
  readonly cache: AuditCache;
  /** The version of this tool. */
  readonly version: string;
  readonly clock: Clock;
  readonly onProgress: (what: string) => void;
}

/** Evaluates each account live, as a role that it assumes there. An account that cannot be read has a failure. */
export function auditMembers(
  { accountIds, role, ...live }: MemberOptions,
  { connectAsRole, region, cache, version, clock, onProgress }: Sources,
): Promise<Gathered> {
  const { parameters, sshKeys, asOf = null } = live;
  const key = { kind: 'account', version, role, parameters, sshKeys, asOf } as const;
  const read = async (accountId: string, tell: (what: string) => void) => {
    const roleArn = `arn:${partitionOf(region)}:iam::${accountId}:role/${role}`;
    tell(`Assuming ${roleArn}`);
    const clients = await connectAsRole(roleArn).catch((error: unknown) => {
      // Any other failure, such as throttling, says nothing about the role.
      if (!(error instanceof ExpectedError) || !hasAwsCode(error, 'AccessDenied')) throw error;
      const advice = `The role ${role} must exist in the account, and its trust policy must allow you`;
      throw new ExpectedError(error.name, `${messageOf(error)}. ${advice}`, { cause: error });
    });
    try {
      const gathered = await auditAccount(live, clients, clock, tell);
      const found = gathered.accounts[0]?.accountId;
      if (found === accountId) return gathered;
      const text = `the credential report is of account ${found}; expected ${accountId}`;
      throw new ExpectedError('CredentialReportError', `${text}. No user of it was evaluated`);
    } finally {
      clients.iam.destroy();
    }
  };
  const readOrStored: ReadAccount = (accountId, tell) =>
    cache.through(accountId, key, () => read(accountId, tell));
  return readAccounts(accountIds, readOrStored, { clock, onProgress });
}

function partitionOf(region: string | null): string {
  if (region?.startsWith('cn-') === true) return 'aws-cn';
  return region?.startsWith('us-gov-') === true ? 'aws-us-gov' : 'aws';
}

/** Reads a file with an account ID in each line; `#` begins a comment. Throws UsageError. */
export function parseAccountsFile(bytes: Uint8Array, name: string): string[] {
  const lines = decode(bytes, name).split(/\r\n?|\n/u);
  const texts = lines.map((line) => line.replace(/#.*$/u, '').trim());
  return checkAccountIds(
    `--accounts-file ${name}`,
    texts.filter((text) => text !== ''),
  );
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw usage(`--accounts-file ${name} ${messageOf(error)}`, 'audit');
  }
}
