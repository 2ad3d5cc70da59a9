import { ExpectedError } from '../core/errors.ts';
import { secretName } from '../core/names.ts';
import type { JustRestored } from '../core/settled-record.ts';
import { stillUnusable } from '../core/verification.ts';
import type { Answer } from '../formats/remediation-answer.ts';
import type { RestorationRequest } from '../formats/remediation-request.ts';
import { toRestoredAnswer } from '../formats/restoration-answer.ts';
import type { PasswordClients } from '../gateways/password-clients.ts';
import { hasVersion } from '../gateways/secret.ts';
import { readUserState } from '../gateways/user-state.ts';
import type { FunctionDependencies, Invocation } from './function-run.ts';
import { lookUntil } from './look-until.ts';
import { readOutstanding, recordsToMark } from './outstanding-records.ts';

type VerifyRequest = Extract<RestorationRequest, { mode: 'verify' }>;

/**
 * Takes what was to be restored. Looks, for some seconds, whether all of it can be used, then which records
 * hold nothing more to restore. A password counts as restored only where this execution issued it, which
 * the label of its secret's version says. Throws RunError that names what cannot be used.
 */
export async function verifyRestoration(
  request: VerifyRequest,
  { location, deadline }: Invocation,
  { iam, ssm, secrets, clock }: FunctionDependencies & PasswordClients,
): Promise<Answer> {
  const { userId, firstAccessKeyId, secondAccessKeyId, passwordAction } = request;
  const accessKeyIds = [firstAccessKeyId, secondAccessKeyId].filter((id) => id !== null);
  const { state, left } = await lookUntil(clock, deadline, async () => {
    const seen = await readUserState(iam, userId, request.userName);
    if (seen === 'gone')
      throw new ExpectedError('RunError', `user ${userId} was deleted meanwhile`);
    if (seen === 'changing') return { state: null, left: ['the user keeps changing'] };
    const present = { hasPassword: seen.passwordCreated !== null, ...seen };
    return {
      state: present,
      left: stillUnusable(accessKeyIds, passwordAction === 'Issue', present),
    };
  });
  if (state === null || left.length > 0) {
    throw new ExpectedError(
      'RunError',
      `Not restored of user ${request.userName} (${userId}): ${left.join(', ')}. A step before this one failed, or ` +
        'had no effect; see its message, mend the cause and run again',
    );
  }
  const restored: JustRestored = { accessKeyIds, password: await wasIssued(request, secrets) };
  const now = clock.now();
  const { outstanding } = await readOutstanding(ssm, { ...location, userId });
  const marked = recordsToMark(outstanding, state, restored, now);
  const { userName } = state;
  return toRestoredAnswer(request, {
    ...marked,
    restored,
    userName,
    accountId: location.accountId,
    now,
  });
}

async function wasIssued(
  { userId, executionId, passwordAction, passwordRecord }: VerifyRequest,
  secrets: PasswordClients['secrets'],
): Promise<boolean> {
  if (passwordAction !== 'Issue' || passwordRecord === null) return false;
  const name = secretName(userId, passwordRecord.split('/').at(-1) ?? '');
  return hasVersion(secrets, name, executionId);
}
