import { readUserState, type UserState, userChangingError } from '../aws/iam-credentials.ts';
import { listRecordNames, readRecord } from '../aws/ssm-parameters.ts';
import { ExpectedError } from '../core/errors.ts';
import { markName } from '../core/restoration-plan.ts';
import { changedSince, nameOf, type RevocationRecord } from '../core/revocation-record.ts';
import type { FunctionDependencies, Invocation } from './invocation.ts';

/** What happened to a recorded user since the plan. */
interface SincePlan {
  readonly state: UserState;
  /**
   * The recorded credentials that somebody replaced or revoked, in words. Credentials that another execution
   * revoked are not included.
   */
  readonly changed: readonly string[];
  /** The genuine records of other executions that may be revoking the same user at the same time. */
  readonly simultaneous: readonly RevocationRecord[];
}

/** Null if the user is gone. Reads of IAM may lag, so a change of the last seconds may go unnoticed. */
export async function readSincePlan(
  record: RevocationRecord,
  { location }: Invocation,
  { iam, ssm }: FunctionDependencies,
): Promise<SincePlan | null> {
  const { userId, userName, credentials } = record;
  const state = await readUserState(iam, userId, userName);
  if (state === 'changing') throw userChangingError(userId);
  if (state === 'gone') return null;
  const { replaced, revoked } = changedSince(credentials, state);
  const needsOthers = revoked.length > 0 || record.retirement !== undefined;
  const simultaneous = needsOthers ? await readSimultaneous(ssm, record, location) : [];
  const byOthers = new Set(simultaneous.flatMap((other) => other.credentials.map(markName)));
  const changed = revoked.filter((credential) => !byOthers.has(markName(credential)));
  return { state, changed: [...changed, ...replaced].map(nameOf), simultaneous };
}

/** Throws RunError if anything changed. */
export function requireNoChange(
  { userName, userId }: RevocationRecord,
  changed: readonly string[],
): void {
  if (changed.length === 0) return;
  throw new ExpectedError(
    'RunError',
    `Changed by someone since the plan for user ${userName} (${userId}): ${changed.join(', ')}. ` +
      'This execution changed no credential. Run the document again',
  );
}

/** Between its record and its changes, a revocation takes less than this (milliseconds). */
const longestRevocation = 10 * 60_000;

async function readSimultaneous(
  ssm: FunctionDependencies['ssm'],
  { name: own, userId, recordedAt }: RevocationRecord,
  location: Invocation['location'],
): Promise<RevocationRecord[]> {
  const records: RevocationRecord[] = [];
  for (const name of await listRecordNames(ssm, userId)) {
    if (name === own) continue;
    const check = (await readRecord(ssm, name, { ...location, userId }))?.check;
    if (check?.genuine !== true) continue;
    if (check.record.recordedAt >= recordedAt - longestRevocation) records.push(check.record);
  }
  return records;
}
