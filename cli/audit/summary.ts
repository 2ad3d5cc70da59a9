import { readAnnotation } from '../../rule/core/annotated-verdict.ts';
import { millisecondsPerDay } from '../../rule/core/instant.ts';
import { count, number } from '../terminal/counts.ts';
import {
  type AuditedAccount,
  type AuditedCredential,
  type AuditedUser,
  type AuditResult,
  hasAllCredentials,
} from './result.ts';

/** A credential with its user, for formats that show a row for each credential. */
export interface OwnedCredential {
  readonly user: AuditedUser;
  readonly credential: AuditedCredential;
}

/** The usable credentials of these users. */
export function credentialsOf(users: readonly AuditedUser[]): OwnedCredential[] {
  return users.flatMap((user) => user.credentials.map((credential) => ({ user, credential })));
}

/**
 * The longest idle time (whole days) of the credentials that make the user NON_COMPLIANT. For other users, that of
 * any credential; -1 without a credential.
 */
export function longestIdle({ compliance, credentials }: AuditedUser): number {
  let longest = -1;
  for (const { idleDays, due } of credentials) {
    if (idleDays > longest && (due || compliance === 'COMPLIANT')) longest = idleDays;
  }
  return longest;
}

/** `password`, an access key's ID, or `access-key-1` if the report does not say which ID it has. */
export function nameOfCredential({ type, id, slot }: AuditedCredential): string {
  return type === 'password' ? 'password' : (id ?? `access-key-${slot ?? 'unknown'}`);
}

/** The answer in a sentence or two, for example `2 of 12 users hold 3 credentials that nobody used for 45 days or more; the oldest for 410 days.` */
export function summarize(result: AuditResult): string {
  const { users, nonCompliant, errors } = result.summary;
  const failed = result.accounts.filter(({ failure }) => failure !== null).length;
  const unread = [
    ...(errors > 0 ? [`${count(errors, 'user')} could not be evaluated`] : []),
    ...(failed > 0 ? [`${count(failed, 'account')} could not be read`] : []),
  ];
  const more = unread.length === 0 ? '' : ` ${unread.join(', and ')}.`;
  if (users === 0) {
    // AWS Config may not have a result for every existing user yet.
    const isUnknown = errors + failed > 0 || !hasAllCredentials(result);
    const none = isUnknown ? 'No IAM user was evaluated.' : 'There are no IAM users.';
    return none + more;
  }
  const allowed = holdersOfAllowed(result);
  const isAnyExempt = allowed.some(({ category }) => category === 'exempt');
  const limit = describeLimit(
    result,
    allowed.some(({ category }) => category !== 'exempt'),
  );
  const rest = isAnyExempt ? `, and ${nonCompliant > 1 ? 'are' : 'is'} not exempt` : '';
  if (nonCompliant === 0)
    return `None of ${count(users, 'user')} holds ${limit.one}${rest}.${more}`;
  const types = countByType(result.users);
  const due = types.reduce((sum, type) => sum + type.due, 0);
  const oldest = types.reduce((most, type) => Math.max(most, type.oldest), 0);
  const hold = nonCompliant === 1 ? 'holds' : 'hold';
  const held = due === 1 ? limit.one : `${number(due)} ${limit.several}`;
  const most = due === 1 ? 'it has been idle for' : 'the oldest for';
  return `${number(nonCompliant)} of ${count(users, 'user')} ${hold} ${held}${rest}; ${most} ${count(oldest, 'day')}.${more}`;
}

/** COMPLIANT users who hold an unused credential. A result of AWS Config says so only in its annotation. */
function holdersOfAllowed(result: AuditResult): readonly AuditedUser[] {
  const holdsUnused = hasAllCredentials(result)
    ? ({ credentials }: AuditedUser) => credentials.some(({ unused }) => unused)
    : ({ annotation }: AuditedUser) => readAnnotation(annotation)?.hasUnused === true;
  return result.users.filter((user) => user.compliance === 'COMPLIANT' && holdsUnused(user));
}

/** `isAllowed`: whether anybody holds an unused credential that the scope allows. */
function describeLimit({ parameters }: AuditResult, isAllowed: boolean) {
  if (parameters === null) {
    const which = isAllowed ? ' that the scope does not allow' : '';
    return { one: `an unused credential${which}`, several: `unused credentials${which}` };
  }
  const { maxPasswordUsageAge: passwords, maxAccessKeyUsageAge: keys } = parameters;
  const { evaluationScope: scope } = parameters;
  const alone = passwords === keys || scope === 'console-password';
  const days = alone
    ? `${count(passwords, 'day')} or more`
    : `${count(passwords, 'day')} (passwords) or ${count(keys, 'day')} (access keys) or more`;
  const noun = scope === 'console-password' ? 'password' : 'credential';
  const rest = {
    credential: '',
    user: ', and no other that is in use',
    'console-password': ', and no access key that is in use',
  }[scope];
  return {
    one: `a ${noun} that nobody used for ${days}${rest}`,
    several: `${noun}s that nobody used for ${days}${rest}`,
  };
}

/** Usable credentials of one type. */
interface TypeCount {
  readonly type: AuditedCredential['type'];
  readonly total: number;
  /** Those because of which a user is NON_COMPLIANT. */
  readonly due: number;
  /** The longest idle time of those (days). */
  readonly oldest: number;
}

/** Counts passwords and access keys. */
export function countByType(users: readonly AuditedUser[]): readonly TypeCount[] {
  const password = { type: 'password' as const, total: 0, due: 0, oldest: 0 };
  const accessKey = { type: 'access-key' as const, total: 0, due: 0, oldest: 0 };
  for (const { credentials } of users) {
    for (const { type, due, idleDays } of credentials) {
      const counted = type === 'password' ? password : accessKey;
      counted.total += 1;
      if (!due) continue;
      counted.due += 1;
      counted.oldest = Math.max(counted.oldest, idleDays);
    }
  }
  return [password, accessKey];
}

/**
 * Sorts accounts by unused credentials, most first. Accounts that could not be read come before them, so that
 * nobody takes them for accounts without unused credentials.
 */
export function rankAccounts(accounts: readonly AuditedAccount[]): readonly AuditedAccount[] {
  const unread = ({ failure }: AuditedAccount) => (failure === null ? 0 : 1);
  return accounts.toSorted(
    (a, b) =>
      unread(b) - unread(a) ||
      b.unusedCredentials - a.unusedCredentials ||
      b.nonCompliant - a.nonCompliant ||
      (a.accountId < b.accountId ? -1 : 1),
  );
}

/** `4 of 13 passwords, 8 of 17 access keys`: those that are due, of all that can be used if they are known. */
export function describeTypes(result: AuditResult): string {
  const hasAll = hasAllCredentials(result);
  const types = countByType(result.users).map(({ type, total, due }) => {
    const noun = type === 'password' ? 'password' : 'access key';
    return hasAll ? `${number(due)} of ${count(total, noun)}` : count(due, noun);
  });
  return types.join(', ');
}

/** Says how many credentials are unused without making anybody NON_COMPLIANT; null if there are none. */
export function describeUnusedButAllowed({ users }: AuditResult): string | null {
  let allowed = 0;
  for (const { credentials } of users) {
    for (const { unused, due } of credentials) if (unused && !due) allowed += 1;
  }
  if (allowed === 0) return null;
  return `Unused, but exempt or allowed by the scope: ${count(allowed, 'credential')}.`;
}

const millisecondsPerWeek = 7 * millisecondsPerDay;

/** How many COMPLIANT users become NON_COMPLIANT within so many weeks if they use nothing. */
export function countSoon({ users, asOf }: AuditResult, weeks: number): number {
  const end = Date.parse(asOf) + weeks * millisecondsPerWeek;
  return users.filter(
    ({ becomesUnused }) => becomesUnused !== null && Date.parse(becomesUnused) < end,
  ).length;
}
