import type { ExitCode } from '../environment.ts';
import { plain, type TerminalStyle } from '../terminal/style.ts';
import { type CheckResult, checkStates } from './finding.ts';

/** What doctor found, as its JSON output shows it. */
export interface Report {
  /** Null where no answer of AWS told it. */
  readonly accountId: string | null;
  readonly region: string;
  readonly ruleName: string;
  readonly checks: readonly CheckResult[];
}

/** Takes what a check came to. Gives it back with each text on one line. */
export function onOneLine({ id, state, finding, remedy }: CheckResult): CheckResult {
  const line = (text: string) => text.replace(/\s+/gu, ' ').trim();
  return { id, state, finding: line(finding), remedy: remedy === null ? null : line(remedy) };
}

/** Takes a report. Gives back the exit code: what could not be checked outweighs what is wrong, as with audit. */
export function reportExitCode({ checks }: Report): ExitCode {
  if (checks.some(({ state }) => state === 'unchecked')) return 2;
  return checks.some(({ state }) => state === 'wrong') ? 1 : 0;
}

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
