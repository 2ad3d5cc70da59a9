import type { AuditedUser, AuditResult } from './audit-result.ts';
import type { TerminalStyle } from './terminal.ts';
import { renderVerdictTable } from './verdict-table.ts';

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
