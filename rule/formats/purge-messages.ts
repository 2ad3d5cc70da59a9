import { withoutControls } from '../core/annotation.ts';
import { formatDate, formatInstant, type Instant } from '../core/instant.ts';
import { documentNames, functionNames, pauseParameter } from '../core/names.ts';
import { noOwner } from '../core/owner.ts';
import { describePurgedKey, type PurgedKey } from '../core/purge-plan.ts';
import type { FunctionLocation } from './arns.ts';
import type { Notification, TopicMessage } from './messages.ts';

/** Names every key that may be deleted soon, from when, and how to keep it. */
export function describeAnnouncement(
  keys: readonly PurgedKey[],
  { accountId, region }: FunctionLocation,
): TopicMessage {
  return {
    attributes: { event: 'access-keys-will-be-deleted', account: accountId },
    subject: `Access keys will be deleted: ${keys.length} in account ${accountId}`.slice(0, 100),
    message: [
      `${documentNames.purge} will delete these access keys of account ${accountId}, ${region}. They have been off since this project deactivated them:`,
      ...keys.map(
        (key) =>
          `- ${withoutControls(describePurgedKey(key))}; deleted from ${formatDate(key.deletedFrom)} on`,
      ),
      '',
      'A deleted access key cannot be restored. To keep a key, do one of these before that day:',
      '- Restore it: unused-iam-credentials restore --access-key <access key ID>',
      '- Exempt or protect its user (docs/undo.md).',
      `To keep all keys for now, create the SSM parameter ${pauseParameter}. To delete none, set the stack parameter DeleteAfterDays to 0.`,
    ].join('\n'),
  };
}

/** What became of the keys that were to be deleted, each in words. */
interface PurgedKeys {
  readonly deleted: readonly string[];
  readonly left: readonly string[];
}

/** Sent when at least one key was deleted. */
export function describePurged(
  { deleted, left }: PurgedKeys,
  { accountId, region }: FunctionLocation,
): Notification {
  return {
    ...{ Event: 'access-key-deleted', Account: accountId, Owner: noOwner },
    Subject: `Access keys deleted: ${deleted.length} in account ${accountId}`.slice(0, 100),
    Message: [
      `${documentNames.purge} deleted access keys in account ${accountId}, ${region}, that were deactivated long ago and announced before. They cannot be restored:`,
      ...deleted.map((key) => `- ${key}`),
      ...(left.length === 0 ? [] : ['Not deleted, because a step failed:']),
      ...left.map((key) => `- ${key}`),
    ].join('\n'),
  };
}

/** A security alert. */
export function describePurgeRefusal(
  executionId: string,
  reason: string,
  { accountId, region }: FunctionLocation,
  now: Instant,
): TopicMessage {
  return {
    attributes: { event: 'access-key-deletion-refused', account: accountId },
    subject: `Deletion of access keys refused in account ${accountId}`,
    message: [
      `An execution of ${documentNames.purge} in account ${accountId}, ${region}, was refused at ${formatInstant(now)}: ${executionId}.`,
      withoutControls(reason),
      '',
      `No access key was deleted. Find out who started it: aws ssm get-automation-execution --region ${region} --automation-execution-id ${executionId}`,
      `The log of ${functionNames.planPurge} has the same line.`,
    ].join('\n'),
  };
}
