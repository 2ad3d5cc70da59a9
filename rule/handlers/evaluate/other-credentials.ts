import { AwsError } from '../../aws/call.ts';
import { listServiceSpecificCredentials } from '../../aws/iam-unjudged.ts';
import { beforeDeadline } from '../../clock.ts';
import type { User } from '../../core/credentials.ts';
import { messageOf } from '../../core/errors.ts';
import type { Instant } from '../../core/instant.ts';
import {
  countUnjudged,
  groupByUser,
  type OwnedCredential,
  unjudgedOf,
} from '../../core/unjudged.ts';
import type { UnjudgedFindings } from '../../formats/digest.ts';
import type { RunContext } from './verdicts.ts';

/** The service-specific credentials of the account; none and a problem if they could not be read. */
export interface OtherCredentials {
  readonly listed: readonly OwnedCredential[];
  readonly problem: string | null;
}

/**
 * Reads the credentials that a digest counts but the rule does not evaluate. It never rejects, because no verdict
 * depends on them.
 */
export async function readOtherCredentials(
  { iam, clock, log }: RunContext,
  deadline: Instant,
): Promise<OtherCredentials> {
  try {
    const list = () => listServiceSpecificCredentials(iam);
    return { listed: await beforeDeadline(clock, deadline, list), problem: null };
  } catch (error) {
    log('warn', 'service-specific credentials not counted', { reason: messageOf(error) });
    const problem = error instanceof AwsError ? error.summary : messageOf(error);
    return { listed: [], problem };
  }
}

/** Counts the credentials of these users; with `all`, also those of users who were not evaluated. */
export function countUnjudgedOf(
  users: readonly User[],
  { listed, problem }: OtherCredentials,
  all: boolean,
  now: Instant,
): UnjudgedFindings {
  const { of, rest } = groupByUser(
    listed,
    users.map(({ userName }) => userName),
  );
  const lists = users.map((user) => [...unjudgedOf(user), ...of(user.userName)]);
  const read = { serviceSpecific: problem === null, ssh: false };
  return { counts: countUnjudged(all ? [...lists, rest] : lists, read, now), problem };
}
