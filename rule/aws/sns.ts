import { PublishCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { Digest } from '../formats/messages.ts';
import { all, call, eachItem, orNull, type RequestCounts, required } from './call.ts';
import { type ClientLocation, connect } from './clients.ts';

/** A subscription of a topic. */
export interface Subscription {
  /** `PendingConfirmation` until the receiver has confirmed. */
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

/** Null if the topic does not exist. */
export function listSubscriptions(
  sns: SNSClient,
  topicArn: string,
): Promise<Subscription[] | null> {
  const found = eachItem(
    sns,
    paginateListSubscriptionsByTopic,
    { TopicArn: topicArn },
    ({ Subscriptions = [] }) =>
      Subscriptions.map(({ SubscriptionArn, Protocol = '', Endpoint = '' }) => ({
        arn: required(SubscriptionArn, 'SubscriptionArn'),
        protocol: Protocol,
        endpoint: Endpoint,
      })),
  );
  return orNull(all(found), 'NotFoundException');
}

/** For callers that load this module only when they publish; see openTopic. */
export function connectSns(requests: RequestCounts, location: ClientLocation = {}): SNSClient {
  return connect({ sns: SNSClient }, location, requests).sns;
}

/** The subject has 1 to 100 ASCII characters, the message at most 256 KB. */
export async function publish(
  sns: SNSClient,
  topicArn: string,
  { subject, message }: Digest,
): Promise<void> {
  await call(sns, new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }));
}
