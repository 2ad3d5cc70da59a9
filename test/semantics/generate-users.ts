import {
  addUser,
  createAccount,
  type LocalAccount,
  type LocalUser,
} from '../../local-aws/account.ts';
import { generateExemption } from './generate-exemption.ts';
import { generateKeys, type Oddities } from './generate-keys.ts';
import { type Circumstances, generateCircumstances } from './generate-parameters.ts';
import { naiveParameters } from './naive-parameters.ts';
import { createRandom, type Random } from './random.ts';

/** An account, the instant to evaluate it at, and the parameters to evaluate it by. */
export interface GeneratedAccount extends Circumstances {
  readonly account: LocalAccount;
}

const usersPerAccount = 100;
const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

function generateAccount(users: number, seed: number, oddities: Oddities): GeneratedAccount {
  const random = createRandom(seed);
  const circumstances = generateCircumstances(random);
  const account = createAccount();
  for (let index = 0; index < users; index += 1) {
    const name = random.pick([`user-${index}`, `User.${index}`, `last,first=${index}@example.com`]);
    addUser(account, generateUser(random, circumstances, name, oddities));
  }
  return { ...circumstances, account };
}

/**
 * Generates accounts of 100 users, each with its own rule parameters and instant. Dates lie where a rule may err:
 * at the threshold and a second beside it, in the future by up to 24 hours, a sign-in before the
 * password was re-issued, a key rotated after its last use.
 */
export function* generateAccounts(
  users: number,
  seed: number,
  oddities: Oddities = {},
): Generator<GeneratedAccount> {
  for (let first = 0; first < users; first += usersPerAccount) {
    const size = Math.min(usersPerAccount, users - first);
    // Spread apart: the seeds 1 and 2 must not have accounts in common.
    yield generateAccount(size, seed * 1_000_003 + first, oddities);
  }
}

function generateUser(
  random: Random,
  circumstances: Circumstances,
  userName: string,
  oddities: Oddities,
): Partial<LocalUser> & { userName: string; createDate: number } {
  const parameters = naiveParameters(circumstances.input);
  const passwordDate = () =>
    adversarialDate(random, circumstances.now, parameters.maxPasswordUsageAge);
  const keyDate = () => adversarialDate(random, circumstances.now, parameters.maxAccessKeyUsageAge);
  const password = generatePassword(random, passwordDate);
  const accessKeys = generateKeys(random, keyDate, oddities);
  const made = [password.loginProfile, ...accessKeys].map((part) => part?.createDate);
  const { certificates, additionalCredentials } = generateUnjudged(random, passwordDate);
  return {
    userName,
    createDate: Math.min(...made.filter((date) => date !== undefined), circumstances.now) - hour,
    ...generateExemption(random, circumstances),
    ...password,
    accessKeys,
    certificates,
    additionalCredentials,
  };
}

/** A date at which a comparison with the threshold is likely to go wrong; a whole second. */
function adversarialDate({ pick, integer }: Random, now: number, threshold: number): number {
  const edge = now - threshold * day;
  return pick([
    ...[edge, edge - second, edge + second],
    ...[edge - integer(1, 48) * hour, edge + integer(1, 48) * hour, edge - integer(1, 900) * day],
    ...[now - integer(0, threshold * 86_400) * second, now - integer(0, 4000 * 86_400) * second],
    pick([now, now - second, now + second, now + integer(1, 86_400) * second, now + day]),
  ]);
}

// The last sign-in outlives the login profile, and may be older than a re-issued one.
function generatePassword(
  { chance }: Random,
  date: () => number,
): Pick<LocalUser, 'loginProfile' | 'passwordLastUsed'> {
  const passwordLastUsed = chance(0.65) ? date() : undefined;
  if (chance(0.3)) return { passwordLastUsed };
  const createDate = date();
  const lastChanged = chance(0.4) ? Math.max(createDate, date()) : createDate;
  return {
    passwordLastUsed,
    loginProfile: { createDate, lastChanged, passwordResetRequired: false },
  };
}

function generateUnjudged(
  { chance, integer }: Random,
  date: () => number,
): Pick<LocalUser, 'certificates' | 'additionalCredentials'> {
  const count = chance(0.15) ? integer(1, 2) : 0;
  const one = () => ({ active: chance(0.5), lastRotated: date() });
  const certificates = Array.from({ length: count }, one);
  const more = chance(0.02) ? '1 more certificate: ListSigningCertificates' : undefined;
  return { certificates, additionalCredentials: more };
}
