import type { ListedCredential, ListedRecord } from './listed-record.ts';
import { plain, type TerminalStyle } from './terminal.ts';

const header = ['USER', 'USER ID', 'REVOCATION', 'AGE', 'STATE', 'WHAT RESTORE WOULD DO'];
const stateColumn = header.indexOf('STATE');

/** Takes records and how to style them. Gives back a table of one line a record; what was revoked comes last, and is not cut. */
export function renderRecords(records: readonly ListedRecord[], style: TerminalStyle): string {
  if (records.length === 0) return 'Nothing that was revoked is left to restore.\n';
  const rows = [header, ...records.map(toRow)].map((row) => row.map(plain));
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row, index) => {
    const forged = records[index - 1]?.genuine === false;
    return row
      .map((cell, column) => {
        const padded = column === header.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
        if (index === 0) return style.bold(padded);
        return column === stateColumn && forged ? style.bad(padded) : padded;
      })
      .join('  ');
  });
  return `${lines.join('\n')}\n`;
}

function toRow(record: ListedRecord): string[] {
  const { userName, userId, revocationId, confirmed } = record;
  const whose = [userName ?? '(gone)', userId, revocationId];
  if (record.genuine === null) return [...whose, '?', 'not checked', gone];
  if (!record.genuine) {
    return [...whose, '?', 'NOT GENUINE', `${record.why}; written by ${record.writer}`];
  }
  const age = record.ageDays === 1 ? '1 day' : `${record.ageDays} days`;
  const names = record.credentials.map(({ name }) => name).join(', ');
  const what =
    userName === null ? `${gone}: ${names}` : record.credentials.map(prospectOf).join('; ');
  return [...whose, age, confirmed ? 'confirmed' : 'unconfirmed', what];
}

const gone = 'nothing can be restored, since the user is gone';

function prospectOf({ name, restorable, needs, whyNot }: ListedCredential): string {
  if (whyNot !== null) return `${name}: ${whyNot}`;
  const how = restorable === 'NewPassword' ? 'a new one' : 'would be reactivated';
  return `${name}: ${[how, ...(needs.length > 0 ? ['with', ...needs] : [])].join(' ')}`;
}
