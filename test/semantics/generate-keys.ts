import type { LocalAccessKey } from '../../local-aws/account.ts';
import type { Random } from './random.ts';
import { madeAtRotation } from './slots.ts';

/** What to generate beyond the ordinary. */
export interface Oddities {
  /** Keys that were created in the second in which their sibling was last rotated. */
  readonly madeAtRotation?: boolean;
}

/** Up to two access keys. Many are alike: then only creation dates show which last_rotated belongs to which key. */
export function generateKeys(
  random: Random,
  date: () => number,
  oddities: Oddities,
): LocalAccessKey[] {
  const keys = Array.from({ length: random.pick([0, 1, 2, 2, 2]) }, () =>
    generateKey(random, date),
  );
  const [one, two] = keys;
  if (one !== undefined && two !== undefined) {
    if (random.chance(0.4)) {
      two.status = one.status;
      two.lastUsed = one.lastUsed;
      // No key was used before it was made.
      two.createDate = Math.min(two.createDate, two.lastUsed?.date ?? two.createDate);
    }
    const odd = oddities.madeAtRotation === true && random.chance(0.3);
    // Infrastructure as code makes both keys in one second.
    if (odd || random.chance(0.1)) {
      two.createDate = odd ? one.lastRotated : one.createDate;
      two.lastRotated = random.chance(0.4)
        ? two.createDate
        : Math.max(two.createDate, two.lastRotated);
      if ((two.lastUsed?.date ?? two.createDate) < two.createDate) two.lastUsed = undefined;
    }
  }
  return oddities.madeAtRotation === true || !madeAtRotation(keys)
    ? keys
    : generateKeys(random, date, oddities);
}

// Reactivating a key may move its last_rotated or not: AWS does not document it.
function generateKey({ pick, chance, integer }: Random, date: () => number): LocalAccessKey {
  const createDate = date();
  const use = chance(0.65) ? Math.max(createDate, date()) : undefined;
  return {
    accessKeyId: `AKIA${String(integer(0, 1e15)).padStart(16, '0')}`,
    status: pick(['Active', 'Active', 'Active', 'Inactive', 'Expired']),
    createDate,
    lastRotated: chance(0.5) ? Math.max(createDate, date()) : createDate,
    lastUsed: use === undefined ? use : { date: use, region: 'eu-west-1', serviceName: 's3' },
  };
}
