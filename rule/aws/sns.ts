import { PublishCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { Digest } from '../formats/messages.ts';
import { callAws, hasAwsCode, present, type RequestCounts } from './call.ts';
import { type ClientLocation, connect } from './clients.ts';

/** For callers that load this module only when they publish; see openTopic. */
export function connectSns(requests: RequestCounts, location: ClientLocation = {}): SNSClient {
  return connect({ sns: SNSClient }, location, requests).sns;
}

/** What listSubscriptions calls. */
export const listSubscriptionsActions = ['sns:ListSubscriptionsByTopic'] as const;

/** Who is told by a topic. */
export interface Subscription {
  /** `PendingConfirmation` until the receiver has confirmed. */
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

/** Takes an SNS client and a topic's ARN. Gives back who is told, or null where there is no such topic. Throws AwsError. */
export async function listSubscriptions(
  sns: SNSClient,
  topicArn: string,
): Promise<Subscription[] | null> {
  const [action] = listSubscriptionsActions;
  try {
    return await callAws(action, async () => {
      const subscriptions: Subscription[] = [];
      for await (const page of paginateListSubscriptionsByTopic(
        { client: sns },
        { TopicArn: topicArn },
      )) {
        for (const found of page.Subscriptions ?? []) {
          subscriptions.push({
            arn: present(found.SubscriptionArn, 'SubscriptionArn', action),
            protocol: found.Protocol ?? '',
            endpoint: found.Endpoint ?? '',
          });
        }
      }
      return subscriptions;
    });
  } catch (error) {
    if (hasAwsCode(error, 'NotFoundException')) return null;
    throw error;
  }
}

/** What publish calls. */
export const publishActions = ['sns:Publish'] as const;

/**
 * Takes an SNS client, a topic's ARN and what to say there: a subject of 1 to 100 ASCII characters and
 * a message of at most 256 KB. Publishes it. Throws AwsError.
 */
export async function publish(
  sns: SNSClient,
  topicArn: string,
  { subject, message }: Digest,
): Promise<void> {
  const command = new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message });
  await callAws(publishActions[0], () => sns.send(command));
}
