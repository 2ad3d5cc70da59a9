import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource } from '../core/names.ts';
import type { ProjectEvent } from '../formats/events.ts';
import { AwsError, call, type RequestCounts, required } from './call.ts';
import { type ClientLocation, connect } from './clients.ts';

/**
 * For callers that load this module only when they put an event. Add no other calls to this module; see connectSns.
 */
export function connectEvents(
  requests: RequestCounts,
  location: ClientLocation = {},
): EventBridgeClient {
  return connect({ events: EventBridgeClient }, location, requests).events;
}

/**
 * Puts at most ten events on the account's default event bus. EventBridge may refuse single events in a successful
 * answer; that is an AwsError too.
 */
export async function putEvents(
  events: EventBridgeClient,
  batch: readonly ProjectEvent[],
): Promise<void> {
  const Entries = batch.map(({ detailType, resources, detail }) => ({
    ...{ Source: eventSource, DetailType: detailType, Detail: JSON.stringify(detail) },
    Resources: [...resources],
  }));
  const refused = await call(events, new PutEventsCommand({ Entries }), (answer) =>
    required(answer.Entries, 'Entries').flatMap(({ EventId, ErrorCode }) =>
      EventId === undefined ? [ErrorCode ?? 'no reason'] : [],
    ),
  );
  if (refused.length === 0) return;
  const codes = [...new Set(refused)].join(', ');
  throw new AwsError(`events:PutEvents refused ${refused.length} of ${batch.length}: ${codes}`, '');
}
