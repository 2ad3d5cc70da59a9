import pMap from 'p-map';
import type { Clients } from '../../rule/aws/clients.ts';
import { findUser } from '../../rule/aws/iam-credentials.ts';
import { listUserNames, readUser } from '../../rule/aws/iam-users.ts';
import { type FoundRecord, listRecordNames, readRecord } from '../../rule/aws/ssm-parameters.ts';
import type { Instant } from '../../rule/core/instant.ts';
import { recordsPath } from '../../rule/core/names.ts';
import { findUsers } from '../execution/users.ts';
import { plain, type TerminalStyle } from '../terminal/style.ts';
import type { RestoreOptions } from './command.ts';
import {
  type ListedCredential,
  type ListedRecord,
  type RecordUser,
  toListed,
} from './listed-record.ts';

const header = ['USER', 'USER ID', 'REVOCATION', 'AGE', 'STATE', 'WHAT RESTORE WOULD DO'];
const stateColumn = header.indexOf('STATE');

/** Takes records and how to style them. Gives back a table of one line a record; what was revoked comes last, and is not cut. */
export function renderRecords(records: readonly ListedRecord[], style: TerminalStyle): string {
  if (records.length === 0) return 'Nothing that was revoked is left to restore.\n';
  const rows = [header, ...records.map(toRow)].map((row) => row.map(plain));
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row, index) => {
    const forged = records[index - 1]?.genuine === false;
    return row
      .map((cell, column) => {
        const padded = column === header.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
        if (index === 0) return style.bold(padded);
        return column === stateColumn && forged ? style.bad(padded) : padded;
      })
      .join('  ');
  });
  return `${lines.join('\n')}\n`;
}

function toRow(record: ListedRecord): string[] {
  const { userName, userId, revocationId, confirmed } = record;
  const whose = [userName ?? '(gone)', userId, revocationId];
  if (record.genuine === null) return [...whose, '?', 'not checked', gone];
  if (!record.genuine) {
    return [...whose, '?', 'NOT GENUINE', `${record.why}; written by ${record.writer}`];
  }
  const age = record.ageDays === 1 ? '1 day' : `${record.ageDays} days`;
  const names = record.credentials.map(({ name }) => name).join(', ');
  const what =
    userName === null ? `${gone}: ${names}` : record.credentials.map(prospectOf).join('; ');
  return [...whose, age, confirmed ? 'confirmed' : 'unconfirmed', what];
}

const gone = 'nothing can be restored, since the user is gone';

function prospectOf({ name, restorable, needs, whyNot }: ListedCredential): string {
  if (whyNot !== null) return `${name}: ${whyNot}`;
  const how = restorable === 'NewPassword' ? 'a new one' : 'would be reactivated';
  return `${name}: ${[how, ...(needs.length > 0 ? ['with', ...needs] : [])].join(' ')}`;
}

/** Records or users that are read at the same time. */
const concurrency = 4;

/** A record, and what its name says. */
interface NamedRecord {
  readonly found: FoundRecord;
  readonly userId: string;
  readonly revocationId: string;
}

/** Who is told of the progress. */
type Report = (what: string) => void;

/**
 * Takes what to list, the clients, the present, and who is told of the progress. Gives back the users'
 * outstanding records, with what each would restore of the users' credentials as they are now, and what is
 * no record and stands in their place. Throws UserError and AwsError.
 */
export async function listRecords(
  { users: given, maxRecordAgeDays }: Extract<RestoreOptions, { kind: 'list' }>,
  { iam, ssm }: Clients<'iam' | 'config' | 'ssm'>,
  now: Instant,
  report: Report,
): Promise<ListedRecord[]> {
  const asked = await findUsers(iam, given);
  const recordNames: string[] = [];
  for (const userId of asked.length === 0 ? [null] : asked.map((user) => user.userId)) {
    recordNames.push(...(await listRecordNames(ssm, userId)));
  }
  if (recordNames.length === 0) return [];
  const userNames =
    asked.length === 0
      ? await listUserNames(iam)
      : new Map(asked.map(({ userId, userName }) => [userId, userName]));
  const arn = asked[0]?.arn ?? (await arnOfAny(iam, [...userNames.values()]));

  const records = await readRecords(ssm, recordNames, arn, report);
  if (arn === null) return records.map(toUnchecked);
  const users = await readUsers(iam, records, userNames, report);
  return records.map(({ found, userId, revocationId }) => {
    const gone = { userId, userName: null, credentials: null };
    return toListed(found, revocationId, users.get(userId) ?? gone, maxRecordAgeDays, now);
  });
}

/** Which account this is shows in the ARN of any user; null where there is none. */
async function arnOfAny(
  iam: Clients<'iam' | 'config' | 'ssm'>['iam'],
  userNames: readonly string[],
): Promise<string | null> {
  for (const userName of userNames) {
    const user = await readUser(iam, userName);
    if (user !== null) return user.identity.arn;
  }
  return null;
}

/** Gives back those that are not marked as restored. */
async function readRecords(
  ssm: Clients<'iam' | 'config' | 'ssm'>['ssm'],
  names: readonly string[],
  arn: string | null,
  report: Report,
): Promise<NamedRecord[]> {
  const [, partition = '', , , accountId = ''] = arn?.split(':') ?? [];
  const region = await ssm.config.region();
  let read = 0;
  const records = await pMap(
    names,
    async (name) => {
      report(`Reading records: ${read} of ${names.length}`);
      const [userId = '', revocationId = ''] = name.slice(recordsPath.length + 1).split('/');
      const found = await readRecord(ssm, name, { partition, accountId, region, userId });
      read += 1;
      return found === null ? null : { found, userId, revocationId };
    },
    { concurrency },
  );
  return records.filter((record) => record !== null);
}

/** Gives back the records' users by ID, as they are now; nothing for those who are gone. */
async function readUsers(
  iam: Clients<'iam' | 'config' | 'ssm'>['iam'],
  records: readonly NamedRecord[],
  userNames: ReadonlyMap<string, string>,
  report: Report,
): Promise<Map<string, RecordUser>> {
  const users = new Map<string, RecordUser>();
  const userIds = [...new Set(records.map(({ userId }) => userId))];
  const forged = records.filter(({ found }) => !found.check.genuine);
  const ofForged = new Set(forged.map(({ userId }) => userId));
  await pMap(
    userIds,
    async (userId) => {
      report(`Reading users: ${users.size} of ${userIds.length}`);
      const userName = userNames.get(userId);
      if (userName === undefined) return;
      if (ofForged.has(userId)) users.set(userId, { userId, userName, credentials: null });
      else {
        const live = await findUser(iam, userId, userName);
        if (live === null) return;
        const { identity, credentials } = live;
        users.set(userId, { userId, userName: identity.userName, credentials });
      }
    },
    { concurrency },
  );
  return users;
}

function toUnchecked({ found, userId, revocationId }: NamedRecord): ListedRecord {
  const { name: recordName, applied: confirmed } = found;
  return { userName: null, userId, revocationId, recordName, confirmed, genuine: null };
}
