import { type ExecutionOutcome, hasSucceeded } from './execution-outcome.ts';
import { plain, type TerminalStyle } from './terminal.ts';

/** What is shown below a user's name: a label and its texts; one without texts is left out. */
export type OutcomeLines = readonly (readonly [label: string, texts: readonly (string | null)[]])[];

/** Takes outcomes, what is shown of each besides the reason and failures, and the style. Gives back a paragraph each. */
export function renderOutcomes<Outcome extends ExecutionOutcome>(
  outcomes: readonly Outcome[],
  linesOf: (outcome: Outcome) => OutcomeLines,
  style: TerminalStyle,
): string {
  const paragraphs = outcomes.map((outcome) => {
    const { userName, userId, executionId, status, reason, failure, failedSteps } = outcome;
    const succeeded = hasSucceeded(outcome);
    const word = plain(succeeded ? (outcome.outcome ?? status) : status);
    const steps = failedSteps.map(({ name, status: how, message }) => `${name} ${how}: ${message}`);
    const lines = [
      ['plan', [succeeded ? null : outcome.outcome]],
      ['reason', [reason]],
      ...linesOf(outcome),
      ['failed step', steps],
      ['failure', [failure]],
      ['execution', [executionId]],
      ['see', [succeeded || executionId === null ? null : lookAt(executionId)]],
    ] as const satisfies OutcomeLines;
    return [
      `${style.bold(plain(userName))} (${plain(userId)}): ${(succeeded ? style.good : style.bad)(word)}`,
      ...lines.flatMap(([label, texts]) =>
        texts.flatMap((text) => (text === null ? [] : [`  ${label}: ${shown(text)}`])),
      ),
    ].join('\n');
  });
  return `${paragraphs.join('\n\n')}\n`;
}

function lookAt(executionId: string): string {
  return `aws ssm get-automation-execution --automation-execution-id ${executionId}`;
}

function shown(text: string): string {
  return plain(text.replace(/\s+/gu, ' ').trim());
}
