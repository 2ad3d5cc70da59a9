import { formatInstant, type Instant } from '../core/instant.ts';
import { automationRoleArn, documentNames, functionNames } from '../core/names.ts';
import { nameOf, type RevocationRecord } from '../core/revocation-record.ts';
import type { FunctionLocation } from './arns.ts';

/** What is published of a scheduled run: an SNS subject is ASCII of at most 100 characters. */
export interface Digest {
  readonly subject: string;
  readonly message: string;
}

/** Whom a scheduled run found NON_COMPLIANT, and where. */
export interface NewNonCompliance {
  /** 12 digits, or a word where it is not known. */
  readonly accountId: string;
  readonly ruleName: string;
  /** Those who are newly NON_COMPLIANT. */
  readonly users: readonly { readonly userName: string; readonly annotation: string }[];
  /** How many users are NON_COMPLIANT by this run, the new ones included. */
  readonly nonCompliant: number;
}

/** SNS takes messages of 256 KB; so many users with the longest annotations stay below 110 KB. */
const longestList = 100;

/**
 * Takes whom a scheduled run found. Gives back how many are new, who they are (100 of them, the rest
 * counted) and why, how many there are in all, where to look, and what happens next.
 */
export function describeNewNonCompliance(found: NewNonCompliance): Digest {
  const { users, nonCompliant } = found;
  const [accountId, ruleName] = [onOneLine(found.accountId), onOneLine(found.ruleName)];
  const more = users.length - longestList;
  const subject = `Newly NON_COMPLIANT: ${count(users.length)} in account ${accountId}`;
  return {
    subject: subject.slice(0, 100),
    message: [
      `${count(users.length)} newly NON_COMPLIANT in account ${accountId}, by AWS Config rule ${ruleName}:`,
      ...users
        .slice(0, longestList)
        .map(({ userName, annotation }) => `- ${onOneLine(userName)}: ${onOneLine(annotation)}`),
      ...(more > 0 ? [`and ${more} more, whom the log of ${functionNames.evaluate} names`] : []),
      '',
      `In all, this run found ${count(nonCompliant)} NON_COMPLIANT.`,
      `Who they are now: AWS Config console, Rules, ${ruleName}.`,
      'Automatic remediation, if it is switched on, revokes what is unused.',
    ].join('\n'),
  };
}

function count(users: number): string {
  return users === 1 ? '1 IAM user' : `${users} IAM users`;
}

/** Names and annotations come from the account: none may break the list, or steer a terminal or mail. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Z}\p{C}]+/gu, ' ');
}

/** What is published: an SNS subject is ASCII of at most 100 characters. */
export interface Notification {
  readonly Subject: string;
  readonly Message: string;
}

/** Takes what was revoked, where, and the topic that is told, or null. Gives back who, what, why, and the commands that restore it. */
export function describeRevoked(
  record: RevocationRecord,
  location: FunctionLocation,
  topicArn: string | null,
): Notification {
  const { userName, userId, accountId, executionId, name, ruleName } = record;
  const { partition, region } = location;
  const withPassword = record.credentials.some(({ type }) => type === 'password');
  const [option, parameter] = withPassword ? [' --password', 'RestorePassword=true,'] : ['', ''];
  const topic = topicArn === null ? '' : `NotificationTopicArn=${topicArn},`;
  const role = automationRoleArn(documentNames.restore, { partition, accountId, region });
  return {
    Subject: `Unused IAM credentials revoked: ${userName}`,
    Message: [
      `Unused credentials of IAM user ${userName} (${userId}) in account ${accountId} were revoked:`,
      ...record.credentials.map(
        (credential) =>
          `- ${nameOf(credential)}: ${credential.action === 'Delete' ? 'deleted' : 'deactivated'}; ${credential.reason}`,
      ),
      '',
      `Record: ${name}`,
      'To restore what can be restored:',
      `  unused-iam-credentials restore ${userId} --revocation ${executionId} --rule ${ruleName}${option}`,
      'or, with the AWS CLI:',
      `  aws ssm start-automation-execution --region ${region} --document-name ${documentNames.restore} \\`,
      `    --parameters IAMResourceId=${userId},RevocationId=${executionId},ConfigRuleName=${ruleName},${parameter}${topic}AutomationAssumeRole=${role}`,
    ].join('\n'),
  };
}

/** What was restored of whom. */
export interface Restored {
  readonly userName: string;
  readonly userId: string;
  readonly accountId: string;
  readonly restored: readonly string[];
  readonly notRestored: readonly string[];
  readonly exemptUntil: string;
  /** The name of the secret that holds the new password; null where none was issued. */
  readonly secretName: string | null;
}

/** Takes what was restored. Gives back who, what, and until when the user is exempt. */
export function describeRestored(what: Restored): Notification {
  const { userName, userId, accountId, restored, notRestored, exemptUntil, secretName } = what;
  const secret = secretName === null ? [] : [`The new password is in the secret ${secretName}.`];
  return {
    Subject: `IAM credentials restored: ${userName}`,
    Message: [
      `Credentials of IAM user ${userName} (${userId}) in account ${accountId} can be used again:`,
      ...restored.map((credential) => `- ${credential}`),
      ...notRestored.map((credential) => `- not ${credential}`),
      '',
      ...secret,
      `The user is exempt until ${exemptUntil}; what is not used by then is revoked again.`,
    ].join('\n'),
  };
}

/** Takes whose restoration was refused, why, and when. Gives back the alert. */
export function describeRefusal(
  userId: string,
  accountId: string,
  reason: string,
  now: Instant,
): Notification {
  return {
    Subject: `Restoration of IAM credentials refused: ${userId}`.slice(0, 100),
    Message: [
      `Restoring credentials of IAM user ${userId} in account ${accountId} was refused at ${formatInstant(now)}:`,
      reason,
      '',
      'No credential was changed. Find out who did this before anything is restored.',
    ].join('\n'),
  };
}
