import { randomInt } from 'node:crypto';
import {
  CreateLoginProfileCommand,
  GetAccountPasswordPolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type { Clock } from '../clock.ts';
import type { Instant } from '../core/instant.ts';
import { callAws, hasAwsCode, present } from './call.ts';

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

/** `unclear`: there is one now, but an answer of IAM was lost before, so that it may be ours. */
export type Creation = 'created' | 'present' | 'unclear';

/**
 * Takes an IAM client, the profile, a clock and the instant at which to give up waiting. Tells whether it
 * created the profile, or there is one already. Tries again while IAM calls the user temporarily
 * unmodifiable. Throws AwsError, whose message may quote what AWS quotes: the caller keeps the password out.
 */
export async function createLoginProfile(
  iam: IAMClient,
  { userName, password, passwordResetRequired }: NewLoginProfile,
  clock: Clock,
  deadline: Instant,
): Promise<Creation> {
  const input = {
    UserName: userName,
    Password: password,
    PasswordResetRequired: passwordResetRequired,
  };
  for (;;) {
    try {
      await callAws(createAction, () => iam.send(new CreateLoginProfileCommand(input)));
      return 'created';
    } catch (error) {
      if (hasAwsCode(error, 'EntityAlreadyExistsException')) {
        return wasRepeated(error) ? 'unclear' : 'present';
      }
      const busy = hasAwsCode(error, 'EntityTemporarilyUnmodifiableException');
      if (!busy || clock.now() + pause > deadline) throw error;
      await clock.sleep(pause);
    }
  }
}

/** The SDK repeats a request whose answer was lost, and says so in the error it ends with. */
function wasRepeated(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('$metadata' in cause)) return true;
  const metadata = cause.$metadata;
  const once = typeof metadata === 'object' && metadata !== null && 'attempts' in metadata;
  return !once || metadata.attempts !== 1;
}

/** Takes a limit above 0. Gives back a whole number from 0 to below it, from the system's cryptographic source. */
export const randomBelow = (limit: number): number => randomInt(limit);
