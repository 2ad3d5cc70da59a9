import type { ExitCode } from '../environment.ts';
import type { CheckResult } from './checks.ts';

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
