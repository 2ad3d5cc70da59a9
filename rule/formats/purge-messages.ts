import { withoutControls } from '../core/annotation.ts';
import type { FunctionLocation } from '../core/arns.ts';
import { formatDate, formatInstant, type Instant } from '../core/instant.ts';
import { documentNames, functionNames, pauseParameter, protectedTag } from '../core/names.ts';
import { describePurgedKey, type PurgedKey } from '../core/purge-plan.ts';
import {
  type MessageAttributes,
  type NamedUser,
  restoreKeyCommand,
  type TopicMessage,
} from './messages.ts';

/** An access key of a user. */
export interface OwnedKey extends NamedUser {
  readonly accessKeyId: string;
}

/** Groups keys by their owners, or into one list for everyone. Keeps their order. */
export function byOwner<Key extends Pick<NamedUser, 'owner'>>(
  keys: readonly Key[],
  perOwner: boolean,
): readonly (readonly Key[])[] {
  if (!perOwner) return keys.length === 0 ? [] : [keys];
  const owners = [...new Set(keys.map(({ owner }) => owner))];
  return owners.map((owner) => keys.filter((key) => key.owner === owner));
}

/** Includes the user and the owner only if all keys are theirs. Otherwise, a filter policy could hide a key from its owner. */
function aboutUsers(users: readonly NamedUser[]): Pick<MessageAttributes, 'userName' | 'owner'> {
  const [first] = users;
  if (first === undefined) return {};
  const { userId, userName, owner } = first;
  return {
    ...(users.every((user) => user.userId === userId) ? { userName } : {}),
    ...(users.every((user) => user.owner === owner) ? { owner } : {}),
  };
}

/** Names every key that may be deleted soon, from when, and how to keep it. */
export function describeAnnouncement(
  keys: readonly (PurgedKey & Pick<NamedUser, 'owner'>)[],
  ruleName: string,
  location: FunctionLocation,
): TopicMessage {
  const { accountId, region } = location;
  return {
    attributes: {
      ...{ event: 'access-keys-will-be-deleted', account: accountId },
      ...aboutUsers(keys),
    },
    subject: `Access keys will be deleted: ${keys.length} in account ${accountId}`,
    message: [
      `${documentNames.purge} will delete these access keys of account ${accountId}, ${region}. They have been inactive since this project deactivated them:`,
      ...keys.map(
        (key) =>
          `- ${withoutControls(describePurgedKey(key))}; will be deleted on or after ${formatDate(key.deletedFrom)}`,
      ),
      '',
      'A deleted access key cannot be restored. To keep a key, do one of these before that day:',
      '- Restore it:',
      `  ${restoreKeyCommand({ accountId, ruleName }, location)}`,
      '  or, with the command line of this project installed:',
      `  unused-iam-credentials restore --access-key '<access key ID>' --rule ${ruleName}`,
      '- Protect its user:',
      `  aws iam tag-user --user-name '<user name>' --tags Key=${protectedTag},Value=true`,
      `To keep all keys for now, create the SSM parameter ${pauseParameter}. To delete none, set the stack parameter DeleteAfterDays to 0.`,
    ].join('\n'),
  };
}

/** For example `access key AKIA… of frank (AIDA…)`. */
export function describeOwnedKey({
  accessKeyId,
  userName,
  userId,
}: Omit<OwnedKey, 'owner'>): string {
  return `access key ${accessKeyId} of ${userName} (${userId})`;
}

/** The result of an execution that deletes keys. */
export interface PurgedKeys {
  readonly executionId: string;
  /** At least one. */
  readonly deleted: readonly OwnedKey[];
  readonly left: readonly OwnedKey[];
}

/** Names the keys that are gone, and those that could not be deleted. */
export function describePurged(
  { executionId, deleted, left }: PurgedKeys,
  { accountId, region }: FunctionLocation,
): TopicMessage {
  return {
    attributes: {
      ...{ event: 'access-key-deleted', account: accountId },
      ...aboutUsers([...deleted, ...left]),
    },
    subject: `Access keys deleted: ${deleted.length} in account ${accountId}`,
    message: [
      `${documentNames.purge} deleted access keys in account ${accountId}, ${region}, that were deactivated long ago and announced before. They cannot be restored:`,
      ...deleted.map((key) => `- ${describeOwnedKey(key)}`),
      ...(left.length === 0 ? [] : ['Not deleted, because a step failed:']),
      ...left.map((key) => `- ${describeOwnedKey(key)}`),
      `Execution: ${executionId}`,
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
      `The line "refused" in the log of ${functionNames.planPurge} has the same reason.`,
    ].join('\n'),
  };
}
