import { number } from '../../../terminal/counts.ts';
import { plain } from '../../../terminal/style.ts';
import { type AuditedUser, type AuditResult, hasAllCredentials } from '../../result.ts';
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

const columnsOf = (result: AuditResult): readonly Column[] => [
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
    // A result of AWS Config has no other credentials.
    title: `Last use of ${hasAllCredentials(result) ? 'any' : 'an unused'} credential`,
    kind: 'date',
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
export function userColumns(result: AuditResult): readonly Column[] {
  const name: Column = { title: 'User', kind: 'name', cellOf: (user) => plain(user.userName) };
  return [name, ...(result.accounts.length > 1 ? [account] : []), ...columnsOf(result)];
}

/** A row as the page and its script show it: the texts of its cells, and the link of the first. */
export interface UserRow {
  readonly cells: readonly string[];
  readonly link: string | null;
}

export function userRow(user: AuditedUser, shown: readonly Column[]): UserRow {
  return { cells: shown.map(({ cellOf }) => cellOf(user)), link: consoleLink(user) };
}
