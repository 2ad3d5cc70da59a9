import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { callAws, hasAwsCode, present } from './call-aws.ts';

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
