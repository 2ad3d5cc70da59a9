import pMap from 'p-map';
import type { RequestCounts } from '../aws/call.ts';
import { beforeDeadline, type Clock } from '../clock.ts';
import { messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { ProjectEvent } from '../formats/events.ts';
import type { Log } from './log.ts';

/** The account's default event bus. */
export interface EventBus {
  /** At most ten events. */
  readonly put: (events: readonly ProjectEvent[]) => Promise<void>;
}

/** The EventBridge client is loaded when the first event is put, as that of SNS; see openTopic. */
export function openEventBus(requests: RequestCounts): EventBus {
  const load = async () => {
    const { connectEvents, putEvents } = await import('../aws/events.ts');
    const client = connectEvents(requests);
    return (events: readonly ProjectEvent[]) => putEvents(client, events);
  };
  let loaded: ReturnType<typeof load> | undefined;
  return {
    put: async (events) => {
      loaded ??= load();
      const putThere = await loaded;
      await putThere(events);
    },
  };
}

/** What putting events needs. */
export interface EventDependencies {
  /** Null if no events are put. */
  readonly bus: EventBus | null;
  readonly log: Log;
  readonly clock: Clock;
}

/** PutEvents takes ten events. */
const batchSize = 10;
const concurrency = 4;
/** The longest time for putting events (milliseconds). */
const longest = 30_000;

/**
 * Puts events within half a minute, and before the deadline. Never rejects, since an event must not stop a revocation:
 * what was not put is logged as an alert. Messages of the topic do not depend on it.
 */
export async function emit(
  events: readonly ProjectEvent[],
  { bus, log, clock }: EventDependencies,
  deadline: Instant,
): Promise<void> {
  if (bus === null || events.length === 0) return;
  const end = Math.min(deadline, clock.now() + longest);
  const batches = Array.from({ length: Math.ceil(events.length / batchSize) }, (_, index) =>
    events.slice(index * batchSize, (index + 1) * batchSize),
  );
  const put = async (batch: readonly ProjectEvent[]) => {
    try {
      await beforeDeadline(clock, end, () => bus.put(batch));
    } catch (error) {
      const ids = batch.map(({ detail }) => detail['id']);
      log('error', 'events not put', { alert: true, ids, reason: messageOf(error) });
    }
  };
  await pMap(batches, put, { concurrency });
}
