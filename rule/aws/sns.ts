import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { MessageAttributes, TopicMessage } from '../formats/messages.ts';
import { call, type RequestCounts } from './call.ts';
import { type ClientLocation, connect } from './clients.ts';

/**
 * For callers that load this module only when they publish; see openTopic. The bundler keeps every export of such a
 * module. Add no other SNS calls here, because each function's role would then need their permissions.
 */
export function connectSns(requests: RequestCounts, location: ClientLocation = {}): SNSClient {
  return connect({ sns: SNSClient }, location, requests).sns;
}

/** The subject has 1 to 100 ASCII characters, the message at most 256 KB. */
export async function publish(
  sns: SNSClient,
  topicArn: string,
  { subject, message, attributes }: TopicMessage,
): Promise<void> {
  const MessageAttributes = toText(attributes);
  const text = { Subject: subject, Message: message, MessageAttributes };
  await call(sns, new PublishCommand({ TopicArn: topicArn, ...text }));
}

function toText(attributes: MessageAttributes) {
  const entries = Object.entries<string>({ ...attributes }).map(([name, StringValue]) => {
    return [name, { DataType: 'String', StringValue }] as const;
  });
  return Object.fromEntries(entries);
}
