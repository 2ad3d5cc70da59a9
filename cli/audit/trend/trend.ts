import { formatDate, formatInstant } from '../../../rule/core/instant.ts';
import {
  type ParameterName,
  parameterNames,
  showParameter,
} from '../../../rule/core/rule-parameters.ts';
import type { AuditResult } from '../result.ts';
import type { StoredResults } from './read.ts';
import type { StoredAccount, StoredResult } from './results.ts';

/** How many users and credentials were unused, by day. */
export interface Trend {
  /** By day. Days without a result have none. */
  readonly points: readonly TrendPoint[];
  /** What makes the points hard to compare, and which files were not used. */
  readonly notes: readonly string[];
}

/** The last result of each account on one day (UTC). A result belongs to the day of its latest account. */
export interface TrendPoint {
  readonly day: string;
  /** The sums over the accounts; null if a result lacks the number. */
  readonly users: number | null;
  readonly nonCompliant: number;
  readonly unusedCredentials: number | null;
  /** By account ID. */
  readonly accounts: readonly TrendAccount[];
}

/** One account on one day. */
export interface TrendAccount {
  readonly accountId: string;
  readonly asOf: string;
  /** The file with the result; null for this audit. */
  readonly file: string | null;
  readonly users: number | null;
  readonly nonCompliant: number;
  readonly unusedCredentials: number | null;
}

/** A stored result and its file; null for this audit. */
interface Source extends StoredResult {
  readonly file: string | null;
}

/** An account of a result, with what the result says of itself. */
interface Reading {
  readonly account: StoredAccount;
  readonly source: Source;
}

/** Makes the points of earlier results and, as the last of its day, of this audit. */
export function buildTrend(
  result: AuditResult,
  { results: earlier, skipped }: StoredResults,
): Trend {
  const current = ofThisAudit(result);
  const latest = Math.max(Date.parse(result.asOf), ...current.accounts.map(({ asOf }) => asOf));
  const isLater = ({ accounts }: StoredResult) => accounts.some(({ asOf }) => asOf > latest);
  const byDay = new Map<string, Map<string, Reading>>();
  for (const source of [...earlier.filter((one) => !isLater(one)), current]) {
    // A result's accounts stay on one day, although they may have been evaluated days apart. So the day's numbers
    // are those of the audit.
    const day = formatDate(Math.max(0, ...source.accounts.map(({ asOf }) => asOf)));
    for (const account of source.accounts) {
      const ofDay = byDay.get(day) ?? new Map<string, Reading>();
      byDay.set(day, ofDay);
      const other = ofDay.get(account.accountId);
      // This audit comes last, so it counts if another result has the same instant.
      if (other === undefined || other.account.asOf <= account.asOf) {
        ofDay.set(account.accountId, { account, source });
      }
    }
  }
  const days = [...byDay].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const points = days.map(([day, readings]) => toPoint(day, [...readings.values()]));
  const changes = days.map(([day, readings]) => ({ day, sources: sourcesOf(readings) }));
  const notes = [
    ...describeUnused(skipped, 'not results of audit --format json'),
    ...describeUnused(
      earlier.filter(isLater).map(({ file }) => file),
      'later than this audit',
    ),
    ...describeChanges(changes, current.parameters),
    ...describeAccounts(points),
  ];
  return { points, notes };
}

function ofThisAudit({ parameters, accounts }: AuditResult): Source {
  return {
    file: null,
    parameters: new Map(
      parameters === null
        ? []
        : parameterNames.map((name) => [name, showParameter(parameters[name])] as const),
    ),
    accounts: accounts
      .filter(({ failure }) => failure === null)
      .map(({ asOf, ...account }) => ({ ...account, asOf: Date.parse(asOf) })),
  };
}

function toPoint(day: string, readings: readonly Reading[]): TrendPoint {
  const accounts = readings
    .map(({ account: { accountId, asOf, users, nonCompliant, unusedCredentials }, source }) => ({
      ...{ accountId, asOf: formatInstant(asOf), file: source.file },
      ...{ users, nonCompliant, unusedCredentials },
    }))
    .toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
  return {
    day,
    users: sum(accounts.map(({ users }) => users)),
    nonCompliant: accounts.reduce((total, account) => total + account.nonCompliant, 0),
    unusedCredentials: sum(accounts.map(({ unusedCredentials }) => unusedCredentials)),
    accounts,
  };
}

function sum(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce((total, one) => (total === null || one === null ? null : total + one), 0);
}

function sourcesOf(readings: ReadonlyMap<string, Reading>): Source[] {
  return [...new Set([...readings.values()].map(({ source }) => source))];
}

const shownNames = 5;

/** The text begins with words and not with a file name, because the HTML report capitalizes its first letter. */
function describeUnused(files: readonly string[], why: string): string[] {
  if (files.length === 0) return [];
  return [`not used, because they are ${why}: ${namesOf(files)}`];
}

function namesOf(names: readonly string[]): string {
  const more = names.length - shownNames;
  const shown = names.slice(0, shownNames).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Says on which days a parameter had another value than in this audit. */
function describeChanges(
  days: readonly { readonly day: string; readonly sources: readonly Source[] }[],
  now: ReadonlyMap<ParameterName, string>,
): string[] {
  const daysOf = new Map<string, string[]>();
  for (const { day, sources } of days) {
    const differences = sources.flatMap(({ parameters }) =>
      [...parameters]
        .filter(([name, value]) => now.has(name) && value !== now.get(name))
        .map(([name, value]) => `${name} was ${value}, now ${now.get(name)}`),
    );
    for (const difference of new Set(differences)) {
      daysOf.set(difference, [...(daysOf.get(difference) ?? []), day]);
    }
  }
  return [...daysOf].map(([difference, on]) => {
    const [first] = on;
    const last = on.at(-1);
    return `${first === last ? `on ${first}` : `from ${first} to ${last}`} ${difference}`;
  });
}

/** Names the accounts that not every point has. */
function describeAccounts(points: readonly TrendPoint[]): string[] {
  const daysOf = new Map<string, string[]>();
  for (const { day, accounts } of points) {
    for (const { accountId } of accounts) {
      daysOf.set(accountId, [...(daysOf.get(accountId) ?? []), day]);
    }
  }
  const partial = [...daysOf].filter(([, on]) => on.length < points.length);
  if (partial.length === 0) return [];
  const named = partial
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([accountId, on]) => `${accountId} (${on.length})`);
  return [
    `the accounts differ between the ${points.length} days; these are on fewer: ${namesOf(named)}`,
  ];
}
