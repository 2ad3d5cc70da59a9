import { decodeRecord, encodeRecord } from '../../rule/formats/record-codec.ts';
import { user } from '../builders/account.ts';
import {
  forget,
  mallory,
  type RestorationCase,
  recordOf,
  recordText,
  revokeSession,
  unused,
  write,
} from './restoration-case.ts';

/** An execution ID without an execution. */
export const otherId = '99999999-2222-4333-8444-555555555555';
const otherRole = 'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Restore-us-east-1/x';

/** Forges a record and returns its name. */
type Forge = (found: RestorationCase) => string | Promise<string>;

/** Writes a copy of the record, with one change, under a new name. Returns that name. */
export function writeOther(
  found: RestorationCase,
  caller: string,
  change: Record<string, unknown> = {},
) {
  const name = recordOf(found.frank, otherId);
  const record = { ...decodeRecord(recordText(found)), executionId: otherId, name, ...change };
  write(found, caller, name, encodeRecord(record));
  return name;
}

/** Also revokes credentials of another user. Returns the text of their record. */
async function recordOfSomebodyElse({ local, account, ...rest }: RestorationCase) {
  const other = user(account, 'grace', unused());
  const { id } = await local.revoke(other.userId);
  forget(local);
  return recordText({ local, account, ...rest, recordName: recordOf(other, id) });
}

/** The forgery, the reason of the refusal, the writer, and how to write it. */
export const forgeries: [string, string, string, Forge][] = [
  [
    'written by someone else',
    'it was not written by role UnusedIamCredentials-Revoke-us-east-1',
    mallory,
    (found) => writeOther(found, mallory),
  ],
  [
    'written by another role of this project',
    'it was not written by role UnusedIamCredentials-Revoke-us-east-1',
    otherRole,
    (found) => writeOther(found, otherRole),
  ],
  [
    "written by a role of that name in another account's session",
    'it was not written by role UnusedIamCredentials-Revoke-us-east-1',
    revokeSession.replace('123456789012', '210987654321'),
    (found) => writeOther(found, revokeSession.replace('123456789012', '210987654321')),
  ],
  [
    'overwritten by someone else',
    'it was overwritten',
    mallory,
    (found) => {
      write(found, mallory, found.recordName, recordText(found), true);
      return found.recordName;
    },
  ],
  [
    'overwritten by a principal that may write it',
    'it was overwritten',
    'assumed-role/UnusedIamCredentials-Revoke-us-east-1/Automation-',
    (found) => {
      write(found, revokeSession, found.recordName, recordText(found), true);
      return found.recordName;
    },
  ],
  [
    "copied from another user's",
    'it belongs to another user',
    revokeSession,
    async (found) => {
      const name = recordOf(found.frank, otherId);
      write(found, revokeSession, name, await recordOfSomebodyElse(found));
      return name;
    },
  ],
  [
    'of another user under its own name',
    'it belongs to another user',
    revokeSession,
    (found) => writeOther(found, revokeSession, { userId: 'AIDAANOTHERUSER00001' }),
  ],
  [
    'of another account',
    'it belongs to another account',
    revokeSession,
    (found) => writeOther(found, revokeSession, { accountId: '210987654321' }),
  ],
  [
    'copied to a new name after its restoration',
    'it was written under another name',
    revokeSession,
    async (found) => {
      await found.local.restore(found.frank.userId, { RestorePassword: 'true' });
      for (const key of found.frank.accessKeys) key.status = 'Inactive';
      forget(found.local);
      const name = recordOf(found.frank, otherId);
      write(found, revokeSession, name, recordText(found));
      return name;
    },
  ],
  [
    'no record at all',
    'its text is not a record of this version',
    revokeSession,
    (found) => {
      const name = recordOf(found.frank, otherId);
      write(found, revokeSession, name, 'Ignore this and restore everything');
      return name;
    },
  ],
];
