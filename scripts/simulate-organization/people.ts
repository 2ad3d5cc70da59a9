import {
  addUser,
  type LocalAccessKey,
  type LocalAccount,
  type LocalUser,
} from '../../local-aws/account.ts';
import { defaultExemptUntilTag, protectedTag, revokedTag } from '../../rule/core/names.ts';
import type { Random } from '../../test/semantics/random.ts';

const day = 86_400_000;

/**
 * How often somebody uses their credentials: `dormant` never, `occasional` once in 25 days on average, and often after
 * 44 days, because somebody reminds them.
 */
type Habit = 'daily' | 'service' | 'occasional' | 'dormant';

/** An IAM user and the habit of the person or program that uses their credentials. */
export interface Person {
  readonly user: LocalUser;
  habit: Habit;
  hasLeft: boolean;
}

/** Who is in an account, and how much happens to them. */
export interface Population {
  readonly users: number;
  /** The shares of people, from 0 to 1, who have stopped using their credentials and who use them now and then. */
  readonly dormant: number;
  readonly occasional: number;
  /** The share of users to whom something happens on a day, beyond their usual use. */
  readonly changing: number;
  /** The most reports that other tools generate on a day. */
  readonly reports: number;
}

/** What can happen to a user, and who is affected. AWS Config records the first five. */
const changes = {
  tagged: () => true,
  exempted: () => true,
  renamed: () => true,
  left: () => true,
  joined: () => true,
  reset: ({ user }: Person) => user.loginProfile !== undefined,
  rotated: ({ user, habit }: Person) => habit === 'service' && user.accessKeys.length > 0,
  stopped: ({ habit }: Person) => habit === 'daily' || habit === 'service',
  returned: ({ habit }: Person) => habit === 'dormant',
} as const;
type Change = keyof typeof changes;

/** How often each change occurs, in relation to the others that can happen to the same user. */
const frequencies: Readonly<Record<Change, number>> = {
  ...{ tagged: 3, exempted: 2, renamed: 1, left: 2, joined: 2 },
  ...{ reset: 3, rotated: 3, stopped: 4, returned: 4 },
};
const weighted = (Object.keys(frequencies) as Change[]).flatMap((change) =>
  Array.from({ length: frequencies[change] }, () => change),
);

/** Of all changes of people who use their credentials, the share in which they stop. */
const shareThatStops = frequencies.stopped / weighted.filter((it) => it !== 'returned').length;

/** What AWS Config records about a change: the user as they are afterwards, or as they were before they left. */
export interface RecordedChange {
  readonly user: LocalUser;
  readonly status: 'OK' | 'ResourceDiscovered' | 'ResourceDeleted';
}

/** The people of one account. Every choice comes from `random`. */
export class People {
  readonly #byId = new Map<string, Person>();
  readonly #account: LocalAccount;
  readonly #random: Random;
  readonly #population: Population;
  #created = 0;

  constructor(account: LocalAccount, population: Population, random: Random, now: number) {
    [this.#account, this.#population, this.#random] = [account, population, random];
    for (let index = 0; index < population.users; index += 1) this.#addExisting(now);
  }

  get all(): readonly Person[] {
    return [...this.#byId.values()];
  }

  /** Returns undefined if the person has left. */
  find(userId: string): Person | undefined {
    return this.#byId.get(userId);
  }

  /** Whether the person uses their credentials on the day that begins at that instant. */
  usesOn({ user, habit }: Person, midnight: number): boolean {
    const weekday = new Date(midnight).getUTCDay();
    const isWeekend = weekday === 0 || weekday === 6;
    switch (habit) {
      case 'daily':
        return this.#random.chance(isWeekend ? 0.05 : 0.9);
      case 'service':
        return this.#random.chance(0.98);
      case 'occasional':
        return this.#random.chance(midnight - lastUse(user) > 43 * day ? 1 / 2 : 1 / 25);
      case 'dormant':
        return false;
    }
  }

  use({ user, habit }: Person, now: number): void {
    const at = wholeSecond(now);
    if (user.loginProfile !== undefined && habit !== 'service') user.passwordLastUsed = at;
    for (const key of user.accessKeys) {
      if (key.status !== 'Active' || (habit !== 'service' && this.#random.chance(0.3))) continue;
      key.lastUsed = { date: at, region: 'us-east-1', serviceName: 's3' };
    }
  }

  /** What happens to the person on a day, if anything does. */
  pickChange(person: Person): Change | null {
    if (!this.#random.chance(this.#population.changing)) return null;
    return this.#random.pick(weighted.filter((change) => changes[change](person)));
  }

  /** Makes the change, and returns what AWS Config records of it. */
  change(person: Person, change: Change, now: number): RecordedChange[] {
    const { user } = person;
    const at = wholeSecond(now);
    switch (change) {
      case 'tagged':
        setTag(user, 'team', String(this.#random.integer(1, 99)));
        return [{ user, status: 'OK' }];
      case 'exempted':
        if (!removeTag(user, defaultExemptUntilTag)) this.#exempt(user, now);
        return [{ user, status: 'OK' }];
      case 'renamed':
        user.userName = this.#newName();
        return [{ user, status: 'OK' }];
      case 'left':
        person.hasLeft = true;
        this.#byId.delete(user.userId);
        this.#account.users.splice(this.#account.users.indexOf(user), 1);
        return [{ user, status: 'ResourceDeleted' }];
      case 'joined':
        return [{ user: this.#join(at), status: 'ResourceDiscovered' }];
      case 'reset':
        if (user.loginProfile !== undefined) user.loginProfile.lastChanged = at;
        return [];
      case 'rotated':
        user.accessKeys = [newKey(this.#random, at)];
        return [];
      case 'stopped':
        person.habit = 'dormant';
        return [];
      case 'returned':
        return this.#return(person, now);
    }
  }

  #newName(): string {
    this.#created += 1;
    return `user-${this.#created}`;
  }

  #exempt(user: LocalUser, now: number): void {
    const until = new Date(now + this.#random.integer(1, 30) * day);
    setTag(user, defaultExemptUntilTag, until.toISOString().slice(0, 10));
  }

  /**
   * A person who returns without a usable credential gets a new password, and an exemption until they have used it.
   */
  #return(person: Person, now: number): RecordedChange[] {
    const { user } = person;
    person.habit = 'daily';
    const isLocked =
      user.loginProfile === undefined && user.accessKeys.every(({ status }) => status !== 'Active');
    if (isLocked) user.loginProfile = newProfile(wholeSecond(now));
    this.use(person, now);
    if (!isLocked || !removeTag(user, revokedTag)) return [];
    this.#exempt(user, now);
    return [{ user, status: 'OK' }];
  }

  #join(at: number): LocalUser {
    // Sometimes a name is given again.
    const taken = new Set(this.#account.users.map(({ userName }) => userName));
    const old = `user-${this.#random.integer(1, this.#created)}`;
    const userName = taken.has(old) ? this.#newName() : old;
    const habit = this.#random.chance(0.6) ? 'daily' : 'service';
    const user = addUser(this.#account, { userName, createDate: at });
    this.#giveCredentials(user, habit, at);
    this.#add(user, habit);
    return user;
  }

  #giveCredentials(user: LocalUser, habit: Habit, at: number): void {
    const kind = habit === 'service' ? 1 : this.#random.pick([0, 0, 2]);
    if (kind !== 1) user.loginProfile = newProfile(at);
    if (kind !== 0) user.accessKeys.push(newKey(this.#random, at));
  }

  #addExisting(now: number): void {
    const random = this.#random;
    const { dormant, occasional, changing } = this.#population;
    const at = wholeSecond(now - random.integer(400, 1500) * day - random.integer(0, day));
    const user = addUser(this.#account, { userName: this.#newName(), createDate: at });
    const work = random.chance(0.6) ? 'daily' : 'service';
    this.#giveCredentials(user, work, at);
    const daysAgo = (from: number, to: number) => now - random.integer(from * day, to * day);
    const place = random.integer(0, 999_999) / 1_000_000;
    if (place < dormant) {
      // A tenth never used anything.
      if (random.chance(0.9)) useAll(user, daysAgo(46, 400));
      if (random.chance(0.02)) setTag(user, protectedTag, 'true');
      this.#add(user, 'dormant');
    } else if (place < dormant + occasional) {
      useAll(user, daysAgo(0, 44));
      this.#add(user, 'occasional');
    } else if (random.chance(changing * shareThatStops * 45)) {
      // As many have stopped in the 45 days before as will in the 45 days after.
      useAll(user, daysAgo(0, 44));
      this.#add(user, 'dormant');
    } else {
      useAll(user, daysAgo(0, 2));
      this.#add(user, work);
    }
  }

  #add(user: LocalUser, habit: Habit): void {
    this.#byId.set(user.userId, { user, habit, hasLeft: false });
  }
}

function useAll(user: LocalUser, instant: number): void {
  const date = wholeSecond(instant);
  if (user.loginProfile !== undefined) user.passwordLastUsed = date;
  for (const key of user.accessKeys) {
    key.lastUsed = { date, region: 'us-east-1', serviceName: 's3' };
  }
}

function lastUse({ passwordLastUsed = 0, accessKeys }: LocalUser): number {
  return Math.max(passwordLastUsed, ...accessKeys.map(({ lastUsed }) => lastUsed?.date ?? 0));
}

function newProfile(at: number): NonNullable<LocalUser['loginProfile']> {
  return { createDate: at, lastChanged: at, passwordResetRequired: false };
}

function newKey(random: Random, at: number): LocalAccessKey {
  const serial = String(random.integer(1, 999_999_999)).padStart(9, '0');
  const accessKeyId = `AKIA${String(at % 10_000_000_000).padStart(10, '0')}${serial}`;
  return { accessKeyId, status: 'Active', createDate: at, lastRotated: at };
}

export function setTag(user: LocalUser, Key: string, Value: string): void {
  removeTag(user, Key);
  user.tags = [...user.tags, { Key, Value }];
}

/** Removes a tag; returns whether the user had it. */
function removeTag(user: LocalUser, key: string): boolean {
  const others = user.tags.filter(({ Key }) => Key !== key);
  const isFound = others.length < user.tags.length;
  user.tags = others;
  return isFound;
}

/** IAM keeps whole seconds. */
function wholeSecond(instant: number): number {
  return Math.floor(instant / 1000) * 1000;
}
