import { readUserState } from '../../aws/iam-credentials.ts';
import { ExpectedError } from '../../core/errors.ts';
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
 * Takes the record of what was to be revoked. Looks, for some seconds, whether anything of it can still be
 * used, whatever brakes, exemptions and reports say. Throws RunError that names it if so.
 */
export async function verifyRevocation(
  { userId, record: encoded, topicArn }: Extract<RevocationRequest, { mode: 'verify' }>,
  { location, deadline }: Invocation,
  { iam, clock }: Pick<FunctionDependencies, 'iam' | 'clock'>,
): Promise<Answer> {
  const record = decodeRecord(encoded);
  const found = await pollUntil(clock, deadline, async () => {
    const state = await readUserState(iam, userId, record.userName);
    if (state === 'gone') return { userName: null, left: [] };
    if (state === 'changing')
      return { userName: record.userName, left: ['the user keeps changing'] };
    return { userName: state.userName, left: stillUsable(record.credentials, state) };
  });
  if (found.userName === null) return toVanishedAnswer(clock.now());
  if (found.left.length === 0) {
    return toVerifiedAnswer(record, found.userName, clock.now(), location, topicArn);
  }
  throw new ExpectedError(
    'RunError',
    `Still usable after the revocation of user ${found.userName} (${userId}): ${found.left.join(', ')}. ` +
      'A step before this one failed, or had no effect; see its message, mend the cause and run again. ' +
      `What was revoked is on record in ${record.name}`,
  );
}
