import type { ExitCode } from '../environment.ts';
import { plain, type TerminalStyle } from '../terminal/style.ts';
import { layOut } from '../terminal/table.ts';
import { type CheckResult, checkStates } from './check.ts';

/** What doctor found, as its JSON output shows it. */
export interface Report {
  /** Null if no answer from AWS names it. */
  readonly accountId: string | null;
  readonly region: string;
  readonly ruleName: string;
  readonly checks: readonly CheckResult[];
}

/** Returns 2 if anything is unchecked, otherwise 1 if anything is wrong: the same order as audit's. */
export function reportExitCode({ checks }: Report): ExitCode {
  if (checks.some(({ state }) => state === 'unchecked')) return 2;
  return checks.some(({ state }) => state === 'wrong') ? 1 : 0;
}

/** Renders a line per check with its remedy below, and the counts. A remedy is not wrapped, because people copy it. */
export function renderReport(report: Report, style: TerminalStyle, width: number | null): string {
  const { accountId, region, ruleName, checks } = report;
  const paint = { ok: style.good, warning: style.warn, wrong: style.bad, unchecked: style.bad };
  const rows = checks.map(({ id, state, finding }) => [
    { text: state, paint: paint[state] },
    id,
    finding,
  ]);
  const lines = layOut(rows, { width, overflow: 'wrap', whole: [0, 1] });
  const remedies = checks.map(({ remedy }) =>
    remedy === null ? [] : [`           → ${plain(remedy)}`],
  );
  const counts = checkStates.map(
    (state) => `${checks.filter((check) => check.state === state).length} ${state}`,
  );
  const where = `Account ${accountId ?? 'unknown'}, ${region}, rule ${ruleName}`;
  return [
    style.bold(plain(where)),
    ...lines.flatMap((line, index) => [line, ...(remedies[index] ?? [])]),
    counts.join(', '),
    '',
  ].join('\n');
}
