import { plain, type TerminalStyle } from './style.ts';

/** One line of the table. */
export interface VerdictLine {
  readonly name: string;
  readonly compliance: string;
  readonly category: string;
  readonly reason: string;
}

const header: VerdictLine = {
  name: 'USER',
  compliance: 'COMPLIANCE',
  category: 'CATEGORY',
  reason: 'REASON',
};

/**
 * Takes the verdicts and how to style them. Gives back a table of one line a user, NON_COMPLIANT
 * first, then by name; columns are aligned, the reason comes last and is not cut.
 */
export function renderVerdictTable(verdicts: readonly VerdictLine[], style: TerminalStyle): string {
  const order = new Intl.Collator('en', { numeric: true });
  const sorted = verdicts.toSorted(
    (a, b) => order.compare(b.compliance, a.compliance) || order.compare(a.name, b.name),
  );
  const lines = [header, ...sorted].map((line) => ({
    name: plain(line.name),
    compliance: line.compliance,
    category: line.category,
    reason: plain(line.reason),
  }));
  const width = (column: keyof VerdictLine) =>
    lines.reduce((widest, line) => Math.max(widest, line[column].length), 0);
  const widths = {
    name: width('name'),
    compliance: width('compliance'),
    category: width('category'),
  };
  return lines
    .map((line, index) => {
      const compliance = line.compliance.padEnd(widths.compliance);
      const paint =
        index === 0 ? style.bold : line.compliance === 'NON_COMPLIANT' ? style.bad : style.good;
      return [
        line.name.padEnd(widths.name),
        paint(compliance),
        line.category.padEnd(widths.category),
        line.reason,
      ].join('  ');
    })
    .join('\n');
}
