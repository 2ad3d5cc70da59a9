import type { LocalAccessKey, LocalUser } from '../../local-aws/account.ts';
import type { NaiveParameters } from './naive-parameters.ts';

// The design's semantics, implemented a second time, simply and independently of rule/. It shares no code with rule/
// on purpose: an error must be made twice to go unnoticed.

/** What becomes of a user's exemption; only `path` and `tag` exempt. */
export type NaiveExemption = 'none' | 'path' | 'tag' | 'ended' | 'malformed' | 'too-distant';

/** A verdict; `due` holds `password` and access key IDs, sorted. */
export interface NaiveVerdict {
  compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  category: string;
  due: string[];
  exempt: boolean;
  exemption: NaiveExemption;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Days since the last activity, never negative. "A last activity up to 24 hours in the future
// counts as idle 0; further ahead is an error for that user."
function idleDays(instants: (number | undefined)[], now: number): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (const instant of instants) {
    if (instant !== undefined && instant > latest) {
      latest = instant;
    }
  }
  if (latest - now > DAY) {
    throw new Error('last activity more than 24 hours ahead');
  }
  return latest > now ? 0 : (now - latest) / DAY;
}

// The end that a tag value states, or undefined for a value that is neither a date nor an instant.
function exemptionEnd(value: string): number | undefined {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d(?:\.\d{1,3})?))?(?:Z|([+-])(\d\d):(\d\d)))?$/.exec(
      value,
    );
  if (parts === null) {
    return undefined;
  }
  const number = (index: number): number => Number(parts[index] ?? 0);
  const midnight = Date.UTC(number(1), number(2) - 1, number(3));
  // Date.UTC rolls February 30 into March; a date that does not read back is invalid.
  if (new Date(midnight).toISOString().slice(0, 10) !== value.slice(0, 10)) {
    return undefined;
  }
  if (parts[4] === undefined) {
    return midnight + DAY;
  }
  if (number(4) > 23 || number(5) > 59 || number(6) >= 60 || number(8) > 23 || number(9) > 59) {
    return undefined;
  }
  const offset = (parts[7] === '-' ? -1 : 1) * (number(8) * HOUR + number(9) * MINUTE);
  return midnight + number(4) * HOUR + number(5) * MINUTE + Math.round(number(6) * SECOND) - offset;
}

/** The user's exemption at `now` (epoch ms). */
export function naiveExemption(
  user: LocalUser,
  parameters: NaiveParameters,
  now: number,
): NaiveExemption {
  for (const prefix of parameters.exemptPathPrefixes) {
    if (user.path.startsWith(prefix)) {
      return 'path';
    }
  }
  for (const tag of user.tags) {
    if (tag.Key.toLowerCase() === parameters.exemptUntilTag.toLowerCase()) {
      const end = exemptionEnd(tag.Value);
      if (end === undefined) {
        return 'malformed';
      }
      if (end - now > parameters.maxExemptionDays * DAY) {
        return 'too-distant';
      }
      return now < end ? 'tag' : 'ended';
    }
  }
  return 'none';
}

// `exempt` is asked before this.
function category(usable: number, passwordUnused: boolean, unusedKeys: number): string {
  const unused = (passwordUnused ? 1 : 0) + unusedKeys;
  if (usable === 0) return 'no-credentials';
  if (unused === 0) return 'active';
  if (unused === usable) return 'inactive-user';
  if (unusedKeys === 0) return 'unused-password';
  return passwordUnused ? 'unused-password-and-access-key' : 'unused-access-key';
}

/** The verdict that the design requires at `now` (epoch ms). An exempt user has nothing due. */
export function naiveVerdict(
  user: LocalUser,
  parameters: NaiveParameters,
  now: number,
): NaiveVerdict {
  const exemption = naiveExemption(user, parameters, now);
  if (exemption === 'path' || exemption === 'tag') {
    return { compliance: 'COMPLIANT', category: 'exempt', due: [], exempt: true, exemption };
  }
  const { loginProfile } = user;
  const activeKeys = user.accessKeys.filter((key) => key.status === 'Active');
  const usable = (loginProfile === undefined ? 0 : 1) + activeKeys.length;

  const passwordUnused =
    loginProfile !== undefined &&
    idleDays([user.passwordLastUsed, loginProfile.createDate, loginProfile.lastChanged], now) >=
      parameters.maxPasswordUsageAge;
  const keyIdle = (key: LocalAccessKey): number =>
    idleDays([key.lastUsed?.date, key.createDate, key.lastRotated], now);
  const unusedKeys = activeKeys.filter((key) => keyIdle(key) >= parameters.maxAccessKeyUsageAge);
  const unused = unusedKeys.map((key) => key.accessKeyId);
  if (passwordUnused) {
    unused.push('password');
  }

  let due: string[] = [];
  if (parameters.evaluationScope === 'credential') {
    due = unused;
  } else if (parameters.evaluationScope === 'user') {
    due = unused.length === usable ? unused : [];
  } else {
    const keyInUse = user.accessKeys.some(
      ({ lastUsed }) =>
        lastUsed !== undefined && idleDays([lastUsed.date], now) < parameters.maxAccessKeyUsageAge,
    );
    due = passwordUnused && !keyInUse ? ['password'] : [];
  }
  return {
    compliance: due.length > 0 ? 'NON_COMPLIANT' : 'COMPLIANT',
    category: category(usable, passwordUnused, unusedKeys.length),
    due: due.sort(),
    exempt: false,
    exemption,
  };
}

/** What the credential report and IAM's listing both show of a user. */
interface NaiveEntry {
  readonly arn: string;
  readonly createDate: number;
}

/**
 * The ARN of the report row that is the user's, if that is certain: the row of their ARN and creation date, else
 * the only row of that date that is no listed user's, for the only listed user of that date without a row.
 */
export function naiveRow(
  user: NaiveEntry,
  rows: readonly NaiveEntry[],
  listed: readonly NaiveEntry[],
): string | null {
  const equal = (a: NaiveEntry, b: NaiveEntry) => a.arn === b.arn && a.createDate === b.createDate;
  if (rows.some((row) => equal(row, user))) return user.arn;
  const sameDate = (entry: NaiveEntry) => entry.createDate === user.createDate;
  const left = rows.filter((row) => sameDate(row) && !listed.some((other) => equal(other, row)));
  const without = listed.filter(
    (other) => sameDate(other) && !rows.some((row) => equal(row, other)),
  );
  return left.length === 1 && without.length === 1 ? (left[0]?.arn ?? null) : null;
}
