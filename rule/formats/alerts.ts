import { withoutControls } from '../core/annotation.ts';
import type { FunctionLocation } from '../core/arns.ts';
import type { ReturningCredential } from '../core/earlier-revocations.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { automationRoleArn, documentNames, functionNames, recordsPath } from '../core/names.ts';
import { nameOf } from '../core/revocation-record.ts';
import type { UserManager } from '../core/user-manager.ts';
import type { NamedUser, TopicMessage } from './messages.ts';

/** SNS accepts messages of 256 KB, and a reason may name hundreds of records. */
const longestReason = 4_000;

/** The user of a refused request. Name and owner are missing unless they were read. */
export interface RefusedUser extends Partial<NamedUser> {
  readonly userId: string;
}

/** How the text of a refusal names each document. */
const attempts = {
  restore: { title: 'Restoration of IAM credentials', noun: 'restoration' },
  retire: { title: 'Retirement of an IAM user', noun: 'retirement' },
} as const;

/**
 * A security alert. The reason is that a record is not genuine, AWS quarantined the user, or the person or service
 * that started the execution may not do this.
 */
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

/** A security alert: somebody changed or deleted what a retirement recorded. The restoration of the rest goes on. */
export function describeDamagedRecord(
  { userId, userName, owner }: NamedUser,
  { accountId, region }: FunctionLocation,
  reason: string,
  now: Instant,
): TopicMessage {
  return {
    attributes: { event: 'revocation-refused', account: accountId, userName, owner },
    subject: `Record of a retirement is damaged: ${userId}`.slice(0, 100),
    message: [
      `At ${formatInstant(now)}, a restoration of IAM user ${userName} (${userId}) in account ${accountId}, ${region}, found that someone changed or deleted a record of the user's retirement:`,
      withoutControls(reason).slice(0, longestReason),
      '',
      'The restoration uses nothing from these parameters, and restores the rest. If AWSDenyAll is attached, it stays attached. Find out who caused this before you give the user more permissions.',
      'Then see docs/undo.md, A damaged record of a retirement.',
    ].join('\n'),
  };
}

/** What a refused request asked for, by the function that refused it. */
const requests = {
  issuePassword: { subject: 'New password refused', what: 'a new password' },
  restorePermissions: { subject: 'Permissions refused', what: 'permissions' },
} as const;

/** A security alert. It omits the reason, because the reason quotes text from the caller, who may be anyone with permission to invoke the function. */
export function describeRequestRefusal(
  refused: keyof typeof requests,
  { userId, userName, owner, executionId }: RefusedUser & { readonly executionId: string },
  { accountId, region }: FunctionLocation,
  now: Instant,
): TopicMessage {
  const { subject, what } = requests[refused];
  return {
    attributes: {
      ...{ event: 'revocation-refused', account: accountId },
      ...(userName === undefined ? {} : { userName }),
      ...(owner === undefined ? {} : { owner }),
    },
    subject: `${subject}: ${userId}`.slice(0, 100),
    message: [
      `A request for ${what} for IAM user ${userId} in account ${accountId}, ${region}, was refused at ${formatInstant(now)}. It named execution ${executionId}.`,
      'No credential was changed. Find out who made the request: see docs/operations.md, Messages.',
      ...whereReasonIs('refused', functionNames[refused], region),
    ].join('\n'),
  };
}

/** A security alert. It omits the names of the parameters, because an unknown principal chose them. */
export function describeUnknownRecords(
  found: number,
  { accountId, region }: FunctionLocation,
): TopicMessage {
  const parameters = found === 1 ? '1 parameter' : `${found} parameters`;
  return {
    attributes: { event: 'records-of-others', account: accountId },
    subject: `Unknown records in account ${accountId}`,
    message: [
      `In the last 24 hours, someone other than this project wrote ${parameters} below ${recordsPath} in account ${accountId}, ${region}.`,
      'They do not count as revocations, and this revocation continues. A restoration of a user with such a record is refused.',
      'Find out who wrote them, then delete them.',
      ...whereReasonIs('records of others', functionNames.planRevocation, region),
      'or, with the command line of this project installed, list them:',
      '  unused-iam-credentials doctor',
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
      'Until a revocation succeeds, automatic executions for this user stop when half of MaxRevocationsPerDay is used. The other half stays available for other users.',
      'To find out why:',
      `  aws ssm describe-automation-executions --region ${region} --filters Key=DocumentNamePrefix,Values=${documentNames.revoke} Key=ExecutionStatus,Values=Failed`,
      'Fix the cause (docs/operations.md, When something fails). Then run the document for this user again.',
    ].join('\n'),
  };
}

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
  location: FunctionLocation,
): TopicMessage {
  const { accountId, region } = location;
  const role = automationRoleArn(documentNames.revoke, location);
  const list = credentials.map(({ revokedAt, heldUntil, ...credential }) => {
    const when = revokedAt.map(formatInstant).join(', ');
    return `- ${nameOf(credential)}: revoked ${revokedAt.length} times within 30 days: ${when}. It is not revoked again before ${formatInstant(heldUntil)}`;
  });
  const isManaged = manager === null ? null : `Tag ${manager.tag} shows what manages the user.`;
  return {
    attributes: { event: 'credentials-keep-coming-back', account: accountId, userName, owner },
    subject: `Credentials keep coming back: ${userName}`,
    message: [
      `After each revocation, somebody made credentials of IAM user ${userName} (${userId}) in account ${accountId}, ${region}, usable again:`,
      ...list,
      '',
      'The credentials are unused, but can still be used. Automatic executions no longer revoke them, so that two tools do not work against each other.',
      ...(isManaged === null ? [] : [isManaged]),
      ...whatToChange(credentials, manager),
      `Or, if the credentials must stay, exempt the user: set the tag ${exemptionTag} to a date.`,
      'To revoke the credentials again now, start the document yourself:',
      `  aws ssm start-automation-execution --region ${region} --document-name ${documentNames.revoke} \\`,
      `    --parameters IAMResourceId=${userId},AutomationAssumeRole=${role}`,
      'or, with the command line of this project installed:',
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
        'Find out which tool does this. In the CloudTrail event history of the Region that records IAM events, look for:',
        ...only(hasKey, '- UpdateAccessKey with status Active'),
        ...only(hasPassword, '- CreateLoginProfile'),
        'Then configure that tool to keep the credentials inactive or to remove them.',
      ];
  }
}

function whereReasonIs(line: string, functionName: string, region: string): string[] {
  return [
    `For details, see the line "${line}" in the function's log. To find the log group:`,
    `  aws lambda get-function-configuration --region ${region} --function-name ${functionName} --query LoggingConfig.LogGroup`,
  ];
}

/** The reason why a restoration of a user with such a policy is refused. */
export function describeQuarantine(policy: string): string {
  return `policy ${policy} quarantines the user, because one of their access keys leaked`;
}

/** Why a parameter in the place of a record stops every restoration of its user. */
export function describeForged({
  name,
  why,
  writer,
}: {
  readonly name: string;
  readonly why: string;
  readonly writer: string;
}): string {
  return `${name} is not a genuine record: ${why}; written by ${writer}`;
}
