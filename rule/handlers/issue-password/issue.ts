import type { Clients } from '../../aws/clients.ts';
import { findUser } from '../../aws/iam-credentials.ts';
import { createLoginProfile, readPasswordPolicy } from '../../aws/iam-login-profile.ts';
import { findQuarantine } from '../../aws/iam-users.ts';
import {
  addVersion,
  disownVersion,
  findSecret,
  makeCurrent,
  openSecret,
} from '../../aws/secrets.ts';
import { ExpectedError, messageOf } from '../../core/errors.ts';
import { secretName } from '../../core/names.ts';
import { makePassword } from '../../core/password.ts';
import { planRestoration } from '../../core/restoration-plan.ts';
import { secretId } from '../../formats/arns.ts';
import { type PasswordRequest, parsePasswordRequest } from '../../formats/remediation-request.ts';
import { describeNotRestored } from '../../formats/restoration-answer.ts';
import { type Answer, none } from '../../formats/revocation-answer.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  runInvocation,
} from '../invocation.ts';
import { currentCredentials } from '../records.ts';
import { permitPassword, refusal } from './permit.ts';

/** What issue-password runs with. */
export interface PasswordDependencies
  extends FunctionDependencies,
    Clients<'iam' | 'config' | 'ssm' | 'secrets'> {
  /** Gives a random whole number from 0 to below the limit; has to be cryptographic. */
  readonly randomBelow: (limit: number) => number;
  /** ARN of the only role that may read the secret, {account} standing for the account; empty where the stack has none. */
  readonly readerRoleArn: string;
}

/**
 * Answers the document UnusedIamCredentials-Restore: issues a new password to a user whose old one a record
 * says was deleted, and keeps it in a secret. Gives back the secret's ARN; the password itself goes
 * nowhere else. Where there is a login profile it changes nothing. Throws RequestError, RefusedError when the
 * request is not of a running restoration of that user, AwsError and UserError.
 */
export function answerPassword(
  event: unknown,
  context: LambdaContext,
  dependencies: PasswordDependencies,
): Promise<Answer> {
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parsePasswordRequest(event);
    const { userId, executionId } = request;
    const answer = await issuePassword(request, invocation, dependencies).catch(
      (error: unknown) => {
        if (error instanceof ExpectedError && error.name === 'RefusedError') {
          const { message: reason } = error;
          dependencies.log('error', 'refused', { alert: true, userId, executionId, reason });
        }
        throw error;
      },
    );
    const { Outcome: outcome, SecretArn, Warning } = answer;
    return { answer, summary: { userId, executionId, outcome, SecretArn, Warning } };
  });
}

async function issuePassword(
  request: PasswordRequest,
  { location, now, deadline }: Invocation,
  dependencies: PasswordDependencies,
): Promise<Answer> {
  const { iam, ssm, secrets, clock, randomBelow, readerRoleArn } = dependencies;
  const { userId, executionId, passwordResetRequired } = request;
  const reader = findReader(readerRoleArn, location.accountId);
  const outstanding = await permitPassword(request, ssm, location, now);
  const { record } = outstanding;
  const live = await findUser(iam, userId, record.userName);
  if (live === null) throw new ExpectedError('UserError', `user ${userId} no longer exists`);
  const { userName } = live.identity;
  const name = secretName(userId, record.executionId);
  if (live.credentials.loginProfileCreateDate !== null) {
    return present((await findSecret(secrets, secretId(location, name))) ?? none);
  }
  const quarantine = await findQuarantine(iam, userName);
  if (quarantine !== null) throw refusal(`user ${userName} is quarantined by policy ${quarantine}`);
  const { passwordRecord, notRestored } = planRestoration(
    [outstanding],
    currentCredentials(live),
    asked,
    now,
  );
  if (passwordRecord === null) throw refusal(describeNotRestored(notRestored).join('; '));
  const policy = await readPasswordPolicy(iam);
  const arn = await openSecret(secrets, name, reader);
  const password = makePassword(policy, randomBelow);
  try {
    const text = JSON.stringify({ userName, password });
    const version = await addVersion(secrets, arn, text, executionId);
    const profile = { userName, password, passwordResetRequired };
    // Whoever creates the profile has the right password; whatever else was added to the secret is void.
    const creation = await createLoginProfile(iam, profile, clock, deadline);
    if (creation === 'present') {
      await disownVersion(secrets, arn, version, executionId);
      return present(arn);
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

/** Whether this is to be restored at all is the plan's to say, here once more. */
const asked = {
  ...{ revocationId: null, accessKeyId: null, includeUnconfirmed: true, restorePassword: true },
  // The execution's own limit has been looked at.
  maxRecordAgeDays: Number.POSITIVE_INFINITY,
};

const unclear =
  'an answer of IAM was lost; if the password does not work, another restoration of this user ran at the ' +
  'same time, and the password is in another version of the secret';

const mayNotChange =
  'the password must be changed at the first sign-in, but the account does not let users change theirs; ' +
  'allow the user iam:ChangePassword, or restore with PasswordResetRequired=false';

function present(SecretArn: string): Answer {
  const Warning = 'the user has a password already; it was left alone, and so was the secret';
  return { Outcome: 'Present', SecretArn, Warning };
}

/** A StackSet gives every account the same text, in which {account} stands for the account's number. */
function findReader(setting: string, accountId: string): string {
  const readerRoleArn = setting.replace('{account}', accountId);
  const pattern = new RegExp(`^arn:[\\w-]+:iam::${accountId}:role/[\\w+=,.@/-]+$`, 'u');
  if (pattern.test(readerRoleArn)) return readerRoleArn;
  const given = readerRoleArn === '' ? 'is not set' : `is ${JSON.stringify(readerRoleArn)}`;
  throw new ExpectedError(
    'RequestError',
    `PASSWORD_READER_ROLE_ARN ${given}; expected the ARN of a role of account ${accountId}, who alone may read the ` +
      'new password. Set the stack’s PasswordReaderRoleArn, or restore without RestorePassword',
  );
}

/** AWS may quote what it refuses, in whatever form; then neither its message nor the SDK's error may go on. */
function withoutQuotation(error: unknown, label: string): ExpectedError {
  const kind = error instanceof ExpectedError ? error.name : 'AwsError';
  const [what = '', code = ''] = messageOf(error).split(': ');
  return new ExpectedError(
    kind,
    `${what}: ${code}. What else AWS said is withheld, since it may quote the password. If there is a login ` +
      `profile now, its password is in the version labelled ${label} of the user's secret`,
  );
}
