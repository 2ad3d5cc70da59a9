import type { RequestCounts } from '../aws/call.ts';
import { ExpectedError, messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { ProjectEvent } from '../formats/events.ts';
import type { TopicMessage } from '../formats/messages.ts';
import { type EventDependencies, emit } from './event-bus.ts';

/** A topic to publish to. */
export interface Topic {
  readonly arn: string;
  readonly publish: (message: TopicMessage) => Promise<void>;
}

/**
 * Null if the ARN is missing or empty. The SNS client is loaded when something is published for the first time: few
 * runs publish anything, and every cold start would wait for it.
 */
export function openTopic(arn: string | undefined, requests: RequestCounts): Topic | null {
  if (arn === undefined || arn === '') return null;
  const load = async () => {
    // The bundler turns an import of this project's module into `require`. It would leave an import of the SDK
    // as it is, and in Lambda only `require` finds the SDK of the runtime.
    const { connectSns, publish } = await import('../aws/sns.ts');
    const sns = connectSns(requests);
    return (message: TopicMessage) => publish(sns, arn, message);
  };
  let loaded: ReturnType<typeof load> | undefined;
  return {
    arn,
    publish: async (message) => {
      loaded ??= load();
      const publishThere = await loaded;
      await publishThere(message);
    },
  };
}

/**
 * Publishes an alert. Without a topic, only the log has it. If publishing fails, throws RunError, which names the
 * topic.
 */
export async function publishAlert(topic: Topic | null, message: TopicMessage): Promise<void> {
  try {
    await topic?.publish(message);
  } catch (error) {
    throw new ExpectedError(
      'RunError',
      `Topic ${topic?.arn} could not be notified of an alert: ${messageOf(error)}. ` +
        'Nothing was changed. Fix the policy of the topic, its key or the role of the function, then run the document again',
    );
  }
}

/**
 * Logs a refusal, publishes it and puts its event. The execution fails in any case, so a topic that cannot be notified
 * is only logged.
 */
export async function alertRefusal(
  dependencies: EventDependencies & { readonly topic: Topic | null },
  refused: { readonly userId?: string; readonly executionId: string; readonly reason: string },
  message: TopicMessage,
  { event, deadline }: { readonly event: ProjectEvent; readonly deadline: Instant },
): Promise<void> {
  const { log, topic } = dependencies;
  log('error', 'refused', { alert: true, ...refused });
  await publishAlert(topic, message).catch((error: unknown) =>
    log('error', 'not notified', { reason: messageOf(error) }),
  );
  await emit([event], dependencies, deadline);
}
