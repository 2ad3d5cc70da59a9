import { withoutControls } from '../core/annotation.ts';
import { describeActivity, labelOf } from '../core/assess-credential.ts';
import type { ReturningCredential } from '../core/earlier-revocations.ts';
import { formatDate, formatInstant, type Instant } from '../core/instant.ts';
import { describeLastUse, describePlace, mailWarning, sendsMail } from '../core/last-use.ts';
import {
  automationRoleArn,
  denyAllPolicyName,
  documentNames,
  functionNames,
  recordsPath,
  secretName,
} from '../core/names.ts';
import { labelsOf, type RetiredPermissions } from '../core/retired-permissions.ts';
import {
  nameOf,
  type RecordedCredential,
  type RevocationRecord,
} from '../core/revocation-record.ts';
import { describeUnjudged, type UnjudgedCounts } from '../core/unjudged.ts';
import type { UserManager } from '../core/user-manager.ts';
import { daysUntil, type Warning } from '../core/warnings.ts';
import type { FunctionLocation } from './arns.ts';

/** The values of the message attribute `event`: the detail-types of events, and what is only a message. */
export const messageEvents = [
  'credential-becoming-unused',
  'user-newly-noncompliant',
  'user-not-evaluated',
  'credentials-revoked',
  'credentials-restored',
  'user-retired',
  'access-key-deleted',
  'revocation-refused',
  'records-of-others',
  'revocations-failing',
  'credentials-keep-coming-back',
  'access-keys-will-be-deleted',
  'access-key-deletion-refused',
] as const;
export type MessageEvent = (typeof messageEvents)[number];

/** By these a subscription's filter policy selects messages. */
export interface MessageAttributes {
  readonly event: MessageEvent;
  readonly account: string;
  /** Both are missing in a message about several users or about one who was not read. */
  readonly userName?: string;
  readonly owner?: string;
}

/** What a function publishes. An SNS subject is ASCII of at most 100 characters. */
export interface TopicMessage {
  readonly subject: string;
  readonly message: string;
  readonly attributes: MessageAttributes;
}

/** A user as messages name them. */
export interface NamedUser {
  readonly userName: string;
  readonly userId: string;
  readonly owner: string;
}

/** What a scheduled run found that people must know. */
interface ScheduledFindings {
  /** 12 digits, or a word if it is not known. */
  readonly accountId: string;
  readonly ruleName: string;
  /** The newly NON_COMPLIANT users. */
  readonly users: readonly { readonly userName: string; readonly annotation: string }[];
  /** The users to warn about, with the credentials that become unused soon. */
  readonly warned: readonly { readonly userName: string; readonly warnings: readonly Warning[] }[];
  /** The names of users without a verdict, whose earlier results stand. */
  readonly undecided: readonly string[];
  /** The number of NON_COMPLIANT users in this run, including the new ones. */
  readonly nonCompliant: number;
  readonly now: Instant;
  /** Whose users these are; null for the users of everyone. */
  readonly owner: string | null;
  readonly unjudged: UnjudgedFindings;
}

/** The credentials that a run does not evaluate, of the users of a digest. */
export interface UnjudgedFindings {
  readonly counts: UnjudgedCounts;
  /** Why the service-specific credentials could not be read; null if they were. */
  readonly problem: string | null;
}

/** SNS accepts messages of 256 KB. This many users with the longest annotations stay below 110 KB. */
const longestList = 100;

/** Lists at most 100 users or credentials of each kind, and counts the rest. At least one list is not empty. */
export function describeDigest(found: ScheduledFindings): TopicMessage {
  const { users, warned, undecided, nonCompliant, owner, now } = found;
  const [accountId, ruleName] = [withoutControls(found.accountId), withoutControls(found.ruleName)];
  const subject =
    users.length > 0
      ? `Newly NON_COMPLIANT: ${count(users.length)} in account ${accountId}`
      : warned.length > 0
        ? `Becoming unused soon: credentials of ${count(warned.length)} in account ${accountId}`
        : `Not evaluated: ${count(undecided.length)} in account ${accountId}`;
  const reasons = users.map(({ userName, annotation }) => `${userName}: ${annotation}`);
  const newOnes = `AWS Config rule ${ruleName} found ${count(users.length)} newly NON_COMPLIANT in account ${accountId}:`;
  const openOnes = `AWS Config rule ${ruleName} could not evaluate ${count(undecided.length)} in account ${accountId}:`;
  return {
    attributes: {
      event:
        users.length > 0
          ? 'user-newly-noncompliant'
          : warned.length > 0
            ? 'credential-becoming-unused'
            : 'user-not-evaluated',
      account: accountId,
      ...(owner === null ? {} : { owner }),
    },
    subject: subject.slice(0, 100),
    message: [
      ...(owner === null ? [] : [`Owner: ${owner}`, '']),
      ...(users.length > 0 ? [newOnes, ...list(reasons), ''] : []),
      ...(warned.length > 0
        ? [
            'These credentials become unused soon. Whoever needs one can use it before the date:',
            ...list(
              warned.flatMap(({ userName, warnings }) =>
                warnings.map((warning) => `${userName}: ${describeWarning(warning, now)}`),
              ),
            ),
            '',
          ]
        : []),
      ...(undecided.length > 0
        ? [
            openOnes,
            ...list(undecided),
            'Their credentials look unused, but no row of the credential report is certainly theirs.',
            'Their earlier results stay until a newer report. A user who is renamed again and again can cause this.',
            '',
          ]
        : []),
      `NON_COMPLIANT in total${owner === null ? '' : ' for this owner'}: ${count(nonCompliant)}.`,
      ...describeUnjudgedFindings(found.unjudged),
      `For the current list, open the AWS Config console, choose Rules, then ${ruleName}.`,
      'If automatic remediation is on, it revokes the unused credentials.',
    ].join('\n'),
  };
}

function describeUnjudgedFindings({ counts, problem }: UnjudgedFindings): string[] {
  const sentences = [
    describeUnjudged(counts),
    problem === null ? null : `Service-specific credentials could not be counted: ${problem}.`,
  ].filter((sentence) => sentence !== null);
  return sentences.length === 0 ? [] : [withoutControls(sentences.join(' '))];
}

/** For example `key 1 (used 2026-11-09) becomes unused 2026-12-24, in 14 days`. */
export function describeWarning({ credential, at }: Warning, now: Instant): string {
  const days = daysUntil(at, now);
  const inDays = days === 1 ? 'in 1 day' : `in ${days} days`;
  const what = `${labelOf(credential)} (${describeActivity(credential)})`;
  return `${what} becomes unused ${formatDate(at)}, ${inDays}`;
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

/**
 * The notification of a document, which passes each text on by itself. An SNS subject is ASCII of at most 100
 * characters, and no text is empty.
 */
export interface Notification {
  readonly Subject: string;
  readonly Message: string;
  /** The message attributes, with UserName. */
  readonly Event: MessageEvent;
  readonly Account: string;
  readonly Owner: string;
}

/** Whether a restoration can issue a new password in this deployment, or a person must create one. */
export type Passwords = 'Issued' | 'ByHand';

/** Reads the variable PASSWORDS. The stack also writes `None`, where nobody confirmed that people create passwords. */
export function parsePasswords(text: string | undefined): Passwords {
  return text === 'Issued' ? 'Issued' : 'ByHand';
}

/**
 * Contains the commands that restore every revocation of the user. They notify the topic too, unless it is null.
 * `hasPassword` matters only if the record says that a password was replaced.
 */
export function describeRevoked(
  record: RevocationRecord,
  location: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
  { owner, hasPassword = false }: { readonly owner: string; readonly hasPassword?: boolean },
): Notification {
  const { userName, userId, accountId, name } = record;
  const withPassword = record.credentials.some(({ type }) => type === 'password');
  const keys = record.credentials.filter(({ type }) => type === 'access-key');
  const onlyPassword = isOnlyPassword(record);
  const replaces = record.credentials.some(({ action }) => action === 'Replace');
  // An earlier revocation, which the command also undoes, may have deleted a password.
  const issues = passwords === 'Issued';
  const byHand = withPassword && passwords === 'ByHand';
  const what = issues
    ? 'To reactivate deactivated access keys and, if a password was deleted, issue a new one:'
    : 'To reactivate deactivated access keys:';
  const restore = [what, ...howToRestore(record, location, topicArn, passwords)];
  return {
    ...{ Event: 'credentials-revoked', Account: accountId, Owner: owner },
    Subject: `Unused IAM credentials revoked: ${userName}`,
    Message: [
      `Unused credentials of IAM user ${userName} (${userId}) in account ${accountId} were revoked:`,
      ...record.credentials.map((credential) => `- ${describeRecorded(credential)}`),
      ...(replaces ? [describeReplacement(record, hasPassword)] : []),
      ...(sendsMail(userName, keys) ? [`The user ${mailWarning}.`] : []),
      `Record: ${name}`,
      ...(onlyPassword && (byHand || (replaces && hasPassword)) ? [] : ['', ...restore]),
      ...(byHand ? ['', ...createPasswordByHand(userName)] : []),
    ].join('\n'),
  };
}

/** The commands that restore every revocation of the user. */
function howToRestore(
  record: RevocationRecord,
  location: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
): string[] {
  const { userId, ruleName, executionId } = record;
  const [start, parameters] = restorationCommand(record, location, topicArn, passwords);
  return [
    `  ${start} \\`,
    `    ${parameters}`,
    'or, with the command line of this project installed:',
    `  unused-iam-credentials restore ${userId} --rule ${ruleName}${passwords === 'Issued' ? ' --password' : ''}`,
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
  owner: string,
): Notification {
  const { userName, userId, accountId, name, credentials } = record;
  const withPassword = credentials.some(({ type }) => type === 'password');
  const keys = credentials.filter(({ type }) => type === 'access-key');
  const { mfaDevices } = removed;
  return {
    ...{ Event: 'user-retired', Account: accountId, Owner: owner },
    Subject: `IAM user retired: ${userName}`,
    Message: [
      `Inactive IAM user ${userName} (${userId}) in account ${accountId} was retired. The policy ${denyAllPolicyName} denies the user everything.`,
      ...credentials.map((credential) => `- ${describeRecorded(credential)}`),
      ...labelsOf(removed).map((label) => `- ${label}: removed`),
      ...(sendsMail(userName, keys) ? [`The user ${mailWarning}.`] : []),
      `Record: ${name}`,
      '',
      'To restore the user:',
      ...howToRestore(record, location, topicArn, passwords),
      ...(mfaDevices.length === 0
        ? []
        : ['', 'MFA devices cannot be restored. The user must register them again.']),
      ...(withPassword && passwords === 'ByHand' ? ['', ...createPasswordByHand(userName)] : []),
    ].join('\n'),
  };
}

function isOnlyPassword({ credentials }: RevocationRecord): boolean {
  return credentials.every(({ type }) => type === 'password');
}

/** The command of the AWS CLI that restores every revocation of the user, and its parameters. */
function restorationCommand(
  { userId, accountId, ruleName }: RevocationRecord,
  { partition, region }: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
): readonly [command: string, parameters: string] {
  const parameters = [
    `IAMResourceId=${userId}`,
    'RevocationId=All',
    `ConfigRuleName=${ruleName}`,
    ...(passwords === 'Issued' ? ['RestorePassword=true'] : []),
    ...(topicArn === null ? [] : [`NotificationTopicArn=${topicArn}`]),
    `AutomationAssumeRole=${automationRoleArn(documentNames.restore, { partition, accountId, region })}`,
  ];
  return [
    `aws ssm start-automation-execution --region ${region} --document-name ${documentNames.restore}`,
    `--parameters ${parameters.join(',')}`,
  ];
}

/** The same command on one line; null if this deployment cannot restore anything of the record. */
export function undoCommand(
  record: RevocationRecord,
  location: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
): string | null {
  if (passwords === 'ByHand' && isOnlyPassword(record)) return null;
  return restorationCommand(record, location, topicArn, passwords).join(' ');
}

const done = { Deactivate: 'deactivated', Delete: 'deleted', Replace: 'deleted' } as const;

function describeReplacement(
  { userId, executionId }: RevocationRecord,
  hasPassword: boolean,
): string {
  return hasPassword
    ? `The user has a new password, which is in the secret ${secretName(userId, executionId)}. They must change it at the first sign-in.`
    : 'No new password was issued. The failed step of the execution says why. To issue one, restore the password as below.';
}

function describeRecorded(credential: RecordedCredential): string {
  const lastUse = describePlace(credential) === null ? '' : `; ${describeLastUse(credential)}`;
  return `${nameOf(credential)}: ${done[credential.action]}; ${credential.reason}${lastUse}`;
}

function createPasswordByHand(userName: string): string[] {
  return [
    'This deployment cannot issue a new password. To create one by hand:',
    `  aws iam create-login-profile --user-name ${userName} --password-reset-required --password '<new password>'`,
  ];
}

/** What was restored for a user. */
export interface Restored extends NamedUser {
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
  const { staysOff, secretName, owner } = what;
  return {
    ...{ Event: 'credentials-restored', Account: accountId, Owner: owner },
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

/** The user of a refused request. Name and owner are missing unless they were read. */
export interface RefusedUser extends Partial<NamedUser> {
  readonly userId: string;
}

/** What a document does to a user, as a refusal names it. */
const attempts = {
  restore: { title: 'Restoration of IAM credentials', noun: 'restoration' },
  retire: { title: 'Retirement of an IAM user', noun: 'retirement' },
} as const;

/** A security alert: a record is not genuine, AWS quarantined the user, or the starter may not do this. */
export function describeRefusal(
  what: keyof typeof attempts,
  { userId, userName, owner }: RefusedUser,
  { accountId, region }: FunctionLocation,
  reason: string,
  now: Instant,
): TopicMessage {
  const { title, noun } = attempts[what];
  return {
    attributes: {
      ...{ event: 'revocation-refused', account: accountId },
      ...(userName === undefined ? {} : { userName }),
      ...(owner === undefined ? {} : { owner }),
    },
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
    attributes: { event: 'revocation-refused', account: accountId },
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
    attributes: { event: 'records-of-others', account: accountId },
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
  { userName, userId, owner }: NamedUser,
  { accountId, region }: FunctionLocation,
): TopicMessage {
  return {
    attributes: { event: 'revocations-failing', account: accountId, userName, owner },
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

/** A user whose credentials keep coming back. */
interface ReturningUser extends NamedUser {
  /** Null if no tag says it. */
  readonly manager: UserManager | null;
  /** The tag that exempts users until a date. */
  readonly exemptionTag: string;
}

/** An alert about credentials that somebody made usable again after each of several revocations. */
export function describeReturningCredentials(
  { userName, userId, owner, manager, exemptionTag }: ReturningUser,
  credentials: readonly ReturningCredential[],
  { accountId, region }: FunctionLocation,
): TopicMessage {
  const list = credentials.map(({ revokedAt, heldUntil, ...credential }) => {
    const when = revokedAt.map(formatInstant).join(', ');
    return `- ${nameOf(credential)}: revoked ${revokedAt.length} times within 30 days: ${when}. It is left as it is until ${formatInstant(heldUntil)}`;
  });
  const isManaged = manager === null ? null : `Tag ${manager.tag} says what manages the user.`;
  return {
    attributes: { event: 'credentials-keep-coming-back', account: accountId, userName, owner },
    subject: `Credentials keep coming back: ${userName}`.slice(0, 100),
    message: [
      `After each revocation, somebody made credentials of IAM user ${userName} (${userId}) in account ${accountId}, ${region}, usable again:`,
      ...list,
      '',
      'The credentials are unused and can be used. Automatic revocations of them have stopped, so that two tools do not work against each other.',
      ...(isManaged === null ? [] : [isManaged]),
      ...whatToChange(credentials, manager),
      `Or, if the credentials must stay, exempt the user: set the tag ${exemptionTag} to a date.`,
      'To revoke the credentials once more now, run the document as a person, for example:',
      `  unused-iam-credentials revoke ${userId}`,
    ].join('\n'),
  };
}

function whatToChange(
  credentials: readonly ReturningCredential[],
  manager: UserManager | null,
): string[] {
  const hasKey = credentials.some(({ type }) => type === 'access-key');
  const hasPassword = credentials.some(({ type }) => type === 'password');
  const only = (applies: boolean, line: string) => (applies ? [line] : []);
  switch (manager?.kind) {
    case 'CloudFormation':
      return [
        'In the template of the stack:',
        ...only(hasKey, '- set Status of the AWS::IAM::AccessKey to Inactive, or remove the key'),
        ...only(hasPassword, '- remove LoginProfile of the AWS::IAM::User'),
        'Then update the stack.',
      ];
    case 'Terraform':
      return [
        'In the Terraform module:',
        ...only(hasKey, '- set status of the aws_iam_access_key to "Inactive", or remove the key'),
        ...only(hasPassword, '- remove the aws_iam_user_login_profile'),
        'Then apply the configuration.',
      ];
    default:
      return [
        'Find out what does it. In the event history of AWS CloudTrail, in the Region that has the events of IAM, look for:',
        ...only(hasKey, '- UpdateAccessKey with status Active'),
        ...only(hasPassword, '- CreateLoginProfile'),
        'Then change that tool, so that it leaves the credentials off or removes them.',
      ];
  }
}

function whereReasonIs(line: string, functionName: string, region: string): string[] {
  return [
    `The line "${line}" of the function's log says more. To find the log group:`,
    `  aws lambda get-function-configuration --region ${region} --function-name ${functionName} --query LoggingConfig.LogGroup`,
  ];
}
