import { AwsError } from '../../aws/call.ts';
import type { Clients } from '../../aws/clients.ts';
import { findUser } from '../../aws/iam-credentials.ts';
import { createLoginProfile, readPasswordPolicy } from '../../aws/iam-login-profile.ts';
import { findQuarantine } from '../../aws/iam-users.ts';
import {
  addVersion,
  findSecret,
  getRandomPassword,
  makeCurrent,
  openSecret,
  removeVersionLabel,
} from '../../aws/secrets.ts';
import { parseArn, secretId } from '../../core/arns.ts';
import { ExpectedError } from '../../core/errors.ts';
import { functionNames, functionRoleArn, secretName } from '../../core/names.ts';
import { type NotRestoredReason, planRestoration } from '../../core/restoration-plan.ts';
import { type PasswordRequest, parsePasswordRequest } from '../../formats/remediation-request.ts';
import { describeNotRestored } from '../../formats/restoration-answer.ts';
import { type Answer, none } from '../../formats/revocation-answer.ts';
import { currentCredentials } from '../../formats/user-snapshot.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  runInvocation,
} from '../invocation.ts';
import { alertRefusedRequest } from '../refused-request.ts';
import { permitPassword, refusal } from './permit.ts';

/** What issue-password runs with. */
interface PasswordDependencies
  extends FunctionDependencies,
    Clients<'iam' | 'config' | 'ssm' | 'secrets'> {
  /** ARN of the only role that may read the secret; `{account}` stands for the account. Empty if the stack has none. */
  readonly readerRoleArn: string;
  readonly ownerTag: string;
}

/**
 * Answers the step IssuePassword of a restoration or a replacement: issues a new password to a user whose old one was
 * deleted according to a record, and keeps it in a secret and nowhere else. If the user has a login profile, it changes
 * nothing. A request that does not come from a running execution for that user is a RefusedError.
 */
export function issuePassword(
  event: unknown,
  context: LambdaContext,
  dependencies: PasswordDependencies,
): Promise<Answer> {
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parsePasswordRequest(event);
    const { userId, executionId } = request;
    const answer = await issueToUser(request, invocation, dependencies).catch((error: unknown) =>
      alertRefusedRequest(
        error,
        'issuePassword',
        { userId, executionId },
        invocation,
        dependencies,
      ),
    );
    const { Outcome: outcome, SecretArn, Warning } = answer;
    return { answer, summary: { userId, executionId, outcome, SecretArn, Warning } };
  });
}

async function issueToUser(
  request: PasswordRequest,
  { location, now, deadline }: Invocation,
  dependencies: PasswordDependencies,
): Promise<Answer> {
  const { iam, ssm, secrets, clock, readerRoleArn } = dependencies;
  const { userId, executionId, passwordResetRequired } = request;
  const reader = findReader(readerRoleArn, location.accountId);
  const outstanding = await permitPassword(request, ssm, location, { now, clock });
  const { record } = outstanding;
  const live = await findUser(iam, userId, record.userName);
  if (live === null) throw new ExpectedError('UserError', `user ${userId} no longer exists`);
  const { userName } = live.identity;
  const name = secretName(userId, record.executionId);
  // While the record is young, a profile with the recorded date may be the deleted one: CreateLoginProfile decides.
  const { passwordRecord, notRestored } = planRestoration(
    [outstanding],
    currentCredentials(live.credentials),
    asked,
    now,
  );
  if (notRestored.some(({ why: { kind } }) => works.has(kind))) {
    return alreadyIssued((await findSecret(secrets, secretId(location, name))) ?? none);
  }
  const quarantine = await findQuarantine(iam, userName);
  if (quarantine !== null) throw refusal(`user ${userName} is quarantined by policy ${quarantine}`);
  if (passwordRecord === null) throw refusal(describeNotRestored(notRestored).join('; '));
  const policy = await readPasswordPolicy(iam);
  const password = await getRandomPassword(secrets, policy.minimumLength).catch(
    (error: unknown) => {
      throw withoutQuotation(error, executionId);
    },
  );
  const arn = await openSecret(secrets, name, {
    readerRoleArn: reader,
    issuerRoleArn: functionRoleArn(functionNames.issuePassword, location),
  });
  try {
    const text = JSON.stringify({ userName, password });
    const version = await addVersion(secrets, arn, text, executionId);
    const profile = { userName, password, passwordResetRequired };
    // Only the password of the run that creates the profile is valid; every other version of the secret is void.
    const creation = await createLoginProfile(iam, profile, clock, deadline);
    if (creation === 'exists') {
      await removeVersionLabel(secrets, arn, version, executionId);
      return alreadyIssued(arn);
    }
    await makeCurrent(secrets, arn, version);
    const stuck = passwordResetRequired && !policy.usersMayChange;
    const warnings = [
      ...(creation === 'unclear' ? [unclear] : []),
      ...(stuck ? [mayNotChange] : []),
    ];
    return { Outcome: 'Issued', SecretArn: arn, Warning: warnings.join('; ') || none };
  } catch (error) {
    throw withoutQuotation(error, executionId);
  }
}

const works: ReadonlySet<NotRestoredReason['kind']> = new Set([
  'PasswordIssuedSince',
  'OldPasswordWorks',
]);

/** The plan decides whether the password is restored at all; this checks it once more. */
const asked = {
  ...{ revocationId: null, accessKeyId: null, includeUnconfirmed: true, restorePassword: true },
  // permitPassword has checked the execution's own limit.
  maxRecordAgeDays: Number.POSITIVE_INFINITY,
};

const unclear =
  'a response of IAM was lost; if the password does not work, another restoration of this user ran at the ' +
  'same time, and the password is in another version of the secret';

const mayNotChange =
  'the user must change the password at the first sign-in, but the account does not let users change their own; ' +
  'allow the user iam:ChangePassword on themselves';

function alreadyIssued(SecretArn: string): Answer {
  const Warning = 'the user already has a password; neither it nor the secret was changed';
  return { Outcome: 'Present', SecretArn, Warning };
}

/** A StackSet gives every account the same text, in which `{account}` stands for the account ID. */
function findReader(setting: string, accountId: string): string {
  const readerRoleArn = setting.replace('{account}', accountId);
  const role = parseArn(readerRoleArn, 'iam');
  const isOwn = role?.accountId === accountId && role.region === '';
  if (isOwn && /^role\/[\w+=,.@/-]+$/u.test(role.resource)) return readerRoleArn;
  const given = readerRoleArn === '' ? 'is not set' : `is ${JSON.stringify(readerRoleArn)}`;
  throw new ExpectedError(
    'RequestError',
    `PASSWORD_READER_ROLE_ARN ${given}; expected the ARN of a role in account ${accountId}. Only that role may read the ` +
      "new password. Set the stack's PasswordReaderRoleArn, or restore without RestorePassword",
  );
}

/** AWS may quote what it refuses in any form, so neither its message nor the SDK's error is passed on. */
function withoutQuotation(error: unknown, label: string): ExpectedError {
  const kind = error instanceof ExpectedError ? error.name : 'AwsError';
  const what = error instanceof AwsError ? error.summary : 'The password was not issued';
  return new ExpectedError(
    kind,
    `${what}. The rest of the message is withheld because it may quote the password. If the user has a login ` +
      `profile now, its password is in the version with the label ${label} of the user's secret`,
  );
}
