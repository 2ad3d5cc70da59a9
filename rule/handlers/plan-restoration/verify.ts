import type { Clients } from '../../aws/clients.ts';
import { readUserState } from '../../aws/iam-credentials.ts';
import { hasVersion } from '../../aws/secrets.ts';
import { ExpectedError } from '../../core/errors.ts';
import { secretName } from '../../core/names.ts';
import type { JustRestored } from '../../core/restoration-plan.ts';
import { stillUnusable } from '../../core/verification.ts';
import { secretId } from '../../formats/arns.ts';
import type { RestorationRequest } from '../../formats/remediation-request.ts';
import { toRestoredAnswer } from '../../formats/restoration-answer.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { type FunctionDependencies, type Invocation, pollUntil } from '../invocation.ts';
import { readOutstanding, settledRecords } from '../records.ts';

type VerifyRequest = Extract<RestorationRequest, { mode: 'verify' }>;

/**
 * Takes what was to be restored. Looks, for some seconds, whether all of it can be used, then which records
 * to mark. A password counts as restored only where this execution issued it, which the label of its
 * secret's version says. What cannot be used is in the answer. Throws RunError for a user who is gone.
 */
export async function verifyRestoration(
  request: VerifyRequest,
  { location, deadline }: Invocation,
  {
    iam,
    ssm,
    secrets,
    clock,
  }: FunctionDependencies & Clients<'iam' | 'config' | 'ssm' | 'secrets'>,
): Promise<Answer> {
  const { userId, firstAccessKeyId, secondAccessKeyId, passwordAction } = request;
  const accessKeyIds = [firstAccessKeyId, secondAccessKeyId].filter((id) => id !== null);
  const { state, left } = await pollUntil(clock, deadline, async () => {
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
  if (state === null) {
    const message = `user ${request.userName} (${userId}) keeps changing; run again`;
    throw new ExpectedError('RunError', message);
  }
  const usable = accessKeyIds.filter((id) => stillUnusable([id], false, state).length === 0);
  const password = state.hasPassword && (await wasIssued(request, location, secrets));
  const restored: JustRestored = { accessKeyIds: usable, password };
  const now = clock.now();
  const { outstanding } = await readOutstanding(ssm, { ...location, userId });
  const settled = settledRecords(outstanding, state, restored, now);
  return toRestoredAnswer(request, {
    ...{ userName: state.userName, accountId: location.accountId },
    ...{ restored, left, records: outstanding, settled, now },
  });
}

async function wasIssued(
  { userId, executionId, passwordAction, passwordRecord }: VerifyRequest,
  location: Invocation['location'],
  secrets: Clients<'iam' | 'config' | 'ssm' | 'secrets'>['secrets'],
): Promise<boolean> {
  if (passwordAction !== 'Issue' || passwordRecord === null) return false;
  const name = secretName(userId, passwordRecord.split('/').at(-1) ?? '');
  return hasVersion(secrets, secretId(location, name), executionId);
}
