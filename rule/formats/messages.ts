import type { FunctionLocation } from '../core/arns.ts';
import { describeLastUse, describePlace, mailWarning, sendsMail } from '../core/last-use.ts';
import { automationRoleArn, denyAllPolicyName, documentNames, secretName } from '../core/names.ts';
import { labelsOf, type RetiredPermissions } from '../core/retired-permissions.ts';
import {
  nameOf,
  type RecordedCredential,
  type RevocationRecord,
} from '../core/revocation-record.ts';

/** The values of the message attribute `event`. Most have an EventBridge event of the same name, see `DetailType`. */
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

/** A subscription's filter policy can select messages by these attributes. */
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

/**
 * A notification that a document publishes. The document passes each text separately. The subject is ASCII of at
 * most 100 characters, and no text is empty.
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
  { owner, hasPassword }: { readonly owner: string; readonly hasPassword?: boolean },
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
  record: RevocationRecord,
  location: FunctionLocation,
  topicArn: string | null,
  passwords: Passwords,
): readonly [command: string, parameters: string] {
  return startRestoration(record, location, [
    ...(passwords === 'Issued' ? ['RestorePassword=true'] : []),
    ...(topicArn === null ? [] : [`NotificationTopicArn=${topicArn}`]),
  ]);
}

/** The command of the AWS CLI that restores one deactivated access key, on one line, with placeholders for the IDs. */
export function restoreKeyCommand(
  record: Pick<RevocationRecord, 'accountId' | 'ruleName'>,
  location: FunctionLocation,
): string {
  const { accountId, ruleName } = record;
  const of = { accountId, ruleName, userId: "'<user ID>'" };
  return startRestoration(of, location, ["AccessKeyId='<access key ID>'"]).join(' ');
}

function startRestoration(
  { userId, accountId, ruleName }: Pick<RevocationRecord, 'userId' | 'accountId' | 'ruleName'>,
  { partition, region }: FunctionLocation,
  more: readonly string[],
): readonly [command: string, parameters: string] {
  const parameters = [
    `IAMResourceId=${userId}`,
    'RevocationId=All',
    `ConfigRuleName=${ruleName}`,
    ...more,
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
  const onlyCredentials = record.retirement === undefined;
  if (onlyCredentials && passwords === 'ByHand' && isOnlyPassword(record)) return null;
  return restorationCommand(record, location, topicArn, passwords).join(' ');
}

const done = { Deactivate: 'deactivated', Delete: 'deleted', Replace: 'deleted' } as const;

function describeReplacement(
  { userId, executionId }: RevocationRecord,
  hasPassword?: boolean,
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
  /** What the plan does not restore and why, in words; null if it restores everything. */
  readonly staysOff: string | null;
  readonly exemptUntil: string;
  /** The name of the secret that holds the new password; null if none was issued. */
  readonly secretName: string | null;
}

/** Sent when a restoration has restored everything in its plan. */
export function describeRestored(what: Restored): Notification {
  const { userName, userId, accountId, restored, notRestored, exemptUntil } = what;
  const { staysOff, secretName, owner } = what;
  const unrestored = [...notRestored, ...(staysOff === null ? [] : [staysOff])];
  return {
    ...{ Event: 'credentials-restored', Account: accountId, Owner: owner },
    Subject: `IAM credentials restored: ${userName}`,
    Message: [
      `Restored for IAM user ${userName} (${userId}) in account ${accountId}:`,
      ...restored.map((credential) => `- ${credential}`),
      ...(unrestored.length === 0 ? [] : ['Not restored:']),
      ...unrestored.map((credential) => `- ${credential}`),
      '',
      ...(secretName === null ? [] : [`The new password is in the secret ${secretName}.`]),
      `The user is exempt until ${exemptUntil}. Credentials that are still unused then can be revoked again.`,
    ].join('\n'),
  };
}
