import Papa from 'papaparse';
import { describeUnjudged } from '../../rule/core/unjudged.ts';
import { escapeControls, type TerminalStyle } from '../terminal/style.ts';
import { layOut } from '../terminal/table.ts';
import type { AuditedUser, AuditResult } from './result.ts';

const usersPerChunk = 100;

/** The beginning of a cell that a spreadsheet takes for a formula; a line end later in the cell does not make it harmless. */
const formula = /^[=+\-@\t\r]/u;

/** The columns of the CSV. */
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
  lastUsedService: ({ credentials }) =>
    joined(credentials, ({ lastUsedService }) => lastUsedService),
  lastUsedRegion: ({ credentials }) => joined(credentials, ({ lastUsedRegion }) => lastUsedRegion),
  unjudged: ({ unjudged }) => unjudged.map(({ kind, id }) => id ?? kind).join(' '),
};

type Credentials = AuditedUser['credentials'];

/** The texts of all access keys, each once. */
function joined(
  credentials: Credentials,
  textOf: (credential: Credentials[number]) => string | null,
): string {
  const texts = credentials.map(textOf).filter((text) => text !== null);
  return [...new Set(texts)].join(' ');
}

/** Yields a header and one row per user. A cell that a spreadsheet would take for a formula gets an apostrophe in front. */
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

/** Yields the JSON in pieces: in one piece, that of an organization takes several times the memory of its users. */
export function* renderAuditJson(
  result: AuditResult,
  users: readonly AuditedUser[],
): Generator<string> {
  yield '{';
  for (const [index, [key, value]] of Object.entries(result).entries()) {
    yield `${index === 0 ? '' : ','}\n  ${JSON.stringify(key)}: `;
    if (key !== 'users' || users.length === 0) {
      yield indented(key === 'users' ? [] : value);
      continue;
    }
    yield '[';
    for (let start = 0; start < users.length; start += usersPerChunk) {
      const elements = indented(users.slice(start, start + usersPerChunk)).slice(1, -4);
      yield start === 0 ? elements : `,${elements}`;
    }
    yield '\n  ]';
  }
  yield '\n}\n';
}

/** The JSON of a value of the outermost object. */
function indented(value: unknown): string {
  return escapeControls(JSON.stringify(value, null, 2)).replaceAll('\n', '\n  ');
}

/** One line of the verdict table. */
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

/** Renders the table of these users, and the counts over all users. */
export function renderAuditTable(
  { summary, asOf }: AuditResult,
  users: readonly AuditedUser[],
  style: TerminalStyle,
  width: number | null,
): string {
  const lines = users.map((user) => ({
    name: summary.accounts > 1 ? `${user.accountId}/${user.userName}` : user.userName,
    compliance: user.compliance,
    category: user.category,
    reason: user.annotation,
  }));
  const table = lines.length === 0 ? '' : `${renderVerdictTable(lines, style, width)}\n\n`;
  const counts = [
    style.good(`${summary.compliant} COMPLIANT`),
    style.bad(`${summary.nonCompliant} NON_COMPLIANT`),
    ...(summary.errors > 0 ? [style.bad(`${summary.errors} could not be evaluated`)] : []),
  ];
  const unjudged = describeUnjudged(summary.unjudged);
  const shown = unjudged === null ? '' : `${unjudged} --format json shows them for each user.\n`;
  return `${table}${counts.join(', ')} as of ${asOf}\n${shown}`;
}
