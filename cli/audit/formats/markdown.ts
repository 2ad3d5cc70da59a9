import { count, number } from '../../terminal/counts.ts';
import { plain } from '../../terminal/style.ts';
import type { Comparison } from '../compare/compare.ts';
import { describeComparison, differencesOf } from '../compare/show.ts';
import type { AuditedUser } from '../result.ts';
import {
  describeTypes,
  describeUnusedButAllowed,
  longestIdle,
  nameOfCredential,
  rankAccounts,
  summarize,
} from '../summary.ts';
import type { Trend } from '../trend/trend.ts';
import { describeHidden, type ShownResult, type View } from '../view.ts';

/** The users, and the rows of each other list, at most: an issue of GitHub takes 65,536 characters. */
const mostRows = 200;
const mostOthers = 50;

/** Yields Markdown for a ticket: the answer in a sentence, the counts, and a table of users. */
export function* renderMarkdown(result: ShownResult, view: View): Generator<string> {
  const { users, olderThan } = view;
  yield `## Unused IAM credentials\n\n${escaped(summarize(result))}\n\n`;
  if (result.summary.users > 0) yield `- Unused: ${describeTypes(result)}\n`;
  const allowed = describeUnusedButAllowed(result);
  if (allowed !== null) yield `- ${allowed.slice(0, -1)}\n`;
  yield `- As of ${result.asOf}\n`;
  for (const note of result.summary.notes) yield `- Note: ${escaped(note)}\n`;
  if (result.accounts.length > 1) {
    yield '\n| Account | Users | NON\\_COMPLIANT | Unused credentials |\n|---|--:|--:|--:|\n';
    const ranked = rankAccounts(result.accounts);
    for (const account of ranked.slice(0, mostOthers)) {
      const { accountId, failure } = account;
      const counts = [account.users, account.nonCompliant, account.unusedCredentials].map(number);
      const cells = failure === null ? counts : ['not read', '', ''];
      yield `| ${[accountId, ...cells].join(' | ')} |\n`;
    }
    yield* leftOut(ranked.length - mostOthers, 'more account', 'json');
  }
  if (users.length > 0) yield* table(users.slice(0, mostRows), result.accounts.length > 1);
  yield* leftOut(users.length - mostRows, 'more user', 'csv');
  if (olderThan !== null) {
    for (const line of describeHidden(result, view)) yield `\n${escaped(line)}\n`;
  }
  const unread = result.accounts.filter(({ failure }) => failure !== null);
  if (result.errors.length + unread.length > 0) yield '\nCould not be evaluated:\n\n';
  const problems = [
    ...unread.map(({ accountId, failure }) => `account ${code(accountId)}: ${code(failure ?? '')}`),
    ...result.errors.map(({ arn, message }) => `${code(arn)}: ${code(message)}`),
  ];
  for (const problem of problems.slice(0, mostOthers)) yield `- ${problem}\n`;
  yield* leftOut(problems.length - mostOthers, 'more row', 'json');
  if (result.comparison !== undefined) yield* comparisonSection(result.comparison);
  if (result.trend !== undefined) yield* trendSection(result.trend);
}

function* leftOut(amount: number, noun: string, format: string): Generator<string> {
  if (amount > 0) yield `\n${count(amount, noun)}: the format ${format} has all.\n`;
}

function* table(users: readonly AuditedUser[], several: boolean): Generator<string> {
  const header = [
    ...(several ? ['Account'] : []),
    'User',
    'Compliance',
    'Idle',
    'Unused',
    'Reason',
  ];
  yield `\n| ${header.join(' | ')} |\n|${header.map((name) => (name === 'Idle' ? '--:' : '---')).join('|')}|\n`;
  for (const user of users) {
    const days = longestIdle(user);
    const cells = [
      ...(several ? [user.accountId] : []),
      code(user.userName),
      escaped(user.compliance),
      days < 0 ? '' : count(days, 'day'),
      escaped(
        user.credentials
          .filter(({ unused }) => unused)
          .map(nameOfCredential)
          .join(', '),
      ),
      escaped(user.annotation),
    ];
    yield `| ${cells.join(' | ')} |\n`;
  }
}

function* comparisonSection(comparison: Comparison): Generator<string> {
  yield `\n### A second opinion\n\n${escaped(describeComparison(comparison))}\n`;
  const rows = differencesOf(comparison);
  if (rows.length > 0) yield '\n| Who | User | Credential | Why |\n|---|---|---|---|\n';
  for (const { who, user, credential, why } of rows.slice(0, mostOthers)) {
    yield `| ${[who, code(user), code(credential), escaped(why)].join(' | ')} |\n`;
  }
  yield* leftOut(rows.length - mostOthers, 'more row', 'json');
}

/** The days that Markdown shows. */
const shownDays = 31;

function* trendSection({ points, notes }: Trend): Generator<string> {
  yield '\n### Over time\n\n| Day | Users | NON\\_COMPLIANT | Unused credentials |\n|---|--:|--:|--:|\n';
  for (const { day, users, nonCompliant, unusedCredentials } of points.slice(-shownDays)) {
    const counts = [users, nonCompliant, unusedCredentials];
    const cells = counts.map((amount) => (amount === null ? '' : number(amount)));
    yield `| ${[day, ...cells].join(' | ')} |\n`;
  }
  if (notes.length > 0) yield '\n';
  for (const note of notes) yield `- Note: ${escaped(note)}\n`;
}

/** Text as one line of Markdown in which nothing starts a link, an image, HTML, code, emphasis or a cell. */
function escaped(text: string): string {
  return plain(text)
    .replace(/[\\`*_{}[\]<>#|~&@$^]/gu, '\\$&')
    .replaceAll('://', ':\\//')
    .replace(/www(?=\.)/giu, '$&\\');
}

/**
 * Text from AWS as a code span, in which nothing is a link or mentions anybody. A backtick would end it, and a vertical
 * bar the cell.
 */
function code(text: string): string {
  const safe = plain(text).replaceAll('`', '\\u{60}').replaceAll('|', '\\u{7c}');
  return `\`${safe === '' ? ' ' : safe}\``;
}
