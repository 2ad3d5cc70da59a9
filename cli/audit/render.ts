import Papa from 'papaparse';
import { escapeControls, type TerminalStyle } from '../terminal/style.ts';
import { renderVerdictTable } from '../terminal/table.ts';
import type { AuditedUser, AuditResult } from './result.ts';

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

const auditJsonUsersPerChunk = 100;

/**
 * Takes the result and the users to show. Gives back its JSON in pieces, since that of an organization's
 * users takes several times the memory of the users themselves.
 */
export function* renderAuditJson(
  result: AuditResult,
  users: readonly AuditedUser[],
): Generator<string> {
  const frame = `${escapeControls(JSON.stringify({ ...result, users: [] }, null, 2))}\n`;
  if (users.length === 0) {
    yield frame;
    return;
  }
  const opening = '"users": [';
  const at = frame.indexOf(`${opening}]`) + opening.length;
  yield frame.slice(0, at);
  for (let start = 0; start < users.length; start += auditJsonUsersPerChunk) {
    const chunk = JSON.stringify(users.slice(start, start + auditJsonUsersPerChunk), null, 2);
    const lines = escapeControls(chunk).slice(1, -2).replaceAll('\n', '\n  ');
    yield start === 0 ? lines : `,${lines}`;
  }
  yield `\n  ${frame.slice(at)}`;
}

/** Takes the result, the users to show, and how to style them. Gives back the table and the counts. */
export function renderAuditTable(
  { summary, asOf }: AuditResult,
  users: readonly AuditedUser[],
  style: TerminalStyle,
): string {
  const lines = users.map((user) => ({
    name: summary.accounts > 1 ? `${user.accountId}/${user.userName}` : user.userName,
    compliance: user.compliance,
    category: user.category,
    reason: user.annotation,
  }));
  const table = lines.length === 0 ? '' : `${renderVerdictTable(lines, style)}\n\n`;
  const counts = [
    style.good(`${summary.compliant} COMPLIANT`),
    style.bad(`${summary.nonCompliant} NON_COMPLIANT`),
    ...(summary.errors > 0 ? [style.bad(`${summary.errors} could not be judged`)] : []),
  ];
  return `${table}${counts.join(', ')} as of ${asOf}\n`;
}
