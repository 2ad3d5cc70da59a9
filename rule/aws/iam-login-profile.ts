import {
  CreateLoginProfileCommand,
  GetAccountPasswordPolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type { Clock } from '../clock.ts';
import type { Instant } from '../core/instant.ts';
import { call, hasAwsCode, orNull, required } from './call.ts';

/** The rules of an account's password policy that a new password must meet. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly usersMayChange: boolean;
}

/** Without a policy, IAM's defaults. */
export async function readPasswordPolicy(iam: IAMClient): Promise<PasswordPolicy> {
  const answer = call(iam, new GetAccountPasswordPolicyCommand({}), ({ PasswordPolicy }) => {
    const policy = required(PasswordPolicy, 'PasswordPolicy');
    return {
      minimumLength: policy.MinimumPasswordLength ?? 0,
      usersMayChange: policy.AllowUsersToChangePassword === true,
    };
  });
  const policy = await orNull(answer, 'NoSuchEntityException');
  return policy ?? { minimumLength: 0, usersMayChange: false };
}

/** Between attempts while IAM is still busy with the user (milliseconds). */
const pause = 3_000;

/** The properties of a new login profile. */
interface NewLoginProfile {
  readonly userName: string;
  readonly password: string;
  readonly passwordResetRequired: boolean;
}

/**
 * `exists`: someone else created one before. `unclear`: there is one, but an earlier response of IAM was
 * lost, so this call may have created it.
 */
export type Creation = 'created' | 'exists' | 'unclear';

/**
 * Tries again until the deadline while IAM calls the user temporarily unmodifiable.
 * The message of its AwsError may quote the password: the caller must withhold it.
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
      await call(iam, new CreateLoginProfileCommand(input));
      return 'created';
    } catch (error) {
      if (hasAwsCode(error, 'EntityAlreadyExistsException')) {
        return wasRepeated(error) ? 'unclear' : 'exists';
      }
      const busy = hasAwsCode(error, 'EntityTemporarilyUnmodifiableException');
      if (!busy || clock.now() + pause > deadline) throw error;
      await clock.sleep(pause);
    }
  }
}

/** The SDK repeats a request whose response was lost, and its error counts the attempts. */
function wasRepeated(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('$metadata' in cause)) return true;
  const metadata = cause.$metadata;
  const once = typeof metadata === 'object' && metadata !== null && 'attempts' in metadata;
  return !once || metadata.attempts !== 1;
}
