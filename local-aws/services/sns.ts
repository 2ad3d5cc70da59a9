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
  const attributes = readAttributes(call);
  if (!/^arn:aws:sns:/.test(topicArn)) throw awsError('NotFound', 'Topic does not exist', 404);
  call.account.published.push({ topicArn, subject, message, attributes });
  return { MessageId: randomUUID() };
}

/**
 * The message attributes, of type String only. A form names them `MessageAttributes.entry.1.Name`; a step of a document
 * gives a map, which has names such as `MessageAttributes.owner.StringValue`.
 */
function readAttributes(call: Call): Record<string, string> {
  const members = new Map<string, Map<string, string>>();
  for (const [member, value] of Object.entries(call.input)) {
    const [, entry, field] = /^MessageAttributes\.(.+?)\.((?:Value\.)?\w+)$/.exec(member) ?? [];
    if (entry === undefined || field === undefined) continue;
    const fields = members.get(entry) ?? new Map<string, string>();
    members.set(entry, fields.set(field.replace('Value.', ''), String(value)));
  }
  const attributes: Record<string, string> = {};
  for (const [entry, fields] of members) {
    const name = fields.get('Name') ?? entry;
    const [type, value] = [fields.get('DataType'), fields.get('StringValue')];
    if (type !== 'String') {
      const message = `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
      throw awsError('ParameterValueInvalid', message);
    }
    if (value === undefined || value === '') {
      const message = `The message attribute '${name}' must contain non-empty message attribute value for message attribute type 'String'.`;
      throw awsError('ParameterValueInvalid', message);
    }
    attributes[name] = value;
  }
  return attributes;
}

/**
 * Whether a subscription with this filter policy gets a message: each key names an attribute, and its list the values.
 * Throws for an operator that is not supported here.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function passesFilter(
  policy: Readonly<Record<string, readonly string[]>>,
  attributes: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(policy).every(([name, values]) => {
    const other = values.find((value) => typeof value !== 'string');
    if (other !== undefined) throw new Error(`${JSON.stringify(other)} is not supported here`);
    const value = attributes[name];
    return value !== undefined && values.includes(value);
  });
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
