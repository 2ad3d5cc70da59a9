import { findIdentity } from '../aws/iam-credentials.ts';
import { ExpectedError } from '../core/errors.ts';
import { functionNames } from '../core/names.ts';
import { describeRequestRefusal } from '../formats/alerts.ts';
import { eventUser, type RefusedOperation, revocationRefused } from '../formats/events.ts';
import { emit } from './event-bus.ts';
import type { FunctionDependencies, Invocation } from './invocation.ts';
import { alertRefusal } from './topic.ts';

/** Errors about a request, or a rule, that differs from the deployment. */
const refusals: ReadonlySet<string> = new Set(['RefusedError', 'RuleParameterError']);

/**
 * Puts an event if the deployment refuses the request itself, and rejects with the error in any case. The execution
 * fails with the error, and an event rule notifies the topic.
 */
export async function reportRefusal(
  error: unknown,
  operation: RefusedOperation,
  { userId, executionId }: { readonly userId: string; readonly executionId: string },
  { location, deadline }: Invocation,
  dependencies: FunctionDependencies,
): Promise<never> {
  if (error instanceof ExpectedError && refusals.has(error.name)) {
    const refused = { operation, executionId, reason: error.message };
    await emit([revocationRefused({ userId }, location, refused)], dependencies, deadline);
  }
  throw error;
}

/** The functions that give something back, as an event names their work. */
const givingBack = {
  issuePassword: 'issue-password',
  restorePermissions: 'restore-permissions',
} as const;

/**
 * Alerts if a function that gives something back refused a request, and rejects with the error in any case. Alert and
 * event have no reason: it quotes what the caller wrote. They name the user, if IAM has one with that ID.
 */
export async function alertRefusedRequest(
  error: unknown,
  name: keyof typeof givingBack,
  { userId, executionId }: { readonly userId: string; readonly executionId: string },
  { location, now, deadline }: Invocation,
  dependencies: FunctionDependencies & { readonly ownerTag: string },
): Promise<never> {
  if (!(error instanceof ExpectedError) || error.name !== 'RefusedError') throw error;
  const { iam, ownerTag } = dependencies;
  const identity = await findIdentity(iam, userId).catch(() => null);
  const user = identity === null ? { userId } : eventUser(identity, ownerTag);
  const message = describeRequestRefusal(name, { ...user, executionId }, location, now);
  const reason = `The log of ${functionNames[name]} says why`;
  const operation = givingBack[name];
  const event = revocationRefused(user, location, { operation, executionId, reason });
  const refused = { userId, executionId, reason: error.message };
  await alertRefusal(dependencies, refused, message, { event, deadline });
  throw error;
}
