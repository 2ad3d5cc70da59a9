import { createClients } from '../gateways/clients.ts';
import { systemClock } from '../gateways/clock.ts';
import { type EvaluationResult, evaluateEvent } from './evaluate-event.ts';
import { jsonLog } from './log.ts';

/** What is used of Lambda's context object; local runners may leave it out. */
interface LambdaContext {
  readonly getRemainingTimeInMillis?: () => number;
}
const remainingWithoutContext = 60_000;

// Made once for the lifetime of the function's environment, so that connections are kept between events.
const clients = createClients();
const log = jsonLog((line) => console.log(line));

/**
 * The entry point of the rule's Lambda function: takes an event of AWS Config, puts an evaluation for
 * each user it concerns, and gives back the verdicts. Throws as evaluateEvent does.
 */
export const handler = async (
  event: unknown,
  context?: LambdaContext,
): Promise<EvaluationResult> => {
  const remaining = context?.getRemainingTimeInMillis?.() ?? remainingWithoutContext;
  return evaluateEvent(event, remaining, { ...clients, clock: systemClock, log });
};
