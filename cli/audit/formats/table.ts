import { describeUnjudged } from '../../../rule/core/unjudged.ts';
import { count, number } from '../../terminal/counts.ts';
import type { TerminalStyle } from '../../terminal/style.ts';
import { layOut, wrap } from '../../terminal/table.ts';
import { renderComparison } from '../compare/show.ts';
import type { AuditedAccount, AuditedUser } from '../result.ts';
import {
  countSoon,
  describeTypes,
  describeUnusedButAllowed,
  longestIdle,
  rankAccounts,
  summarize,
} from '../summary.ts';
import { renderTrend } from '../trend/show.ts';
import { describeHidden, type ShownResult, type View } from '../view.ts';

/** One line of the table of users. */
interface VerdictLine {
  readonly name: string;
  readonly compliance: string;
  readonly category: string;
  readonly reason: string;
}

/** Renders a line per user, NON_COMPLIANT first, then by name. A reason that the terminal has no room for is cut. */
export function renderVerdictTable(
  verdicts: readonly VerdictLine[],
  style: TerminalStyle,
  width: number | null,
): string {
  const order = new Intl.Collator('en', { numeric: true });
  const sorted = verdicts.toSorted(
    (a, b) => order.compare(b.compliance, a.compliance) || order.compare(a.name, b.name),
  );
  const header = ['USER', 'COMPLIANCE', 'CATEGORY', 'REASON'];
  const rows = sorted.map(({ name, compliance, category, reason }) => {
    const paint = compliance === 'NON_COMPLIANT' ? style.bad : style.good;
    return [name, { text: compliance, paint }, category, reason];
  });
  const bold = header.map((text) => ({ text, paint: style.bold }));
  return layOut([bold, ...rows], { width, overflow: 'cut', whole: [1] }).join('\n');
}

/** Yields the answer in a sentence, the counts, and the users. */
export function* renderTable(result: ShownResult, view: View): Generator<string> {
  yield renderSummary(result, view);
  yield* renderSelected(result, view);
  yield* renderMore(result, view);
}

function* renderSelected(result: ShownResult, view: View): Generator<string> {
  const { users, olderThan } = view;
  if (users.length > 0) yield `\n${renderUsers(result, view)}\n`;
  if (users.length === 0 && olderThan === null) return;
  const hidden = describeHidden(result, view).map((line) => `${view.style.dim(line)}\n`);
  if (hidden.length > 0) yield `\n${hidden.join('')}`;
}

/** Yields what --compare and --trend add. */
export function* renderMore({ comparison, trend }: ShownResult, view: View): Generator<string> {
  if (comparison !== undefined) yield `\n${renderComparison(comparison, view)}`;
  if (trend !== undefined) yield `\n${renderTrend(trend, view)}`;
}

/** The accounts that a terminal shows without --wide. */
const shownAccounts = 20;

/** Renders the answer in a sentence, then counts by type of credential and, for several accounts, by account. */
export function renderSummary(result: ShownResult, { style, width, wide }: View): string {
  const { summary } = result;
  const sentence = summarize(result);
  const paint = summary.nonCompliant > 0 ? style.bad : style.good;
  const soon = countSoon(result, 2);
  const exempt = summary.categories.exempt;
  const allowed = describeUnusedButAllowed(result);
  const facts = [
    `Unused: ${describeTypes(result)}.`,
    ...(allowed === null ? [] : [allowed]),
    ...(exempt > 0 ? [`Exempt: ${count(exempt, 'user')}.`] : []),
    ...(soon > 0 ? [`Within 14 days: ${number(soon)} more.`] : []),
    `As of ${result.asOf}.`,
  ];
  const unjudged = summary.unjudged === null ? null : describeUnjudged(summary.unjudged);
  const accounts = result.accounts.length > 1 ? renderAccounts(result.accounts, width, wide) : [];
  const toLines = (text: string) => wrap(text, width);
  return [
    ...toLines(sentence).map((line) => style.bold(paint(line))),
    ...(summary.users === 0 ? [] : toLines(facts.join(' '))),
    ...(unjudged === null ? [] : toLines(`${unjudged} --format json shows them for each user.`)),
    ...(accounts.length === 0 ? [] : ['', ...accounts]),
    '',
  ].join('\n');
}

function renderAccounts(
  accounts: readonly AuditedAccount[],
  width: number | null,
  wide: boolean,
): string[] {
  const ranked = rankAccounts(accounts);
  const shown = wide || width === null ? ranked : ranked.slice(0, shownAccounts);
  const rows = shown.map(
    ({ accountId, users, nonCompliant, unusedCredentials, errors, failure }) =>
      failure === null
        ? [accountId, ...[users, nonCompliant, unusedCredentials, errors].map(number)]
        : [accountId, '-', '-', '-', 'all'],
  );
  const header = ['ACCOUNT', 'USERS', 'NON_COMPLIANT', 'UNUSED CREDENTIALS', 'NOT EVALUATED'];
  const left = ranked.slice(shown.length);
  const unreadLeft = left.filter(({ failure }) => failure !== null).length;
  const which = unreadLeft === 0 ? '' : `, ${number(unreadLeft)} of which could not be read`;
  return [
    ...layOut([header, ...rows], { width, overflow: 'cut', whole: [0] }),
    ...(left.length > 0
      ? [`${count(left.length, 'more account')}${which} (--wide shows them)`]
      : []),
  ];
}

function renderUsers(result: ShownResult, { users, all, wide, style, width }: View): string {
  const several = result.accounts.length > 1;
  const columns: readonly Column[] = [
    ...(several ? [{ header: 'ACCOUNT', of: (user: AuditedUser) => user.accountId }] : []),
    { header: 'USER', of: (user) => user.userName },
    ...(all || wide
      ? [
          {
            header: 'COMPLIANCE',
            of: ({ compliance }: AuditedUser) => ({
              text: compliance,
              paint: compliance === 'NON_COMPLIANT' ? style.bad : style.good,
            }),
          },
        ]
      : []),
    ...(wide ? [{ header: 'CATEGORY', of: (user: AuditedUser) => user.category ?? '-' }] : []),
    { header: 'IDLE', of: idleText },
    { header: 'REASON', of: (user) => user.annotation },
  ];
  const header = columns.map((column) => ({ text: column.header, paint: style.bold }));
  const rows = users.map((user) => columns.map((column) => column.of(user)));
  const whole = columns.flatMap((column, index) =>
    column.header === 'USER' || column.header === 'REASON' ? [] : [index],
  );
  return layOut([header, ...rows], {
    width: wide ? null : width,
    overflow: 'cut',
    whole,
  }).join('\n');
}

interface Column {
  readonly header: string;
  readonly of: (user: AuditedUser) => string | { text: string; paint: (text: string) => string };
}

function idleText(user: AuditedUser): string {
  const days = longestIdle(user);
  return days < 0 ? '-' : count(days, 'day');
}
