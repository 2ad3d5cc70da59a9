import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Digest } from '../formats/digest.ts';
import { callAws } from './call-aws.ts';

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
