import { number } from '../../../terminal/counts.ts';
import { plain } from '../../../terminal/style.ts';
import type { AuditedUser } from '../../result.ts';
import { longestIdle, nameOfCredential } from '../../summary.ts';
import { consoleLink } from './console-link.ts';
import { dateOf } from './text.ts';

/** A column of the table of users. */
interface Column {
  readonly title: string;
  /** How its cells look and are sorted. */
  readonly kind: 'name' | 'text' | 'status' | 'number' | 'date' | 'credentials' | 'long';
  readonly cellOf: (user: AuditedUser) => string;
}

const account: Column = { title: 'Account', kind: 'text', cellOf: (user) => user.accountId };

const columns: readonly Column[] = [
  { title: 'Compliance', kind: 'status', cellOf: (user) => user.compliance },
  {
    ...{ title: 'Days idle', kind: 'number' },
    cellOf: (user) => {
      const days = longestIdle(user);
      return days < 0 ? '' : number(days);
    },
  },
  {
    ...{ title: 'Unused', kind: 'credentials' },
    cellOf: ({ credentials }) =>
      credentials
        .filter(({ unused }) => unused)
        .map((credential) => plain(nameOfCredential(credential)))
        .join(', '),
  },
  {
    ...{ title: 'Last use', kind: 'date' },
    cellOf: ({ credentials }) => {
      const uses = credentials.flatMap(({ lastUsed }) => lastUsed ?? []);
      return uses.length === 0 ? '' : dateOf(uses.sort().at(-1) ?? '');
    },
  },
  {
    ...{ title: 'Becomes unused', kind: 'date' },
    cellOf: ({ becomesUnused }) => (becomesUnused === null ? '' : dateOf(becomesUnused)),
  },
  { title: 'Reason', kind: 'long', cellOf: (user) => plain(user.annotation) },
];

/** The columns of the table of users; the account only if there are several. */
export function userColumns(several: boolean): readonly Column[] {
  const name: Column = { title: 'User', kind: 'name', cellOf: (user) => plain(user.userName) };
  return [name, ...(several ? [account] : []), ...columns];
}

/** A row as the page and its script show it: the texts of its cells, and the link of the first. */
export interface UserRow {
  readonly cells: readonly string[];
  readonly link: string | null;
}

export function userRow(user: AuditedUser, shown: readonly Column[]): UserRow {
  return { cells: shown.map(({ cellOf }) => cellOf(user)), link: consoleLink(user) };
}
