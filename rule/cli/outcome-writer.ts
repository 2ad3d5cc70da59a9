import type { ResultFormat } from './document-options.ts';
import type { CommandEnvironment } from './environment.ts';
import type { ExecutionOutcome } from './execution-outcome.ts';
import { type OutcomeLines, renderOutcome } from './outcome-table.ts';
import { plainJson } from './plain-json.ts';
import type { ExecutionResult } from './run-executions.ts';

/** How a command shows what became of its executions. */
export interface OutcomeView<Outcome extends ExecutionOutcome> {
  readonly format: ResultFormat;
  readonly toOutcome: (result: ExecutionResult) => Outcome;
  /** Gives the lines of the table that only this command has. */
  readonly linesOf: (outcome: Outcome) => OutcomeLines;
}

/** Writes outcomes to standard output. */
export interface OutcomeWriter<Outcome extends ExecutionOutcome> {
  /** Takes a result; for the table writes it at once, so that Ctrl-C loses nothing. */
  readonly add: (result: ExecutionResult) => Promise<void>;
  /** Writes what is left to write. Gives back all outcomes. */
  readonly end: () => Promise<readonly Outcome[]>;
}

/** Takes how to show outcomes, and the environment. Gives back what writes them; it throws ExpectedError. */
export function outcomeWriter<Outcome extends ExecutionOutcome>(
  { format, toOutcome, linesOf }: OutcomeView<Outcome>,
  { write, style }: Pick<CommandEnvironment, 'write' | 'style'>,
): OutcomeWriter<Outcome> {
  const outcomes: Outcome[] = [];
  return {
    add: async (result) => {
      const outcome = toOutcome(result);
      const gap = outcomes.push(outcome) > 1 ? ['\n'] : [];
      if (format === 'json') return;
      await write([...gap, renderOutcome(outcome, linesOf(outcome), style)]);
    },
    end: async () => {
      if (format === 'json') await write([plainJson(outcomes)]);
      return outcomes;
    },
  };
}
