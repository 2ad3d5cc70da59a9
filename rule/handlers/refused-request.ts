import { ExpectedError } from '../core/errors.ts';
import { type RefusedOperation, revocationRefused } from '../formats/events.ts';
import { emit } from './event-bus.ts';
import type { FunctionDependencies, Invocation } from './invocation.ts';

/** What a request asks for, or the rule that decides, is not what was deployed. */
const refusals: ReadonlySet<string> = new Set(['RefusedError', 'RuleParameterError']);

/**
 * Puts an event if the deployment refuses the request itself, and rejects with the error in any case. The execution
 * fails with the error, of which an event rule tells the topic.
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
