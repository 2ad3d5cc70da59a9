import { count } from '../terminal/counts.ts';
import type { TerminalStyle } from '../terminal/style.ts';
import type { Comparison } from './compare/compare.ts';
import type { AuditedUser, AuditResult } from './result.ts';
import { longestIdle } from './summary.ts';
import type { Trend } from './trend/trend.ts';

/** How the users are sorted. */
export const sortOrders = ['idle', 'name', 'account'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** The values of --only. */
export const shownUsers = ['non-compliant'] as const;

/** Whether a format has a row for each user or for each usable credential. */
export const rowKinds = ['user', 'credential'] as const;
export type RowKind = (typeof rowKinds)[number];

/** What every format shows: a result, and what it was compared with. */
export interface ShownResult extends AuditResult {
  /** With --compare. */
  readonly comparison?: Comparison;
  /** With --trend. */
  readonly trend?: Trend;
}

/** Which users a format shows, and how. */
export interface View {
  /** Selected and sorted. */
  readonly users: readonly AuditedUser[];
  readonly by: RowKind;
  /** Whether COMPLIANT users are among them, if there are any. */
  readonly all: boolean;
  /** The days of --older-than, by which users are selected; null for all. */
  readonly olderThan: number | null;
  /** Whether a table has all columns and lines of any length. */
  readonly wide: boolean;
  readonly style: TerminalStyle;
  /** The terminal's columns; null for a pipe or a file. */
  readonly width: number | null;
  /** The version of this tool. */
  readonly version: string;
}

/** Which users are selected. */
export interface Selection {
  readonly onlyNonCompliant: boolean;
  /** Only users whose shown idle time is at least this long (days); null for no limit. */
  readonly olderThan: number | null;
  /** Null for the order of the result, by ARN. */
  readonly sort: SortOrder | null;
}

/** Selects and sorts users; NON_COMPLIANT users come before COMPLIANT ones in the order of idle time. */
export function selectUsers(
  { users }: AuditResult,
  { onlyNonCompliant, olderThan, sort }: Selection,
): readonly AuditedUser[] {
  const selected = users.filter(
    (user) =>
      (!onlyNonCompliant || user.compliance === 'NON_COMPLIANT') &&
      (olderThan === null || longestIdle(user) >= olderThan),
  );
  if (sort === null) return selected;
  // Created only if users are sorted, because that takes some milliseconds.
  const order = new Intl.Collator('en', { numeric: true });
  const byName = (a: AuditedUser, b: AuditedUser) => order.compare(a.userName, b.userName);
  const byAccount = (a: AuditedUser, b: AuditedUser) => order.compare(a.accountId, b.accountId);
  switch (sort) {
    case 'name':
      return selected.toSorted((a, b) => byName(a, b) || byAccount(a, b));
    case 'account':
      return selected.toSorted((a, b) => byAccount(a, b) || byName(a, b));
    case 'idle': {
      const rank = ({ compliance }: AuditedUser) => (compliance === 'NON_COMPLIANT' ? 0 : 1);
      return selected
        .map((user) => ({ user, idle: longestIdle(user) }))
        .toSorted(
          (a, b) => rank(a.user) - rank(b.user) || b.idle - a.idle || byName(a.user, b.user),
        )
        .map(({ user }) => user);
    }
  }
}

/** Says which users a format for people does not show, a line for each reason. */
export function describeHidden(
  { summary, users: audited }: AuditResult,
  { users, all, olderThan }: Pick<View, 'users' | 'all' | 'olderThan'>,
): string[] {
  const shown = users.filter(({ compliance }) => compliance === 'NON_COMPLIANT').length;
  const nonCompliant = summary.nonCompliant - shown;
  const compliant = summary.compliant - (users.length - shown);
  const isTimeless = (user: AuditedUser) => longestIdle(user) < 0;
  const timeless = all && olderThan !== null ? audited.filter(isTimeless).length : 0;
  const young = all ? nonCompliant + compliant - timeless : nonCompliant;
  const days = count(olderThan ?? 0, 'day');
  const them = olderThan === null ? 'them' : `those idle for ${days} or more`;
  return [
    ...(young > 0
      ? [
          `${count(young, all ? 'user' : 'NON_COMPLIANT user')} not shown (idle for less than ${days})`,
        ]
      : []),
    ...(timeless > 0 ? [`${count(timeless, 'user')} not shown (no idle time)`] : []),
    ...(!all && compliant > 0
      ? [`${count(compliant, 'COMPLIANT user')} not shown (--all shows ${them})`]
      : []),
  ];
}
