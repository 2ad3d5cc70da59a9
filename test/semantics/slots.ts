import type { LocalAccessKey, LocalUser } from '../../local-aws/account.ts';

/**
 * Takes a user; gives back his keys as the credential report numbers them: slot 1 is the key that
 * was created first.
 */
export function keysBySlot(user: LocalUser): LocalAccessKey[] {
  return user.accessKeys.toSorted((a, b) => a.createDate - b.createDate);
}

/**
 * Takes a user; tells whether nobody who has the report and a live read can say which last_rotated
 * is which key's: two keys of equal status and last use, with different last_rotated, which their
 * creation dates do not settle either. The report has no word for Expired: it says inactive.
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
 * Takes a user's keys; tells whether one was created in the very second in which the other, older one
 * was last rotated, so that a creation date equals a last_rotated that is not its own.
 */
export function madeAtRotation([one, two]: readonly LocalAccessKey[]): boolean {
  if (one === undefined || two === undefined || one.lastRotated === two.lastRotated) return false;
  const together = one.createDate === two.createDate;
  return !together && (one.createDate === two.lastRotated || two.createDate === one.lastRotated);
}
