import type { ListedCredential, ListedRecord } from './restore-list.ts';
import { plain, type TerminalStyle } from './terminal.ts';

const header = ['USER', 'USER ID', 'REVOCATION', 'AGE', 'STATE', 'REVOKED'];
const stateColumn = header.indexOf('STATE');

const ways: Readonly<Record<ListedCredential['restorable'], string>> = {
  Reactivate: 'can be reactivated',
  NewPassword: 'a new one with --password',
  No: 'cannot come back',
};

/** Takes records and how to style them. Gives back a table of one line a record; what was revoked comes last, and is not cut. */
export function renderRecords(records: readonly ListedRecord[], style: TerminalStyle): string {
  if (records.length === 0) return 'Nothing that was revoked is left to restore.\n';
  const rows = [header, ...records.map(toRow)].map((row) => row.map(plain));
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row, index) => {
    const genuine = records[index - 1]?.genuine ?? true;
    return row
      .map((cell, column) => {
        const padded = column === header.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
        if (index === 0) return style.bold(padded);
        return column === stateColumn && !genuine ? style.bad(padded) : padded;
      })
      .join('  ');
  });
  return `${lines.join('\n')}\n`;
}

function toRow(record: ListedRecord): string[] {
  const { userName, userId, revocationId, confirmed } = record;
  const whose = [userName ?? '(gone)', userId, revocationId];
  if (!record.genuine) {
    return [...whose, '?', 'NOT GENUINE', `${record.why}; written by ${record.writer}`];
  }
  const revoked = record.credentials.map(
    ({ name, action, restorable }) => `${name} (${action}): ${ways[restorable]}`,
  );
  const age = record.ageDays === 1 ? '1 day' : `${record.ageDays} days`;
  return [...whose, age, confirmed ? 'confirmed' : 'unconfirmed', revoked.join('; ')];
}
