import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { connect } from '../../aws/clients.ts';
import { openTopic } from '../../aws/lazy-topic.ts';
import { systemClock } from '../../clock.ts';
import { jsonLog, writeLine } from '../invocation.ts';
import { type EvaluationResult, evaluateEvent } from './evaluate.ts';

/** What is used of Lambda's context object; local runners may leave it out. */
interface LambdaContext {
  readonly getRemainingTimeInMillis?: () => number;
}
const remainingWithoutContext = 60_000;

// Made once for the lifetime of the function's environment, so that connections are kept between events.
const clients = connect({ iam: IAMClient, config: ConfigServiceClient });
const log = jsonLog(writeLine);
const topic = openTopic(process.env['NOTIFICATION_TOPIC_ARN'] ?? '', clients.requests);

/**
 * The entry point of the rule's Lambda function: takes an event of AWS Config, puts an evaluation for
 * each user it concerns, tells the topic in NOTIFICATION_TOPIC_ARN who is newly NON_COMPLIANT on a schedule,
 * and gives back the verdicts. Throws as evaluateEvent does.
 */
export const handler = async (
  event: unknown,
  context?: LambdaContext,
): Promise<EvaluationResult> => {
  const remaining = context?.getRemainingTimeInMillis?.() ?? remainingWithoutContext;
  return evaluateEvent(event, remaining, { ...clients, clock: systemClock, log, topic });
};
