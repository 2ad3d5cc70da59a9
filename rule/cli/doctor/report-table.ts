import { plain, type TerminalStyle } from '../terminal.ts';
import { checkStates } from './finding.ts';
import type { Report } from './report.ts';

/** Takes a report and the style. Gives back the table: a line a check, below it what mends it, and at the end how many came to what. */
export function renderReport(report: Report, style: TerminalStyle): string {
  const { accountId, region, ruleName, checks } = report;
  const paint = { ok: style.good, warning: style.warn, wrong: style.bad, unchecked: style.bad };
  const width = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const [stateWidth, idWidth] = [width(checkStates), width(checks.map(({ id }) => id))];
  const lines = checks.flatMap(({ id, state, finding, remedy }) => [
    `${paint[state](state.padEnd(stateWidth))}  ${id.padEnd(idWidth)}  ${plain(finding)}`,
    ...(remedy === null ? [] : [`${' '.repeat(stateWidth)}  → ${plain(remedy)}`]),
  ]);
  const counts = checkStates.map((state) => [
    state,
    checks.filter((check) => check.state === state).length,
  ]);
  const where = `Account ${accountId ?? 'unknown'}, ${region}, rule ${ruleName}`;
  return [
    style.bold(plain(where)),
    ...lines,
    counts.map(([state, count]) => `${count} ${state}`).join(', '),
    '',
  ].join('\n');
}
