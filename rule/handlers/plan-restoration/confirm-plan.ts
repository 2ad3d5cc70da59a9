import { readUserState, userChangingError } from '../../aws/iam-credentials.ts';
import { findQuarantine } from '../../aws/iam-users.ts';
import { ExpectedError } from '../../core/errors.ts';
import { describeQuarantine } from '../../formats/alerts.ts';
import { eventUser, revocationRefused } from '../../formats/events.ts';
import type { RestorationRequest } from '../../formats/remediation-request.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { emit } from '../event-bus.ts';
import type { Invocation } from '../invocation.ts';
import type { RestorationDependencies } from './make-plan.ts';

/** The document's request of mode confirm. */
export type ConfirmRequest = Extract<RestorationRequest, { mode: 'confirm' }>;

/**
 * Reads the user again right before the first change. Throws RunError if AWS has quarantined the user, or if planned
 * keys cannot be reactivated anymore, which it names. A key that is Active needs nothing more. A login profile needs
 * no check: IssuePassword never changes one.
 */
export async function confirmPlan(
  { userId, userName, executionId, firstAccessKeyId, secondAccessKeyId }: ConfirmRequest,
  { location, deadline }: Invocation,
  dependencies: RestorationDependencies,
): Promise<Answer> {
  const { iam, log, ownerTag } = dependencies;
  const state = await readUserState(iam, userId, userName);
  if (state === 'gone') throw new ExpectedError('RunError', `user ${userId} was deleted meanwhile`);
  if (state === 'changing') throw userChangingError(userId);
  const quarantine = await findQuarantine(iam, state.userName);
  if (quarantine !== null) {
    const reason = describeQuarantine(quarantine);
    // No alert is published, because the step may be tried again. The execution fails, which an event rule reports.
    log('error', 'refused', { alert: true, userId, executionId, reason });
    const user = eventUser({ userId, ...state }, ownerTag);
    const refused = { operation: 'restore', executionId, reason } as const;
    await emit([revocationRefused(user, location, refused)], dependencies, deadline);
    throw new ExpectedError('RunError', `${reason}. This execution restored nothing`);
  }
  const left = state.accessKeys.filter(({ status }) => status !== 'Expired').map(({ id }) => id);
  const lost = [firstAccessKeyId, secondAccessKeyId].filter(
    (id) => id !== null && !left.includes(id),
  );
  if (lost.length === 0) return { Outcome: 'Confirmed' };
  throw new ExpectedError(
    'RunError',
    `Deleted or expired since the plan for user ${userName} (${userId}): access key ${lost.join(', access key ')}. ` +
      'This execution restored nothing. Run the document again',
  );
}
