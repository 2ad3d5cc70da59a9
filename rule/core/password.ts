/** What an account's password policy asks of a password that is made for somebody. */
export interface PasswordPolicy {
  readonly minimumLength: number;
}

/** Made passwords are at least this long, whatever the policy says. */
const shortest = 24;

/**
 * Characters of each class that a policy may ask for; the symbols are ones IAM counts as such. Characters
 * that are easily mistaken for each other are left out, since a person may have to type them.
 */
const classes = [
  'ABCDEFGHJKLMNPQRSTUVWXYZ',
  'abcdefghijkmnopqrstuvwxyz',
  '23456789',
  '!@#$%^*_+-=',
];

/**
 * Takes the account's policy, and a source of random whole numbers from 0 to below a limit, which has to be
 * cryptographic. Gives back a password that has characters of all four classes and the policy's length.
 */
export function makePassword(
  { minimumLength }: PasswordPolicy,
  randomBelow: (limit: number) => number,
): string {
  const every = classes.join('');
  const length = Math.max(shortest, minimumLength);
  const pick = (characters: string) => characters.charAt(randomBelow(characters.length));
  const characters = Array.from({ length }, (_, index) => pick(classes[index] ?? every));
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomBelow(last + 1);
    const [a = '', b = ''] = [characters[last], characters[other]];
    characters[last] = b;
    characters[other] = a;
  }
  return characters.join('');
}
