import {
  CreateLoginProfileCommand,
  GetAccountPasswordPolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type { Instant } from '../core/instant.ts';
import { callAws, hasAwsCode, present } from './call-aws.ts';
import type { Clock } from './clock.ts';

const policyAction = 'iam:GetAccountPasswordPolicy';
const createAction = 'iam:CreateLoginProfile';

/** What readPasswordPolicy calls. */
export const readPasswordPolicyActions = [policyAction] as const;
/** What createLoginProfile calls. */
export const createLoginProfileActions = [createAction] as const;

/** Takes an IAM client. Gives back what the account asks of passwords; without a policy, IAM's defaults. Throws AwsError. */
export async function readPasswordPolicy(iam: IAMClient) {
  try {
    const answer = await callAws(policyAction, () =>
      iam.send(new GetAccountPasswordPolicyCommand({})),
    );
    const policy = present(answer.PasswordPolicy, 'PasswordPolicy', policyAction);
    return {
      minimumLength: policy.MinimumPasswordLength ?? 0,
      usersMayChange: policy.AllowUsersToChangePassword === true,
    };
  } catch (error) {
    if (hasAwsCode(error, 'NoSuchEntityException'))
      return { minimumLength: 0, usersMayChange: false };
    throw error;
  }
}

/** Between attempts while IAM is still busy with the user (milliseconds). */
const pause = 3_000;

/** What a login profile is made of. */
export interface NewLoginProfile {
  readonly userName: string;
  readonly password: string;
  readonly passwordResetRequired: boolean;
}

/**
 * Takes an IAM client, the profile, a clock and the instant at which to give up waiting. Tells whether it
 * created the profile; false when there is one already. Tries again while IAM calls the user temporarily
 * unmodifiable. Throws AwsError, whose message may quote what AWS quotes: the caller keeps the password out.
 */
export async function createLoginProfile(
  iam: IAMClient,
  { userName, password, passwordResetRequired }: NewLoginProfile,
  clock: Clock,
  deadline: Instant,
): Promise<boolean> {
  const input = {
    UserName: userName,
    Password: password,
    PasswordResetRequired: passwordResetRequired,
  };
  for (;;) {
    try {
      await callAws(createAction, () => iam.send(new CreateLoginProfileCommand(input)));
      return true;
    } catch (error) {
      if (hasAwsCode(error, 'EntityAlreadyExistsException')) return false;
      const busy = hasAwsCode(error, 'EntityTemporarilyUnmodifiableException');
      if (!busy || clock.now() + pause > deadline) throw error;
      await clock.sleep(pause);
    }
  }
}
