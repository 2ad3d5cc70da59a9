import Papa from 'papaparse';
import type { AuditedUser } from './audit-result.ts';

const usersPerChunk = 100;

/** What a spreadsheet takes for a formula; a line end later in the cell does not make it harmless. */
const formula = /^[=+\-@\t\r]/u;

/** The columns, each with what it shows of a user. */
const columns: Readonly<Record<string, (user: AuditedUser) => string>> = {
  accountId: (user) => user.accountId,
  userName: (user) => user.userName,
  arn: (user) => user.arn,
  userId: (user) => user.userId ?? '',
  compliance: (user) => user.compliance,
  category: (user) => user.category,
  unused: ({ credentials }) =>
    credentials
      .filter(({ unused }) => unused)
      .map(nameOf)
      .join(' '),
  lastActivity: ({ credentials }) =>
    credentials
      .map(({ lastActivity }) => lastActivity)
      .sort()
      .at(-1) ?? '',
  annotation: (user) => user.annotation,
};

/**
 * Takes users. Gives back CSV in pieces: a header, and one row a user. A cell that a spreadsheet would
 * take for a formula gets an apostrophe in front.
 */
export function* renderAuditCsv(users: readonly AuditedUser[]): Generator<string> {
  yield `${Object.keys(columns).join(',')}\n`;
  for (let start = 0; start < users.length; start += usersPerChunk) {
    const rows = users
      .slice(start, start + usersPerChunk)
      .map((user) => Object.values(columns).map((show) => show(user)));
    yield `${Papa.unparse(rows, { escapeFormulae: formula, newline: '\n' })}\n`;
  }
}

function nameOf({ type, id, slot }: AuditedUser['credentials'][number]): string {
  return type === 'password' ? 'password' : (id ?? `access-key-${slot}`);
}
