import { randomUUID } from 'node:crypto';
import { type Call, invalid, readText, requireText, takePage } from '../call.ts';
import { awsError, type Input } from '../protocol.ts';

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

export function listSubscriptions(call: Call): Input {
  const TopicArn = requireText(call, 'TopicArn');
  const subscriptions = call.account.subscriptions?.get(TopicArn);
  if (subscriptions === undefined) throw awsError('NotFound', 'Topic does not exist', 404);
  const paging = { tokenName: 'NextToken', limit: 100 };
  const { items, next } = takePage(call, subscriptions, ({ endpoint }) => endpoint, paging);
  const Owner = call.account.accountId;
  return {
    Subscriptions: items.map(
      ({ arn: SubscriptionArn, protocol: Protocol, endpoint: Endpoint }) => ({
        ...{ SubscriptionArn, Owner, Protocol, Endpoint, TopicArn },
      }),
    ),
    NextToken: next,
  };
}
