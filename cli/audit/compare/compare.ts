import { splitArn } from '../../../rule/core/arns.ts';
import { formatDate, formatInstant } from '../../../rule/core/instant.ts';
import {
  type AuditedCredential,
  type AuditedUser,
  type AuditResult,
  hasAllCredentials,
} from '../result.ts';
import type { Finding } from './finding.ts';
import type { Findings } from './findings.ts';
import { type MatchedBy, matchFindings } from './match.ts';

/** How AWS's findings and this audit differ. */
export interface Comparison {
  /** The file with the findings. */
  readonly file: string;
  readonly counts: {
    /** Credentials that both find unused. */
    readonly agree: number;
    readonly onlyThey: number;
    readonly onlyWe: number;
    /** Access keys that could not be matched, because the findings do not name a key. */
    readonly notMatched: number;
    /**
     * Usable credentials that neither finds unused; null for results of AWS Config, which do not list all
     * credentials.
     */
    readonly neither: number | null;
    /** Findings about other things, which are not compared. */
    readonly otherFindings: number;
  };
  /** Sorted by ARN. Does not include credentials that neither finds unused. */
  readonly credentials: readonly ComparedCredential[];
}

/** Why only one of the two finds a credential unused. */
export type DifferenceReason =
  | 'exempt-here'
  | 'out-of-scope-here'
  | 'newer-use-here'
  | 'limit-not-reached-here'
  | 'not-usable-here'
  | 'not-named-here'
  | 'not-evaluated-here'
  | 'user-not-here'
  | 'account-not-here'
  | 'limit-not-reached-there'
  | 'resolved-there'
  | 'archived-there'
  | 'passed-there'
  | 'account-not-there'
  | 'not-listed-there'
  | 'key-not-identified';

/** One credential, with what both say. */
export interface ComparedCredential {
  readonly accountId: string;
  readonly arn: string;
  /** `credentials` if the finding does not say which ones of the user. */
  readonly type: 'password' | 'access-key' | 'credentials';
  readonly id: string | null;
  readonly slot: 1 | 2 | null;
  readonly opinion: 'agree' | 'only-they' | 'only-we' | 'not-matched';
  /** Null if both agree. */
  readonly reason: DifferenceReason | null;
  /** The reason in words. */
  readonly explanation: string | null;
  /** Null if there is no finding about this credential. */
  readonly matchedBy: MatchedBy | 'user' | null;
  /** Null if the audit found the credential not usable. */
  readonly ours: Pick<
    AuditedCredential,
    'unused' | 'due' | 'idleDays' | 'threshold' | 'lastActivity'
  > | null;
  /** Null if AWS's findings do not list the credential. */
  readonly theirs: {
    readonly source: Finding['source'];
    readonly state: Finding['state'];
    /** Null if the finding does not say so. */
    readonly lastUsed: string | null;
    readonly limitDays: number | null;
  } | null;
}

/** The default period of an analyzer for unused access (days). */
const defaultLimitDays = 90;

/** Compares an audit with findings of AWS. No result changes. */
export function compareFindings(
  result: AuditResult,
  { file, findings, others, accountIds }: Findings,
): Comparison {
  const byUser = groupByUser(findings);
  const compared: ComparedCredential[] = [];
  let neither = 0;
  for (const user of result.users) {
    const ofUser = byUser.get(user.arn) ?? [];
    byUser.delete(user.arn);
    const { rows, neither: ofBoth } = compareUser(user, ofUser, { result, accountIds });
    for (const row of rows) compared.push(row);
    neither += ofBoth;
  }
  for (const finding of [...byUser.values()].flat()) {
    if (finding.state === 'active') compared.push(ofUnknownUser(finding, result));
  }
  const count = (opinion: ComparedCredential['opinion']) =>
    compared.filter((one) => one.opinion === opinion).length;
  return {
    file,
    counts: {
      agree: count('agree'),
      ...{ onlyThey: count('only-they'), onlyWe: count('only-we') },
      notMatched: count('not-matched'),
      neither: hasAllCredentials(result) ? neither : null,
      otherFindings: others,
    },
    credentials: compared.toSorted((a, b) => (a.arn < b.arn ? -1 : a.arn > b.arn ? 1 : 0)),
  };
}

interface Context {
  readonly result: AuditResult;
  readonly accountIds: ReadonlySet<string>;
}

function groupByUser(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.arn);
    if (group === undefined) groups.set(finding.arn, [finding]);
    else group.push(finding);
  }
  return groups;
}

/** Compares one user's credentials. Counts those that neither finds unused. */
function compareUser(
  user: AuditedUser,
  findings: readonly Finding[],
  context: Context,
): { readonly rows: readonly ComparedCredential[]; readonly neither: number } {
  const ofAny = strictest(findings.filter(({ about }) => about === 'credentials'));
  const single = findings.filter(({ about }) => about !== 'credentials');
  const { matches, unlisted, unknown, unclear } = matchFindings(user, single);
  const usable = [
    ...matches.map(({ credential, finding, by }) =>
      compareOne(user, credential, { finding, by }, context),
    ),
    ...unlisted.map((credential) => {
      const means = ofAny !== null && meansCredential(ofAny, credential);
      return compareOne(user, credential, means ? { finding: ofAny, by: 'user' } : null, context);
    }),
  ];
  const due = unclear.credentials.filter((credential) => credential.due);
  const others = [
    ...due.map((credential) => notMatched(ofCredential(user, credential), null)),
    ...(due.length > 0 ? [] : unclear.findings).map((finding) =>
      notMatched(ofFinding(finding), finding),
    ),
    ...unknown
      .filter(({ state }) => state === 'active')
      .map((finding) => onlyThey(finding, notUsable(user, finding, context.result))),
  ];
  const rows = [...usable.filter((row) => row !== null), ...others];
  const isOfNone =
    ofAny?.state === 'active' &&
    !user.credentials.some((credential) => meansCredential(ofAny, credential));
  const ofNone = isOfNone ? [onlyThey(ofAny, noneIdle(user, ofAny, context.result))] : [];
  return { rows: [...rows, ...ofNone], neither: usable.filter((row) => row === null).length };
}

/**
 * Of several findings about all credentials of a user, the active one with the shortest limit, because it includes
 * the others.
 */
function strictest(findings: readonly Finding[]): Finding | null {
  const rank = ({ state, limitDays }: Finding) =>
    (state === 'active' ? 0 : 10_000) + (limitDays ?? defaultLimitDays);
  return findings.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/**
 * An active finding about a user concerns the credentials that were idle for its limit. Any other finding concerns
 * all of them.
 */
function meansCredential({ state, limitDays }: Finding, { idleDays }: AuditedCredential): boolean {
  return state !== 'active' || idleDays >= (limitDays ?? defaultLimitDays);
}

function compareOne(
  user: AuditedUser,
  credential: AuditedCredential,
  found: { readonly finding: Finding; readonly by: MatchedBy | 'user' } | null,
  { result, accountIds }: Context,
): ComparedCredential | null {
  const they = found?.finding.state === 'active';
  if (!they && !credential.due) return null;
  const base = {
    ...ofCredential(user, credential),
    matchedBy: found?.by ?? null,
    theirs: found === null ? null : toTheirs(found.finding),
  };
  if (they && credential.due) {
    return { ...base, opinion: 'agree', reason: null, explanation: null };
  }
  if (they) {
    const why = whyNotHere(user, credential, found.finding, result);
    return { ...base, opinion: 'only-they', ...why };
  }
  const why = whyNotThere(user, credential, found?.finding ?? null, accountIds);
  return { ...base, opinion: 'only-we', ...why };
}

interface Why {
  readonly reason: DifferenceReason;
  readonly explanation: string;
}

function whyNotHere(
  user: AuditedUser,
  { unused, lastActivity, idleDays, threshold, basis }: AuditedCredential,
  { lastUsed, updatedAt }: Finding,
  { parameters }: AuditResult,
): Why {
  const exempt = describeExemption(user);
  if (exempt !== null) return { reason: 'exempt-here', explanation: exempt };
  if (unused) {
    const scope = parameters === null ? '' : ` ${parameters.evaluationScope}`;
    const explanation = `idle for ${days(idleDays)}, but the evaluation scope${scope} does not count it`;
    return { reason: 'out-of-scope-here', explanation };
  }
  const activity = Date.parse(lastActivity);
  const isNewer =
    basis === 'used' &&
    (lastUsed === 'never' || activity > (lastUsed ?? updatedAt ?? Number.POSITIVE_INFINITY));
  const shown = formatDate(activity);
  if (isNewer)
    return {
      reason: 'newer-use-here',
      explanation: `used on ${shown}, which the finding does not know`,
    };
  const verbs = { used: 'used', created: 'created', changed: 'changed' };
  const verb = basis === null ? 'last active' : verbs[basis];
  const explanation = `${verb} on ${shown}: ${days(idleDays)}, and the limit here is ${threshold}`;
  return { reason: 'limit-not-reached-here', explanation };
}

function describeExemption({ category, exemption }: AuditedUser): string | null {
  if (category !== 'exempt') return null;
  if (exemption?.kind === 'tag') return `exempt here until ${exemption.until}`;
  return exemption?.kind === 'path' ? `exempt here by path ${exemption.prefix}` : 'exempt here';
}

function whyNotThere(
  { accountId }: AuditedUser,
  { idleDays }: AuditedCredential,
  finding: Finding | null,
  accountIds: ReadonlySet<string>,
): Why {
  const limit = finding?.limitDays ?? defaultLimitDays;
  const usual = finding?.limitDays == null ? ' unless the analyzer has another' : '';
  const notReached: Why = {
    reason: 'limit-not-reached-there',
    explanation: `idle for ${days(idleDays)}, and the limit of AWS is ${limit}${usual}`,
  };
  switch (finding?.state) {
    case 'archived':
      return {
        reason: 'archived-there',
        explanation: 'somebody archived or suppressed the finding',
      };
    case 'resolved':
      return { reason: 'resolved-there', explanation: 'the finding is resolved' };
    case 'passed':
      if (idleDays < limit) return notReached;
      return { reason: 'passed-there', explanation: `the control with ${days(limit)} passed` };
    default:
      if (!accountIds.has(accountId)) {
        const explanation = `the file has no finding of account ${accountId}`;
        return { reason: 'account-not-there', explanation };
      }
      if (idleDays < limit) return notReached;
      return { reason: 'not-listed-there', explanation: 'AWS does not list it' };
  }
}

/** Why a finding about a single credential matches no usable credential of the user. */
function notUsable(user: AuditedUser, { about, accessKeyId }: Finding, result: AuditResult): Why {
  if (!hasAllCredentials(result)) return notNamed(user);
  const { unjudged } = user;
  if (about === 'access-key' && unjudged.some(({ id }) => id === accessKeyId)) {
    return {
      reason: 'not-evaluated-here',
      explanation: 'a third access key is not evaluated here',
    };
  }
  const what =
    about === 'password'
      ? 'the user has no password that can be used'
      : 'the user has no such active access key';
  return { reason: 'not-usable-here', explanation: what };
}

/**
 * The difference if a result of AWS Config does not name the credential: it may be in use, not usable or not
 * counted.
 */
function notNamed(user: AuditedUser): Why {
  const exempt = describeExemption(user);
  if (exempt !== null) return { reason: 'exempt-here', explanation: exempt };
  const explanation =
    'the result of AWS Config does not name it: in use, not usable or not counted';
  return { reason: 'not-named-here', explanation };
}

/** Why a finding about all credentials of a user matches none of them. */
function noneIdle(user: AuditedUser, finding: Finding, result: AuditResult): Why {
  if (!hasAllCredentials(result)) return notNamed(user);
  const exempt = describeExemption(user);
  if (exempt !== null) return { reason: 'exempt-here', explanation: exempt };
  if (user.credentials.length === 0) {
    return {
      reason: 'not-usable-here',
      explanation: 'the user has no credential that can be used',
    };
  }
  const limit = days(finding.limitDays ?? defaultLimitDays);
  const explanation = `no credential of the user was idle for ${limit} here`;
  return { reason: 'limit-not-reached-here', explanation };
}

function ofUnknownUser(finding: Finding, result: AuditResult): ComparedCredential {
  const { accounts, errors } = result;
  const { arn } = finding;
  const { accountId } = splitArn(arn);
  if (errors.some((error) => error.arn === arn)) {
    const explanation = 'the user could not be evaluated here';
    return onlyThey(finding, { reason: 'not-evaluated-here', explanation });
  }
  const account = accounts.find((one) => one.accountId === accountId);
  if (account === undefined) {
    const explanation = `account ${accountId} was not audited`;
    return onlyThey(finding, { reason: 'account-not-here', explanation });
  }
  if (account.failure !== null) {
    const explanation = `account ${accountId} could not be read`;
    return onlyThey(finding, { reason: 'not-evaluated-here', explanation });
  }
  // AWS Config may have no result yet, or not say the user's name.
  const explanation = hasAllCredentials(result)
    ? 'there is no such user'
    : 'the results of AWS Config name no such user';
  return onlyThey(finding, { reason: 'user-not-here', explanation });
}

function onlyThey(finding: Finding, why: Why): ComparedCredential {
  const theirs = toTheirs(finding);
  return { ...ofFinding(finding), opinion: 'only-they', ...why, matchedBy: null, theirs };
}

function notMatched(
  which: Pick<ComparedCredential, 'accountId' | 'arn' | 'type' | 'id' | 'slot' | 'ours'>,
  finding: Finding | null,
): ComparedCredential {
  const explanation =
    finding === null
      ? 'unused here; AWS lists keys of the user, but it is not known which'
      : 'AWS lists a key of the user, but it is not known which';
  return {
    ...which,
    opinion: 'not-matched',
    reason: 'key-not-identified',
    explanation,
    matchedBy: null,
    theirs: finding === null ? null : toTheirs(finding),
  };
}

function ofCredential({ accountId, arn }: AuditedUser, credential: AuditedCredential) {
  const { type, id, slot, unused, due, idleDays, threshold, lastActivity } = credential;
  const ours = { unused, due, idleDays, threshold, lastActivity };
  return { accountId, arn, type, id, slot, ours };
}

function ofFinding({ arn, about, accessKeyId }: Finding) {
  const { accountId } = splitArn(arn);
  return { accountId, arn, type: about, id: accessKeyId, slot: null, ours: null };
}

function toTheirs({ source, state, lastUsed, limitDays }: Finding): ComparedCredential['theirs'] {
  const shown = typeof lastUsed === 'number' ? formatInstant(lastUsed) : lastUsed;
  return { source, state, lastUsed: shown, limitDays };
}

function days(amount: number): string {
  return amount === 1 ? '1 day' : `${amount} days`;
}
