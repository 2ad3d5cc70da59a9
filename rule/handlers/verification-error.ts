import { ExpectedError } from '../core/errors.ts';
import type { RevocationRecord } from '../core/revocation-record.ts';

/** Something that a verification found not to be as recorded. */
export interface LeftOver {
  readonly what: string;
  /** Whether the step that changes it succeeded. */
  readonly stepSucceeded: boolean;
}

/** The error of a verification that found something left; `left` is null if the user was renamed repeatedly. */
export function verificationError(
  { userId, name }: RevocationRecord,
  userName: string,
  problem: string,
  left: readonly LeftOver[] | null,
): ExpectedError {
  const what =
    left?.map((each) => each.what).join(', ') ??
    'unknown, because the user changed repeatedly while it was read';
  const said =
    left?.every(({ stepSucceeded }) => stepSucceeded) === false
      ? `${problem} of user ${userName} (${userId}): ${what}. ` +
        'A previous step failed or had no effect. Fix the cause that its message names, then run the document again. '
      : `Not confirmed yet for user ${userName} (${userId}): ${what}. ` +
        'The steps succeeded, but IAM does not show the change yet, or someone has restored the access. Run the document again in a few minutes. ';
  return new ExpectedError('RunError', `${said}The record ${name} lists what was planned`);
}
