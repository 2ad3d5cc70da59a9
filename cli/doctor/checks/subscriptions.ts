import type { Clients } from '../../../rule/aws/clients.ts';
import type { RemediationConfiguration, RuleLocation } from '../../../rule/aws/config-rule.ts';
import { listSubscriptions, type Subscription } from '../../../rule/aws/sns.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import {
  type Finding,
  ok,
  type Reading,
  redeploy,
  setParameter,
  warning,
  wrong,
} from '../finding.ts';

/** The topic that the remediation names, and who is told by it. */
export type TopicReading =
  | { readonly kind: 'no remediation' }
  | { readonly kind: 'none' }
  /** Of another account or Region. */
  | { readonly kind: 'elsewhere'; readonly topicArn: string }
  | {
      readonly kind: 'here';
      readonly topicArn: string;
      /** Null where there is no such topic. */
      readonly subscriptions: readonly Subscription[] | null;
    };

const subscribe = setParameter('NotificationEmail');

/** Takes the topic. Gives back whether somebody is told of revocations. */
export function judgeSubscriptions(topic: TopicReading): Finding {
  switch (topic.kind) {
    case 'no remediation':
      return warning('nobody is told: there is no remediation that would name a topic', redeploy);
    case 'none':
      return warning('nobody is told: the remediation names no topic', redeploy);
    case 'elsewhere':
      return ok(
        `${topic.topicArn} is of another account or Region; its subscriptions are not looked at from here`,
      );
    case 'here':
      return judgeReceivers(topic.topicArn, topic.subscriptions);
  }
}

function judgeReceivers(topicArn: string, subscriptions: readonly Subscription[] | null): Finding {
  if (subscriptions === null) return wrong(`there is no topic ${topicArn}`, redeploy);
  const confirmed = subscriptions.filter(({ arn }) => arn.startsWith('arn:'));
  const pending = subscriptions.filter(({ arn }) => arn === 'PendingConfirmation');
  if (confirmed.length === 0 && pending.length === 0) {
    return wrong(`nobody is told: ${topicArn} has no subscription`, subscribe);
  }
  const told = `${confirmed.length} confirmed`;
  if (pending.length === 0) return ok(`subscriptions: ${told}`);
  const who = pending.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`).join(', ');
  const finding = `subscriptions: ${told}; not confirmed yet: ${who}`;
  const confirm = `open the link in the message from AWS, or subscribe again: SNS → Topics → ${topicArn.split(':').at(-1)}`;
  return confirmed.length === 0 ? wrong(finding, confirm) : warning(finding, confirm);
}

/**
 * Takes what was read of the remediation, the client of SNS, and where this is. Gives back the topic that the
 * remediation names, with its subscriptions where it is of this account and Region: others may not list them.
 * Throws AwsError.
 */
export async function readTopic(
  remediation: Reading<RemediationConfiguration | null>,
  { sns }: Pick<Clients, 'sns'>,
  location: RuleLocation | null,
): Promise<TopicReading> {
  if (remediation.kind === 'failed') {
    throw new ExpectedError('AwsError', 'the remediation, which names the topic, was not read');
  }
  if (remediation.value === null) return { kind: 'no remediation' };
  const topicArn = remediation.value.parameters.get('NotificationTopicArn')?.text ?? 'none';
  if (topicArn === 'none') return { kind: 'none' };
  const [, , , region = '', accountId = ''] = topicArn.split(':');
  const isHere = location?.region === region && location.accountId === accountId;
  if (!isHere) return { kind: 'elsewhere', topicArn };
  return { kind: 'here', topicArn, subscriptions: await listSubscriptions(sns, topicArn) };
}
