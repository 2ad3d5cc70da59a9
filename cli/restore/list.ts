import pMap from 'p-map';
import { hasAwsCode } from '../../rule/aws/call.ts';
import type { Clients } from '../../rule/aws/clients.ts';
import { readCurrentPermissions } from '../../rule/aws/current-permissions.ts';
import { findUser } from '../../rule/aws/iam-credentials.ts';
import { listUserNames, readUser } from '../../rule/aws/iam-users.ts';
import { functionExists } from '../../rule/aws/lambda.ts';
import { readRetired } from '../../rule/aws/retirement-parts.ts';
import { listRestorations } from '../../rule/aws/ssm-automation.ts';
import {
  type FoundRecord,
  listRecordNames,
  readProgress,
  readRecord,
} from '../../rule/aws/ssm-parameters.ts';
import { splitArn } from '../../rule/core/arns.ts';
import type { Instant } from '../../rule/core/instant.ts';
import { denyAllPolicyName, functionNames, parseRecordName } from '../../rule/core/names.ts';
import { type RemovedPermissions, withPermissions } from '../../rule/core/permission-plan.ts';
import { type OutstandingRecord, withHistory } from '../../rule/core/restoration-plan.ts';
import type { CurrentPermissions } from '../../rule/core/retired-permissions.ts';
import type { CommandEnvironment } from '../environment.ts';
import { findUsers } from '../execution/users.ts';
import { count } from '../terminal/counts.ts';
import { plain } from '../terminal/style.ts';
import { wrapLine } from '../terminal/table.ts';
import {
  type ListedCredential,
  type ListedPermission,
  type ListedRecord,
  type ListedRetirement,
  previewRestoration,
  type RecordUser,
  toListed,
} from './listed-record.ts';
import type { RestoreOptions } from './options.ts';

/** The records of the requested users, or of all users, and where they were read. */
interface ListedRecords {
  /** Null if there is no IAM user, whose ARN would name it. */
  readonly accountId: string | null;
  readonly region: string;
  readonly records: readonly ListedRecord[];
  /** Records that do not count, because they are marked as restored. */
  readonly closed: number;
}

/** Renders a paragraph per record. IDs are never broken, because people copy them. */
export function renderRecords(
  { accountId, region, records, closed }: ListedRecords,
  { style, width }: Pick<CommandEnvironment, 'style' | 'width'>,
): string {
  const where = `Account ${accountId ?? 'unknown'}, ${region}`;
  if (records.length === 0) {
    const others = closed === 1 ? ' 1 record is' : ` ${closed} records are`;
    const why = closed > 0 ? `${others} marked as restored and left out.` : '';
    return `${where}: no revoked credentials are left to restore.${why}\n`;
  }
  const paragraphs = records.map((record) => {
    const { userName, userId } = record;
    const lines = [
      `  ${isRetirement(record) ? 'retirement' : 'revocation'} ${record.revocationId}`,
      `  ${describeState(record)}`,
      ...prospectsOf(record).map((text) => `    ${text}`),
    ];
    const paint = record.genuine === false ? style.bad : (text: string) => text;
    return [
      `${style.bold(plain(userName ?? '(gone)'))} (${plain(userId)})`,
      ...lines.map((line, index) => {
        const text = wrapLine(plain(line), width, 2);
        return index === 1 ? paint(text) : text;
      }),
    ].join('\n');
  });
  const title = `${where}: ${count(records.length, 'record')} of what was revoked or removed`;
  return `${[style.bold(plain(title)), ...paragraphs].join('\n\n')}\n`;
}

function isRetirement(record: ListedRecord): boolean {
  return record.genuine === true && record.retirement !== null;
}

function describeState(record: ListedRecord): string {
  if (record.genuine === null) return 'not checked';
  if (!record.genuine) return `NOT GENUINE: ${record.why}; written by ${record.writer}`;
  const age = record.ageDays === 0 ? 'today' : `${days(record.ageDays)} ago`;
  return `recorded ${record.recordedAt} (${age}), ${record.confirmed ? 'confirmed' : 'unconfirmed'}`;
}

function days(number: number): string {
  return number === 1 ? '1 day' : `${number} days`;
}

/** What restore would do with the record, one line each. */
function prospectsOf(record: ListedRecord): string[] {
  if (record.genuine === null) return [gone];
  if (!record.genuine) return [];
  const { retirement } = record;
  const permissions = retirement?.permissions ?? [];
  const names = [...record.credentials, ...permissions].map(({ name }) => name).join(', ');
  if (record.userName === null) return [`${gone}: ${names}`];
  return [
    ...record.credentials.map(prospectOf),
    ...permissions.map(prospectOfPermission),
    ...(retirement?.permissions === null ? [unreadable] : []),
    ...(retirement?.damaged ?? []).map(describeDamage),
  ];
}

const gone = 'nothing can be restored, because the user no longer exists';

function prospectOf(credential: ListedCredential): string {
  const { lastUse } = credential;
  return `${whatWouldHappen(credential)}${lastUse === null ? '' : ` (${lastUse})`}`;
}

function whatWouldHappen({ name, restorable, needs, whyNot }: ListedCredential): string {
  if (whyNot !== null) return `${name}: ${whyNot}`;
  if (restorable === 'ByHand') {
    return `${name}: only by hand, because this deployment issues no passwords; see docs/undo.md`;
  }
  const how = restorable === 'NewPassword' ? 'a new password' : 'would be reactivated';
  return `${name}: ${how}${withOptions(needs)}`;
}

function withOptions(needs: readonly string[]): string {
  return needs.length === 0 ? '' : ` with ${needs.join(' ')}`;
}

function describeDamage({ name, why, writer }: ListedRetirement['damaged'][number]): string {
  return `parameter ${name} is NOT GENUINE: ${why}; written by ${writer}`;
}

const unreadable =
  'groups, policies and MFA devices: you have no permission to read what was removed; restore lists it in its plan';

function prospectOfPermission(permission: ListedPermission): string {
  const { name, action, restorable, needs, whyNot } = permission;
  if (whyNot !== null) return `${name}: ${whyNot}`;
  if (restorable === null) return name;
  const what =
    action === 'Attach'
      ? `policy ${denyAllPolicyName}: would be detached`
      : `${name}: would be restored`;
  return `${what}${withOptions(needs)}`;
}

/** Records or users that are read at the same time. */
const concurrency = 4;

/** A record, and the IDs that its name holds. */
interface NamedRecord {
  readonly found: FoundRecord;
  readonly userId: string;
  readonly revocationId: string;
  /** The state of its execution. */
  readonly progress: Pick<OutstandingRecord, 'running' | 'changed'>;
  /** What the retirement removed; null for a revocation, or if this caller may not read it. */
  readonly removed: RemovedPermissions | null;
}

type Report = (what: string) => void;

/**
 * Lists the outstanding records, with what each would restore given the users' credentials as they are now, and the
 * parameters in their place that are not genuine records. Throws UserError and AwsError.
 */
export async function listRecords(
  { users: given, maxRecordAgeDays }: Extract<RestoreOptions, { kind: 'list' }>,
  { iam, ssm, lambda }: Clients<'iam' | 'ssm' | 'lambda'>,
  now: Instant,
  report: Report,
): Promise<ListedRecords> {
  const asked = await findUsers(iam, given);
  const recordNames: string[] = [];
  for (const userId of asked.length === 0 ? [null] : asked.map((user) => user.userId)) {
    recordNames.push(...(await listRecordNames(ssm, userId)));
  }
  const userNames =
    asked.length === 0
      ? await listUserNames(iam)
      : new Map(asked.map(({ userId, userName }) => [userId, userName]));
  const arn = asked[0]?.arn ?? (await arnOfAny(iam, [...userNames.values()]));
  const all = await readRecords(ssm, recordNames, arn, report);
  const outstanding = all.filter(({ found: { closed, check } }) =>
    arn === null ? !closed : !closed || !check.genuine,
  );
  const listed = {
    accountId: arn === null ? null : splitArn(arn).accountId,
    region: await ssm.config.region(),
    closed: all.length - outstanding.length,
  };
  if (arn === null) return { ...listed, records: outstanding.map(toUnchecked) };
  if (outstanding.length === 0) return { ...listed, records: [] };
  const users = await readUsers(iam, outstanding, userNames, report);
  const issuesPasswords = await canIssuePasswords(lambda);
  // Like a restoration, this reads the history: if a mark is missing, only an execution shows what was restored.
  const restorations = (await nullIfDenied(listRestorations(ssm))) ?? [];
  const { partition } = splitArn(arn);
  const records = new Map<NamedRecord, ListedRecord>();
  for (const userId of new Set(outstanding.map((named) => named.userId))) {
    const user = users.get(userId) ?? { userId, userName: null, credentials: null };
    const own = outstanding.filter((named) => named.userId === userId);
    // All records of a user together, like a restoration, because marks of a newer record apply to older ones too.
    const marked = own.map(toOutstanding).filter((each) => each !== null);
    const genuine = withHistory(marked, restorations);
    const permissions = await readPermissionsOf(iam, user, genuine, partition);
    const circumstances = { issuesPasswords, maxRecordAgeDays, permissions };
    const prospects = previewRestoration(genuine, user, circumstances, now);
    for (const named of own) {
      records.set(named, toListed(named, toOutstanding(named), user, prospects, now));
    }
  }
  return { ...listed, records: outstanding.flatMap((named) => records.get(named) ?? []) };
}

/** The record in the form that a restoration uses; null if it is not genuine. */
function toOutstanding({ found, progress, removed }: NamedRecord): OutstandingRecord | null {
  const { check, applied, restored, deleted } = found;
  if (!check.genuine) return null;
  const { record } = check;
  return withPermissions({ record, applied, restored, deleted, ...progress }, removed ?? undefined);
}

/** Null if no record is of a retirement, or if this caller may not read what the user has. */
async function readPermissionsOf(
  iam: Clients['iam'],
  { userName, credentials }: RecordUser,
  records: readonly OutstandingRecord[],
  partition: string,
): Promise<CurrentPermissions | null> {
  if (userName === null || credentials === null) return null;
  const current = await nullIfDenied(readCurrentPermissions(iam, userName, records, partition));
  return current ?? null;
}

function nullIfDenied<Result>(answer: Promise<Result>): Promise<Result | null> {
  return answer.catch((error: unknown) => {
    if (hasAwsCode(error, 'AccessDenied', 'AccessDeniedException')) return null;
    throw error;
  });
}

/** Returns the ARN of any user, which names the account; null if there is no user. */
async function arnOfAny(iam: Clients['iam'], userNames: readonly string[]): Promise<string | null> {
  for (const userName of userNames) {
    const user = await readUser(iam, userName);
    if (user !== null) return user.identity.arn;
  }
  return null;
}

/**
 * Whether this deployment issues passwords. True if the caller may not read the function, so that restore still
 * offers the option.
 */
async function canIssuePasswords(lambda: Clients['lambda']): Promise<boolean> {
  const name = functionNames.issuePassword;
  return functionExists(lambda, name).catch(() => true);
}

async function readRecords(
  ssm: Clients['ssm'],
  names: readonly string[],
  arn: string | null,
  report: Report,
): Promise<NamedRecord[]> {
  const { partition, accountId } = splitArn(arn ?? '');
  const region = await ssm.config.region();
  let read = 0;
  const records = await pMap(
    names,
    async (name) => {
      report(`Reading records: ${read} of ${names.length}`);
      const { userId, executionId: revocationId } = parseRecordName(name);
      const found = await readRecord(ssm, name, { partition, accountId, region, userId });
      read += 1;
      if (found === null) return null;
      const isUnfinished = found.check.genuine && !found.applied && !found.closed;
      const progress = isUnfinished ? await readProgress(ssm, revocationId) : { running: false };
      const named = { found, userId, revocationId, progress, removed: null };
      if (found.closed || !found.check.genuine) return named;
      const owner = { partition, accountId, region, userId };
      return { ...named, removed: await nullIfDenied(readRetired(ssm, found.check.record, owner)) };
    },
    { concurrency },
  );
  return records.filter((record) => record !== null);
}

/** Returns the records' users by ID, as they are now, without users that no longer exist. */
async function readUsers(
  iam: Clients['iam'],
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
