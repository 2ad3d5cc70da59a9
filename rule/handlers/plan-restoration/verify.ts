import type { Clients } from '../../aws/clients.ts';
import { readUserState, type SeenState, type UserState } from '../../aws/iam-credentials.ts';
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
import { fullyRestoredRecords, readOutstanding } from '../records.ts';

type VerifyRequest = Extract<RestorationRequest, { mode: 'verify' }>;
type Dependencies = FunctionDependencies & Clients<'iam' | 'config' | 'ssm' | 'secrets'>;

/**
 * Verifies that the credentials of the plan can be used, and selects the records to mark. A password counts as
 * restored only if this execution issued it, according to the label of the secret's version. Throws RunError
 * if the user is gone.
 */
export async function verifyRestoration(
  request: VerifyRequest,
  { location, deadline }: Invocation,
  { iam, ssm, secrets, clock }: Dependencies,
): Promise<Answer> {
  const { userId, firstAccessKeyId, secondAccessKeyId, passwordAction } = request;
  const accessKeyIds = [firstAccessKeyId, secondAccessKeyId].filter((id) => id !== null);
  const unusableIn = (current: ReturnType<typeof toCurrent>) =>
    stillUnusable(accessKeyIds, passwordAction === 'Issue', current);
  const state: SeenState = await pollUntil(
    clock,
    deadline,
    () => readUserState(iam, userId, request.userName),
    (seen) => seen === 'gone' || (seen !== 'changing' && unusableIn(toCurrent(seen)).length === 0),
  );
  if (state === 'gone') throw new ExpectedError('RunError', `user ${userId} was deleted meanwhile`);
  if (state === 'changing') {
    const message = `user ${request.userName} (${userId}) keeps changing; run the document again`;
    throw new ExpectedError('RunError', message);
  }
  const current = toCurrent(state);
  const usable = accessKeyIds.filter((id) => stillUnusable([id], false, current).length === 0);
  const password = current.hasPassword && (await wasIssued(request, location, secrets));
  const restored: JustRestored = { accessKeyIds: usable, password };
  const now = clock.now();
  const { outstanding } = await readOutstanding(ssm, { ...location, userId });
  return toRestoredAnswer(request, {
    ...{ userName: state.userName, accountId: location.accountId, now },
    ...{ restored, left: unusableIn(current), records: outstanding },
    fullyRestored: fullyRestoredRecords(outstanding, current, restored, now),
  });
}

function toCurrent(state: UserState) {
  return { hasPassword: state.passwordCreated !== null, ...state };
}

async function wasIssued(
  { userId, executionId, passwordAction, passwordRevocationId }: VerifyRequest,
  location: Invocation['location'],
  secrets: Dependencies['secrets'],
): Promise<boolean> {
  if (passwordAction !== 'Issue' || passwordRevocationId === null) return false;
  const name = secretName(userId, passwordRevocationId);
  return hasVersion(secrets, secretId(location, name), executionId);
}
