import { ExpectedError } from '../../core/errors.ts';
import type { DoctorClients } from '../../gateways/doctor-clients.ts';
import type { RemediationConfiguration } from '../../gateways/remediation-configuration.ts';
import type { RuleLocation } from '../../gateways/rule.ts';
import { listSubscriptions } from '../../gateways/subscriptions.ts';
import type { TopicReading } from './judge-subscriptions.ts';
import type { Reading } from './reading.ts';

/**
 * Takes what was read of the remediation, the client of SNS, and where this is. Gives back the topic that the
 * remediation names, with its subscriptions where it is of this account and Region: others may not list them.
 * Throws AwsError.
 */
export async function readTopic(
  remediation: Reading<RemediationConfiguration | null>,
  { sns }: Pick<DoctorClients, 'sns'>,
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
