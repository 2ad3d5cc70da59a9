import { ExpectedError } from '../core/errors.ts';
import { stillUnusable } from '../core/verification.ts';
import type { Answer } from '../formats/remediation-answer.ts';
import type { RestorationRequest } from '../formats/remediation-request.ts';
import { toRestoredAnswer } from '../formats/restoration-answer.ts';
import { findUser } from '../gateways/find-user.ts';
import type { FunctionDependencies, Invocation } from './function-run.ts';
import { lookUntil } from './look-until.ts';
import { presentOf, readOutstanding, settledRecords } from './outstanding-records.ts';

/**
 * Takes what was to be restored. Looks, for some seconds, whether all of it can be used, then which records
 * hold nothing more to restore. Throws RunError that names what cannot be used.
 */
export async function verifyRestoration(
  request: Extract<RestorationRequest, { mode: 'verify' }>,
  { location, deadline }: Invocation,
  { iam, ssm, clock }: FunctionDependencies,
): Promise<Answer> {
  const { userId, firstAccessKeyId, secondAccessKeyId, passwordAction } = request;
  const accessKeyIds = [firstAccessKeyId, secondAccessKeyId].filter((id) => id !== null);
  const password = passwordAction === 'Issue';
  const { live, left } = await lookUntil(clock, deadline, async () => {
    const found = await findUser(iam, userId);
    if (found === null) throw new ExpectedError('RunError', `user ${userId} was deleted meanwhile`);
    return { live: found, left: stillUnusable(accessKeyIds, password, presentOf(found)) };
  });
  const { userName } = live.identity;
  if (left.length > 0) {
    throw new ExpectedError(
      'RunError',
      `Not restored of user ${userName} (${userId}): ${left.join(', ')}. A step before this one failed, or had ` +
        'no effect; see its message, mend the cause and run again',
    );
  }
  const now = clock.now();
  const { outstanding } = await readOutstanding(ssm, { ...location, userId });
  const settled = settledRecords(outstanding, live, now);
  return toRestoredAnswer(request, { userName, accountId: location.accountId, settled, now });
}
