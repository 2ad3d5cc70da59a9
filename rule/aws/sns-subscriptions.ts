import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { all, eachItem, orNull, required } from './call.ts';

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
