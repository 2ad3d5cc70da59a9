import { listSubscriptions, type Subscription } from '../../../rule/aws/sns-subscriptions.ts';
import { splitArn } from '../../../rule/core/arns.ts';
import {
  type Check,
  type Finding,
  ok,
  redeploy,
  type Sources,
  setParameter,
  warning,
  wrong,
} from '../check.ts';

/** The topic that the remediation names. */
type Topic =
  | { readonly kind: 'no remediation' }
  | { readonly kind: 'none' }
  /** The topic is in another account or Region. */
  | { readonly kind: 'foreign'; readonly topicArn: string }
  | {
      readonly kind: 'own';
      readonly topicArn: string;
      /** Null if there is no such topic. */
      readonly subscriptions: readonly Subscription[] | null;
    };

const subscribe = setParameter('NotificationEmail');

/** Checks that the topic of the remediation has confirmed subscriptions. */
export const subscriptions: Check<Topic> = {
  id: 'subscriptions',
  read: readTopic,
  judge,
};

function judge(topic: Topic): Finding {
  switch (topic.kind) {
    case 'no remediation':
      return warning(
        'no one is notified: the rule has no remediation, so it has no topic',
        redeploy,
      );
    case 'none':
      return warning('no one is notified: the remediation names no topic', redeploy);
    case 'foreign':
      return ok(
        `${topic.topicArn} is in another account or Region, so its subscriptions are not checked`,
      );
    case 'own':
      return judgeSubscriptions(topic.topicArn, topic.subscriptions);
  }
}

function judgeSubscriptions(topicArn: string, found: readonly Subscription[] | null): Finding {
  if (found === null) return wrong(`there is no topic ${topicArn}`, redeploy);
  const confirmed = found.filter(({ arn }) => arn.startsWith('arn:'));
  const pending = found.filter(({ arn }) => arn === 'PendingConfirmation');
  if (confirmed.length === 0 && pending.length === 0) {
    return wrong(`no one is notified: ${topicArn} has no subscription`, subscribe);
  }
  const count = `${confirmed.length} confirmed`;
  if (pending.length === 0) return ok(`subscriptions: ${count}`);
  const endpoints = pending.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`).join(', ');
  const finding = `subscriptions: ${count}; not confirmed yet: ${endpoints}`;
  const confirm = `open the link in the message from AWS, or subscribe again in SNS → Topics → ${splitArn(topicArn).resource}`;
  return confirmed.length === 0 ? wrong(finding, confirm) : warning(finding, confirm);
}

/**
 * Lists the subscriptions only if the topic is in this account and Region, because others usually deny the request.
 */
async function readTopic({ remediation, location, clients }: Sources): Promise<Topic> {
  const configured = await remediation();
  if (configured === null) return { kind: 'no remediation' };
  const topicArn = configured.parameters.get('NotificationTopicArn')?.text ?? 'none';
  if (topicArn === 'none') return { kind: 'none' };
  const { region, accountId } = splitArn(topicArn);
  const here = await location();
  if (here?.region !== region || here.accountId !== accountId) return { kind: 'foreign', topicArn };
  return { kind: 'own', topicArn, subscriptions: await listSubscriptions(clients.sns, topicArn) };
}
