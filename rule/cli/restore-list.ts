import pMap from 'p-map';
import { ExpectedError } from '../core/errors.ts';
import { formatInstant, type Instant, millisecondsPerDay } from '../core/instant.ts';
import { recordsPath } from '../core/names.ts';
import { nameOf, type RecordedCredential } from '../core/revocation-record.ts';
import type { RecordOwner } from '../formats/genuine-record.ts';
import { type FoundRecord, listRecordNames, readRecord } from '../gateways/records.ts';
import type { RemediationClients } from '../gateways/remediation-clients.ts';
import { listUserNames, readUser } from '../gateways/user.ts';
import { findUsers } from './find-users.ts';

/** A record that is not marked as restored, as `restore --list` shows it. */
export type ListedRecord = {
  /** Null where the user is gone. */
  readonly userName: string | null;
  readonly userId: string;
  readonly revocationId: string;
  readonly recordName: string;
  /** Whether the revocation was verified. */
  readonly confirmed: boolean;
} & (
  | {
      readonly genuine: true;
      readonly recordedAt: string;
      readonly ageDays: number;
      readonly credentials: readonly ListedCredential[];
    }
  | { readonly genuine: false; readonly why: string; readonly writer: string }
);

/** A revoked credential. */
export interface ListedCredential extends Pick<RecordedCredential, 'type' | 'id' | 'action'> {
  readonly name: string;
  /** How it can come back: reactivated, as a new password, or not at all. */
  readonly restorable: 'Reactivate' | 'NewPassword' | 'No';
  /** Why it was revoked. */
  readonly reason: string;
}

/** Records that are read at the same time. */
const concurrency = 4;

/**
 * Takes users by name, ARN or unique ID (none for all), the clients, the present, and who is told of the
 * progress. Gives back the users' outstanding records, and what is none and stands in their place. Throws
 * UserError and AwsError.
 */
export async function listRecords(
  given: readonly string[],
  { iam, ssm }: RemediationClients,
  now: Instant,
  report: (what: string) => void,
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
  const [, partition = '', , , accountId = ''] = arn.split(':');
  const region = await ssm.config.region();

  let read = 0;
  const records = await pMap(
    recordNames,
    async (name) => {
      report(`Reading records: ${read} of ${recordNames.length}`);
      const [userId = '', revocationId = ''] = name.slice(recordsPath.length + 1).split('/');
      const owner: RecordOwner = { partition, accountId, region, userId };
      const found = await readRecord(ssm, name, owner);
      read += 1;
      const userName = userNames.get(userId) ?? null;
      return found === null ? null : toListed(found, { userName, userId, revocationId }, now);
    },
    { concurrency },
  );
  return records.filter((record) => record !== null);
}

/** Which account this is shows in the ARN of any user. */
async function arnOfAny(iam: RemediationClients['iam'], userNames: readonly string[]) {
  for (const userName of userNames) {
    const user = await readUser(iam, userName);
    if (user !== null) return user.identity.arn;
  }
  throw new ExpectedError('UserError', 'there are records, but no IAM user left to restore to');
}

function toListed(
  { name, applied, check }: FoundRecord,
  whose: Pick<ListedRecord, 'userName' | 'userId' | 'revocationId'>,
  now: Instant,
): ListedRecord {
  const common = { ...whose, recordName: name, confirmed: applied };
  if (!check.genuine) return { ...common, genuine: false, why: check.why, writer: check.writer };
  const { recordedAt, credentials } = check.record;
  return {
    ...common,
    genuine: true,
    recordedAt: formatInstant(recordedAt),
    ageDays: Math.floor((now - recordedAt) / millisecondsPerDay),
    credentials: credentials.map(({ type, id, action, reason }) => ({
      ...{ name: nameOf({ type, id }), type, id, action, reason },
      restorable: type === 'password' ? 'NewPassword' : action === 'Delete' ? 'No' : 'Reactivate',
    })),
  };
}
