import type { LocalAccessKey, LocalUser } from '../../local-aws/account.ts';

/**
 * A user's keys in the order of the credential report: slot 1 is the key that was created first.
 */
export function keysBySlot(user: LocalUser): LocalAccessKey[] {
  return user.accessKeys.toSorted((a, b) => a.createDate - b.createDate);
}

/**
 * Whether the report and a live read together do not show which last_rotated belongs to which key: two keys
 * have equal status and last use but different last_rotated, and their creation dates do not decide it either.
 * The report has no word for Expired: it says inactive.
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

/**
 * Whether one key was created in the second in which the older one was last rotated, so that a creation date
 * equals the last_rotated of another key.
 */
export function madeAtRotation([one, two]: readonly LocalAccessKey[]): boolean {
  if (one === undefined || two === undefined || one.lastRotated === two.lastRotated) return false;
  const together = one.createDate === two.createDate;
  return !together && (one.createDate === two.lastRotated || two.createDate === one.lastRotated);
}
