import { readUserState } from '../../aws/iam-credentials.ts';
import { ExpectedError } from '../../core/errors.ts';
import { nameOf } from '../../core/revocation-record.ts';
import { stillUsable } from '../../core/verification.ts';
import { decodeRecord } from '../../formats/record-codec.ts';
import type { RevocationRequest } from '../../formats/remediation-request.ts';
import {
  type Answer,
  toVanishedAnswer,
  toVerifiedAnswer,
} from '../../formats/revocation-answer.ts';
import { type FunctionDependencies, type Invocation, pollUntil } from '../invocation.ts';

/**
 * Verifies that no recorded credential can be used. Ignores safeguards, exemptions and reports. Throws RunError,
 * which names what can still be used.
 */
export async function verifyRevocation(
  { userId, record: encoded, topicArn }: Extract<RevocationRequest, { mode: 'verify' }>,
  { location, deadline }: Invocation,
  { iam, clock }: Pick<FunctionDependencies, 'iam' | 'clock'>,
): Promise<Answer> {
  const record = decodeRecord(encoded);
  const usableIn = (state: Parameters<typeof stillUsable>[1]) =>
    stillUsable(record.credentials, state);
  const state = await pollUntil(
    clock,
    deadline,
    () => readUserState(iam, userId, record.userName),
    (seen) => seen === 'gone' || (seen !== 'changing' && usableIn(seen).length === 0),
  );
  if (state === 'gone') return toVanishedAnswer(clock.now());
  const userName = state === 'changing' ? record.userName : state.userName;
  const left = state === 'changing' ? null : usableIn(state);
  if (left?.length === 0) {
    return toVerifiedAnswer(record, userName, clock.now(), location, topicArn);
  }
  const what = left?.map(nameOf).join(', ') ?? 'unknown, because the user keeps changing';
  throw new ExpectedError(
    'RunError',
    `Still usable after the revocation of user ${userName} (${userId}): ${what}. ` +
      'A previous step failed or had no effect. Fix the cause that its message names, then run the document again. ' +
      `The record ${record.name} lists what was revoked`,
  );
}
