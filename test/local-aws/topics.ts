import { randomUUID } from 'node:crypto';
import { type Call, type Input, invalid, readText, requireText } from './call.ts';
import { awsError } from './errors.ts';

/** Publishes a message, which the account keeps. */
export function publish(call: Call): Input {
  const topicArn = requireText(call, 'TopicArn');
  const subject = readText(call, 'Subject', 100);
  if (subject !== undefined && !/^[\x20-\x7e]+$/.test(subject)) {
    throw invalid(call, 'Subject', 'be a line of ASCII text');
  }
  const message = requireText(call, 'Message', 262_144);
  if (!/^arn:aws:sns:/.test(topicArn)) throw awsError('NotFound', 'Topic does not exist', 404);
  call.account.published.push({ topicArn, subject, message });
  return { MessageId: randomUUID() };
}
