import type { LocalAccessKey, LocalUser } from '../../local-aws/account.ts';

/** The user's keys as the credential report numbers them: slot 1 is the key that was created first. */
export function keysBySlot(user: LocalUser): LocalAccessKey[] {
  return user.accessKeys.toSorted((a, b) => a.createDate - b.createDate);
}

/**
 * Whether report and live read together do not show which last_rotated belongs to which key: status and last use are
 * equal, last_rotated differs, and creation dates do not decide. The report shows Expired keys as inactive.
 */
export function slotsAreAmbiguous({ accessKeys: [one, two] }: LocalUser): boolean {
  if (one === undefined || two === undefined || one.lastRotated === two.lastRotated) return false;
  const alike =
    (one.status === 'Active') === (two.status === 'Active') &&
    one.lastUsed?.date === two.lastUsed?.date;
  const settled =
    one.createDate !== two.createDate &&
    [one, two].some((key) => [one, two].some((slot) => slot.lastRotated === key.createDate));
  return alike && !settled;
}

/** The user with the later last_rotated on both keys, as the semantics require. */
export function withLaterRotation(user: LocalUser): LocalUser {
  const lastRotated = Math.max(...user.accessKeys.map((key) => key.lastRotated));
  return { ...user, accessKeys: user.accessKeys.map((key) => ({ ...key, lastRotated })) };
}

/** Whether a key was created in the second in which the older one was last rotated. */
export function madeAtRotation([one, two]: readonly LocalAccessKey[]): boolean {
  if (one === undefined || two === undefined || one.lastRotated === two.lastRotated) return false;
  const together = one.createDate === two.createDate;
  return !together && (one.createDate === two.lastRotated || two.createDate === one.lastRotated);
}
