import Papa from 'papaparse';
import type { AuditedCredential, AuditedUser, AuditResult, ShownExemption } from '../result.ts';
import { credentialsOf, nameOfCredential, type OwnedCredential } from '../summary.ts';
import type { View } from '../view.ts';

const rowsPerPiece = 100;

/** The beginning of a cell that a spreadsheet treats as a formula, including the full-width characters. */
const formula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u;

type Columns<Row> = Readonly<Record<string, (row: Row) => string>>;

const userColumns: Columns<AuditedUser> = {
  accountId: (user) => user.accountId,
  userName: (user) => user.userName,
  arn: (user) => user.arn,
  userId: (user) => user.userId ?? '',
  compliance: (user) => user.compliance,
  category: (user) => user.category ?? '',
  unused: ({ credentials }) =>
    credentials
      .filter(({ unused }) => unused)
      .map(nameOfCredential)
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
  becomesUnused: (user) => user.becomesUnused ?? '',
  exemption: (user) => describeExemption(user.exemption),
};

const credentialColumns: Columns<OwnedCredential> = {
  accountId: ({ user }) => user.accountId,
  userName: ({ user }) => user.userName,
  arn: ({ user }) => user.arn,
  userId: ({ user }) => user.userId ?? '',
  type: ({ credential }) => credential.type,
  id: ({ credential }) => credential.id ?? '',
  slot: ({ credential }) => String(credential.slot ?? ''),
  // Only a credential that can be used is in the result.
  status: () => 'Active',
  created: ({ credential }) => credential.created ?? '',
  lastUsed: ({ credential }) => credential.lastUsed ?? '',
  lastUsedService: ({ credential }) => credential.lastUsedService ?? '',
  lastUsedRegion: ({ credential }) => credential.lastUsedRegion ?? '',
  idleDays: ({ credential }) => String(credential.idleDays),
  limitDays: ({ credential }) => String(credential.threshold),
  unused: ({ credential }) => String(credential.unused),
  becomesUnused: ({ credential }) => credential.becomesUnused,
  exemption: ({ user }) => describeExemption(user.exemption),
  compliance: ({ user }) => user.compliance,
};

/** The texts of all credentials, each once. */
function joined(
  credentials: readonly AuditedCredential[],
  textOf: (credential: AuditedCredential) => string | null,
): string {
  const texts = credentials.map(textOf).filter((text) => text !== null);
  return [...new Set(texts)].join(' ');
}

/** `until 2027-01-31T24:00:00Z`, `path /break-glass/`, `ignored: ended`; empty for none. */
function describeExemption(exemption: ShownExemption | null): string {
  switch (exemption?.kind) {
    case undefined:
      return '';
    case 'path':
      return `path ${exemption.prefix}`;
    case 'tag':
      return `until ${exemption.until}`;
    case 'ignored':
      return `ignored: ${exemption.reason}`;
  }
}

/**
 * Yields a header, and a row for each user or usable credential. A cell that a spreadsheet would take for a formula
 * gets an apostrophe in front.
 */
export function renderCsv(_: AuditResult, { users, by }: View): Generator<string> {
  return by === 'user'
    ? renderRows(userColumns, users)
    : renderRows(credentialColumns, credentialsOf(users));
}

function* renderRows<Row>(columns: Columns<Row>, rows: readonly Row[]): Generator<string> {
  yield `${Object.keys(columns).join(',')}\n`;
  for (let start = 0; start < rows.length; start += rowsPerPiece) {
    const cells = rows
      .slice(start, start + rowsPerPiece)
      .map((row) => Object.values(columns).map((show) => show(row)));
    yield `${Papa.unparse(cells, { escapeFormulae: formula, newline: '\n' })}\n`;
  }
}
