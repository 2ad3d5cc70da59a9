import type { Clients } from '../../rule/aws/clients.ts';
import {
  type AggregatedResult,
  type Aggregator,
  listAggregatedResults,
  listAggregators,
  listRulePlaces,
  type RulePlace,
  selectAggregatedUsers,
} from '../../rule/aws/config-aggregator.ts';
import type { Clock } from '../../rule/clock.ts';
import { readAnnotation } from '../../rule/core/annotated-verdict.ts';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';
import { millisecondsPerDay } from '../../rule/core/instant.ts';
import { type AggregatedUser, parseAggregatedUser } from '../../rule/formats/aggregated-user.ts';
import { count } from '../terminal/counts.ts';
import { readAccounts } from './accounts.ts';
import { fromAggregatedResult, unnamedArn } from './aggregated.ts';
import type { AuditCache } from './cache.ts';
import type { AuditedUser, AuditProblem, Gathered } from './result.ts';

/** The results of AWS Config to read. */
export interface OrganizationOptions {
  /** Null for the only aggregator. */
  readonly aggregator: string | null;
  readonly ruleName: string;
}

interface Sources {
  readonly config: Clients['config'];
  readonly region: string;
  readonly cache: AuditCache;
  /** The version of this tool. */
  readonly version: string;
  readonly clock: Clock;
  readonly onProgress: (what: string) => void;
}

/** An organization's results, and the aggregator that they are from. */
export interface OrganizationResults {
  readonly aggregator: string;
  readonly gathered: Gathered;
}

/**
 * Reads the rule's results for all accounts of an aggregator. Evaluates nothing: a result that cannot be read is an
 * error of that user. Throws ExpectedError if there is no aggregator, or more than one and none is named, or no
 * account has the rule.
 */
export async function auditOrganization(
  { aggregator: named, ruleName }: OrganizationOptions,
  sources: Sources,
): Promise<OrganizationResults> {
  const { config, region, cache, version, onProgress } = sources;
  onProgress('Looking for the aggregator');
  const { name: aggregator, arn } = await findAggregator(config, region, named);
  // Organizations may have aggregators of the same name; the ARN also says whose it is.
  const key = { kind: 'organization', version, aggregator: arn, ruleName } as const;
  const read = () => readResults(aggregator, ruleName, sources);
  return { aggregator, gathered: await cache.through('organization', key, read) };
}

async function readResults(
  aggregator: string,
  ruleName: string,
  { config, region, clock, onProgress }: Sources,
): Promise<Gathered> {
  onProgress(`Looking for accounts with the rule ${ruleName}`);
  const places = new Map<string, RulePlace[]>();
  for (const place of await listRulePlaces(config, aggregator, ruleName)) {
    places.set(place.accountId, [...(places.get(place.accountId) ?? []), place]);
  }
  if (places.size === 0) {
    throw new ExpectedError(
      'RunError',
      `no account of the aggregator ${aggregator} in ${region} has results of AWS Config rule ${ruleName}; expected at least one. ` +
        'Check --rule, the Region (AWS_REGION), and that the accounts are aggregated and have deployed the rule',
    );
  }
  const names = await readNames(config, aggregator, onProgress);
  const stale: string[] = [];
  const read = async (accountId: string) => {
    const results: AggregatedResult[] = [];
    for (const place of places.get(accountId) ?? []) {
      results.push(...(await listAggregatedResults(config, aggregator, ruleName, place)));
    }
    if (results.some(({ evaluatedAt }) => clock.now() - evaluatedAt > freshFor)) {
      stale.push(accountId);
    }
    return showAccount(accountId, results, names.users?.get(accountId), clock);
  };
  const accountIds = [...places.keys()].sort();
  const gathered = await readAccounts(accountIds, read, { clock, onProgress });
  const notes = [
    ...names.notes,
    ...notesOnResults(gathered, stale),
    ...(names.users === null ? [] : notesOnNames(gathered, names.users, ruleName)),
  ];
  return { ...gathered, notes, ...(names.users === null ? { isPartial: true } : {}) };
}

/** Finds the named aggregator, or the only one if `named` is null. */
async function findAggregator(
  config: Clients['config'],
  region: string,
  named: string | null,
): Promise<Aggregator> {
  const [first, ...others] = await listAggregators(config, named);
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined) {
    throw new ExpectedError(
      'RunError',
      `this account has no AWS Config aggregator in ${region}; expected the one of the organization stack. ` +
        'Sign in to the account of the organization stack, set AWS_REGION to its Region, or audit with --accounts',
    );
  }
  const names = [first, ...others].map(({ name }) => name);
  const all = names.toSorted((a, b) => (a < b ? -1 : 1)).join(', ');
  throw new ExpectedError(
    'RunError',
    `this account has ${others.length + 1} AWS Config aggregators in ${region}: ${all}; expected one. Name it with --aggregator`,
  );
}

/** By account, then by unique ID. */
type KnownUsers = ReadonlyMap<string, ReadonlyMap<string, AggregatedUser>>;

interface ReadNames {
  /** Null if they could not be read. */
  readonly users: KnownUsers | null;
  readonly notes: readonly string[];
}

/** Reads user names, because results have only unique IDs. Without them, users are shown by ID. */
async function readNames(
  config: Clients['config'],
  aggregator: string,
  onProgress: (what: string) => void,
): Promise<ReadNames> {
  const users = new Map<string, Map<string, AggregatedUser>>();
  let found = 0;
  try {
    for await (const text of selectAggregatedUsers(config, aggregator)) {
      const user = parseAggregatedUser(text);
      if (user === null) continue;
      const ofAccount = users.get(user.accountId) ?? new Map<string, AggregatedUser>();
      users.set(user.accountId, ofAccount.set(user.userId, user));
      found += 1;
      if (found % 100 === 0) onProgress(`Reading the names of the users: ${found}`);
    }
    return { users, notes: [] };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const note = `names of users not read, so that users are shown by their unique IDs: ${messageOf(error)}`;
    return { users: null, notes: [note] };
  }
}

/**
 * If a user has results in several Regions, the newest counts. The account's instant is that of its newest result,
 * because the rule repeats unchanged results within a week.
 */
function showAccount(
  accountId: string,
  results: readonly AggregatedResult[],
  known: ReadonlyMap<string, AggregatedUser> | undefined,
  clock: Clock,
): Gathered {
  const newest = new Map<string, AggregatedResult>();
  for (const result of results.toSorted((a, b) => a.evaluatedAt - b.evaluatedAt)) {
    newest.set(result.userId, result);
  }
  const users: AuditedUser[] = [];
  const errors: AuditProblem[] = [];
  for (const result of newest.values()) {
    const names = known?.get(result.userId) ?? null;
    try {
      users.push(fromAggregatedResult(result, accountId, names));
    } catch (error) {
      const arn = names?.arn ?? unnamedArn(accountId, result.userId);
      errors.push({ arn, message: messageOf(error), accountId });
    }
  }
  const instants = [...newest.values()].map(({ evaluatedAt }) => evaluatedAt);
  const asOf = instants.length === 0 ? clock.now() : Math.max(...instants);
  return { accounts: [{ accountId, asOf }], users, errors, asOf, unjudged: null, notes: [] };
}

/**
 * The age (milliseconds) up to which a result gets no note. The rule puts every result again within a week; one
 * more day allows for a failed run.
 */
const freshFor = 8 * millisecondsPerDay;

function notesOnResults({ users }: Gathered, stale: readonly string[]): string[] {
  const cut = users.filter(({ annotation }) => (readAnnotation(annotation)?.leftOut ?? 0) > 0);
  return [
    'idle times are those of the last evaluation; the rule repeats an unchanged result once a week',
    'the results of AWS Config name only unused credentials, and not the others',
    ...(cut.length === 0
      ? []
      : [`the annotation has no room for all credentials of ${count(cut.length, 'user')}`]),
    ...(stale.length === 0
      ? []
      : [`results that are more than 8 days old: ${listed(stale)}; the rule may not run there`]),
  ];
}

/** Notes about users that AWS Config recorded without a result, and about results whose users it did not record. */
function notesOnNames(
  { accounts, users, errors }: Gathered,
  known: KnownUsers,
  ruleName: string,
): string[] {
  const withRule = new Set(accounts.map(({ accountId }) => accountId));
  const without = [...known.keys()].filter((accountId) => !withRule.has(accountId));
  const shown = new Set([...users, ...errors].map(({ arn }) => arn));
  const open = accounts
    .filter(({ failure }) => failure === undefined)
    .flatMap(({ accountId }) => [...(known.get(accountId)?.values() ?? [])])
    .filter(({ arn }) => !shown.has(arn));
  const unnamed = users.filter(
    ({ accountId, userId }) => known.get(accountId)?.has(userId ?? '') !== true,
  );
  return [
    ...(without.length === 0
      ? []
      : [`IAM users, but no results of the rule ${ruleName}: ${listed(without)}`]),
    ...(open.length === 0
      ? []
      : [`no result yet for ${count(open.length, 'user')} whom AWS Config has recorded`]),
    ...(unnamed.length === 0
      ? []
      : [
          `AWS Config does not have the names of ${count(unnamed.length, 'user')}, who are shown by their unique IDs`,
        ]),
  ];
}

/** `accounts 1…, 2… and 3 more`. */
function listed(accountIds: readonly string[]): string {
  const shown = accountIds
    .toSorted((a, b) => (a < b ? -1 : 1))
    .slice(0, 10)
    .join(', ');
  const left = accountIds.length - 10;
  return `${accountIds.length === 1 ? 'account' : 'accounts'} ${shown}${left > 0 ? ` and ${left} more` : ''}`;
}
