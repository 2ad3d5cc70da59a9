import { withoutControls } from '../core/annotation.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import {
  automationRoleArn,
  denyAllPolicyName,
  documentNames,
  functionNames,
  recordsPath,
} from '../core/names.ts';
import { labelsOf, type RetiredPermissions } from '../core/retired-permissions.ts';
import {
  nameOf,
  type RecordedCredential,
  type RevocationRecord,
} from '../core/revocation-record.ts';
import type { FunctionLocation } from './arns.ts';

/** What a function publishes. An SNS subject is ASCII of at most 100 characters. */
export interface TopicMessage {
  readonly subject: string;
  readonly message: string;
}

/** What a scheduled run found that people must know. */
interface ScheduledFindings {
  /** 12 digits, or a word if it is not known. */
  readonly accountId: string;
  readonly ruleName: string;
  /** The newly NON_COMPLIANT users. */
  readonly users: readonly { readonly userName: string; readonly annotation: string }[];
  /** The names of users without a verdict, whose earlier results stand. */
  readonly undecided: readonly string[];
  /** The number of NON_COMPLIANT users in this run, including the new ones. */
  readonly nonCompliant: number;
}

/** SNS accepts messages of 256 KB. This many users with the longest annotations stay below 110 KB. */
const longestList = 100;

/** Lists at most 100 newly NON_COMPLIANT and 100 undecided users, and counts the rest. At least one list is not empty. */
export function describeDigest(found: ScheduledFindings): TopicMessage {
  const { users, undecided, nonCompliant } = found;
  const [accountId, ruleName] = [withoutControls(found.accountId), withoutControls(found.ruleName)];
  const subject =
    users.length > 0
      ? `Newly NON_COMPLIANT: ${count(users.length)} in account ${accountId}`
      : `Not evaluated: ${count(undecided.length)} in account ${accountId}`;
  const reasons = users.map(({ userName, annotation }) => `${userName}: ${annotation}`);
  const newOnes = `AWS Config rule ${ruleName} found ${count(users.length)} newly NON_COMPLIANT in account ${accountId}:`;
  const openOnes = `AWS Config rule ${ruleName} could not evaluate ${count(undecided.length)} in account ${accountId}:`;
  return {
    subject: subject.slice(0, 100),
    message: [
      ...(users.length > 0 ? [newOnes, ...list(reasons), ''] : []),
      ...(undecided.length > 0
        ? [
            openOnes,
            ...list(undecided),
            'Their credentials look unused, but no row of the credential report is certainly theirs.',
            'Their earlier results stay until a newer report. A user who is renamed again and again can cause this.',
            '',
          ]
        : []),
      `NON_COMPLIANT in total: ${count(nonCompliant)}.`,
      `For the current list, open the AWS Config console, choose Rules, then ${ruleName}.`,
      'If automatic remediation is on, it revokes the unused credentials.',
    ].join('\n'),
  };
}

function list(lines: readonly string[]): string[] {
  const more = lines.length - longestList;
  return [
    ...lines.slice(0, longestList).map((line) => `- ${withoutControls(line)}`),
    ...(more > 0 ? [`and ${more} more. The log of ${functionNames.evaluate} lists them.`] : []),
  ];
}

function count(users: number): string {
  return users === 1 ? '1 IAM user' : `${users} IAM users`;
}

/** The notification of a document. An SNS subject is ASCII of at most 100 characters. */
export interface Notification {
  readonly Subject: string;
  readonly Message: string;
}

/** Whether a restoration can issue a new password in this deployment, or a person must create one. */
export type Passwords = 'Issued' | 'ByHand';

/** Reads the variable PASSWORDS. The stack also writes `None`, where nobody confirmed that people create passwords. */
export function parsePasswords(text: string | undefined): Passwords {
  return text === 'Issued' ? 'Issued' : 'ByHand';
}

/**
 * Contains the commands that restore every revocation of the user. They notify the topic too, unless it is null.
 */
export function describeRevoked(
  record: RevocationRecord,
  location: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
): Notification {
  const { userName, userId, accountId, name, credentials } = record;
  const withPassword = credentials.some(({ type }) => type === 'password');
  const onlyPassword = credentials.every(({ type }) => type === 'password');
  // An earlier revocation, which the command also undoes, may have deleted a password.
  const issues = passwords === 'Issued';
  const byHand = withPassword && passwords === 'ByHand';
  const what = issues
    ? 'To reactivate deactivated access keys and, if a password was deleted, issue a new one:'
    : 'To reactivate deactivated access keys:';
  const restore = [what, ...howToRestore(record, location, topicArn, issues)];
  return {
    Subject: `Unused IAM credentials revoked: ${userName}`,
    Message: [
      `Unused credentials of IAM user ${userName} (${userId}) in account ${accountId} were revoked:`,
      ...credentials.map(describeRecorded),
      `Record: ${name}`,
      ...(onlyPassword && byHand ? [] : ['', ...restore]),
      ...(byHand ? ['', ...createPasswordByHand(userName)] : []),
    ].join('\n'),
  };
}

function describeRecorded(credential: RecordedCredential): string {
  const done = credential.action === 'Delete' ? 'deleted' : 'deactivated';
  return `- ${nameOf(credential)}: ${done}; ${credential.reason}`;
}

/** The commands that restore every revocation of the user. */
function howToRestore(
  { userId, ruleName, executionId }: RevocationRecord,
  { partition, accountId, region }: FunctionLocation,
  topicArn: string | null,
  issues: boolean,
): string[] {
  const parameters = [
    `IAMResourceId=${userId}`,
    'RevocationId=All',
    `ConfigRuleName=${ruleName}`,
    ...(issues ? ['RestorePassword=true'] : []),
    ...(topicArn === null ? [] : [`NotificationTopicArn=${topicArn}`]),
    `AutomationAssumeRole=${automationRoleArn(documentNames.restore, { partition, accountId, region })}`,
  ];
  return [
    `  aws ssm start-automation-execution --region ${region} --document-name ${documentNames.restore} \\`,
    `    --parameters ${parameters.join(',')}`,
    'or, with the command line of this project installed:',
    `  unused-iam-credentials restore ${userId} --rule ${ruleName}${issues ? ' --password' : ''}`,
    `Both cover all revocations of the user in the last 90 days. To undo only this one, however old, use RevocationId=${executionId} (--revocation ${executionId}).`,
  ];
}

/** The notification of a retirement, with the commands that restore the user and what they cannot give back. */
export function describeRetired(
  record: RevocationRecord,
  removed: RetiredPermissions,
  location: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
): Notification {
  const { userName, userId, accountId, name, credentials } = record;
  const withPassword = credentials.some(({ type }) => type === 'password');
  const { mfaDevices } = removed;
  return {
    Subject: `IAM user retired: ${userName}`,
    Message: [
      `Inactive IAM user ${userName} (${userId}) in account ${accountId} was retired. The policy ${denyAllPolicyName} denies the user everything.`,
      ...credentials.map(describeRecorded),
      ...labelsOf(removed).map((label) => `- ${label}: removed`),
      `Record: ${name}`,
      '',
      'To restore the user:',
      ...howToRestore(record, location, topicArn, passwords === 'Issued'),
      ...(mfaDevices.length === 0
        ? []
        : ['', 'MFA devices cannot be restored. The user must register them again.']),
      ...(withPassword && passwords === 'ByHand' ? ['', ...createPasswordByHand(userName)] : []),
    ].join('\n'),
  };
}

function createPasswordByHand(userName: string): string[] {
  return [
    'This deployment cannot issue a new password. To create one by hand:',
    `  aws iam create-login-profile --user-name ${userName} --password-reset-required --password '<new password>'`,
  ];
}

/** What was restored for a user. */
export interface Restored {
  readonly userName: string;
  readonly userId: string;
  readonly accountId: string;
  readonly restored: readonly string[];
  readonly notRestored: readonly string[];
  /** What the plan leaves off, in words; null for nothing. */
  readonly staysOff: string | null;
  readonly exemptUntil: string;
  /** The name of the secret that holds the new password; null if none was issued. */
  readonly secretName: string | null;
}

/** Sent when everything that a restoration's plan names is back. */
export function describeRestored(what: Restored): Notification {
  const { userName, userId, accountId, restored, notRestored, exemptUntil } = what;
  const { staysOff, secretName } = what;
  return {
    Subject: `IAM credentials restored: ${userName}`,
    Message: [
      `IAM user ${userName} (${userId}) in account ${accountId} got back:`,
      ...restored.map((credential) => `- ${credential}`),
      ...(notRestored.length === 0 ? [] : ['Not restored:']),
      ...notRestored.map((credential) => `- ${credential}`),
      ...(staysOff === null ? [] : [`Stays off: ${staysOff}`]),
      '',
      ...(secretName === null ? [] : [`The new password is in the secret ${secretName}.`]),
      `The user is exempt until ${exemptUntil}. Credentials that are still unused then can be revoked again.`,
    ].join('\n'),
  };
}

/** SNS accepts messages of 256 KB, and a reason may name hundreds of records. */
const longestReason = 4_000;

/** What a document does to a user, as a refusal names it. */
const attempts = {
  restore: { title: 'Restoration of IAM credentials', noun: 'restoration' },
  retire: { title: 'Retirement of an IAM user', noun: 'retirement' },
} as const;

/** A security alert: a record is not genuine, AWS quarantined the user, or the starter may not do this. */
export function describeRefusal(
  what: keyof typeof attempts,
  userId: string,
  { accountId, region }: FunctionLocation,
  reason: string,
  now: Instant,
): TopicMessage {
  const { title, noun } = attempts[what];
  return {
    subject: `${title} refused: ${userId}`.slice(0, 100),
    message: [
      `A ${noun} for IAM user ${userId} in account ${accountId}, ${region}, was refused at ${formatInstant(now)}:`,
      withoutControls(reason).slice(0, longestReason),
      '',
      `No credential was changed. Find out who caused this before you ${what} anything.`,
    ].join('\n'),
  };
}

/** What a function gives back that refuses a request. */
const requests = {
  issuePassword: { subject: 'New password refused', what: 'a new password' },
  restorePermissions: { subject: 'Permissions refused', what: 'permissions' },
} as const;

/** A security alert. Without the reason, which quotes what the caller wrote: anybody may call who may invoke the function. */
export function describeRequestRefusal(
  refused: keyof typeof requests,
  { userId, executionId }: { readonly userId: string; readonly executionId: string },
  { accountId, region }: FunctionLocation,
  now: Instant,
): TopicMessage {
  const { subject, what } = requests[refused];
  return {
    subject: `${subject}: ${userId}`.slice(0, 100),
    message: [
      `A request for ${what} of IAM user ${userId} in account ${accountId}, ${region}, was refused at ${formatInstant(now)}. It named execution ${executionId}.`,
      'No credential was changed. Find out who made the request: see docs/operations.md, Messages.',
      ...whereReasonIs('refused', functionNames[refused], region),
    ].join('\n'),
  };
}

/** A security alert. Without the names of the parameters, which are text of whoever wrote them. */
export function describeForeignRecords(
  found: number,
  { accountId, region }: FunctionLocation,
): TopicMessage {
  const parameters = found === 1 ? '1 parameter' : `${found} parameters`;
  return {
    subject: `Records of others in account ${accountId}`,
    message: [
      `Somebody else wrote ${parameters} below ${recordsPath} in account ${accountId}, ${region}, within 24 hours.`,
      'They do not count as revocations, and this revocation goes on. A restoration of a user with such a record is refused.',
      'Find out who wrote them, then delete them. The command line lists them: unused-iam-credentials doctor',
      ...whereReasonIs('records of others', functionNames.planRevocation, region),
    ].join('\n'),
  };
}

/** An alert about a user whose last two automatic revocations did not succeed. */
export function describeFailingRevocations(
  { userName, userId }: { readonly userName: string; readonly userId: string },
  { accountId, region }: FunctionLocation,
): TopicMessage {
  return {
    subject: `Revocations keep failing: ${userName}`,
    message: [
      `The last two revocations of IAM user ${userName} (${userId}) in account ${accountId}, ${region}, did not succeed.`,
      'Until one does, the user gets only the first half of MaxRevocationsPerDay, so that others are not held up.',
      'To find out why:',
      `  aws ssm describe-automation-executions --region ${region} --filters Key=DocumentNamePrefix,Values=${documentNames.revoke} Key=ExecutionStatus,Values=Failed`,
      'docs/operations.md says what to do for each step. Then run the document for this user.',
    ].join('\n'),
  };
}

function whereReasonIs(line: string, functionName: string, region: string): string[] {
  return [
    `The line "${line}" of the function's log says more. To find the log group:`,
    `  aws lambda get-function-configuration --region ${region} --function-name ${functionName} --query LoggingConfig.LogGroup`,
  ];
}
