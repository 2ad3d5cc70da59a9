import { type ExecutionOutcome, hasSucceeded } from './execution-outcome.ts';
import { plain, type TerminalStyle } from './terminal.ts';

/** What is shown below a user's name: a label and its texts; one without texts is left out. */
export type OutcomeLines = readonly (readonly [label: string, texts: readonly (string | null)[]])[];

/** Takes an outcome, what is shown of it besides the reason and failures, and the style. Gives back a paragraph. */
export function renderOutcome(
  outcome: ExecutionOutcome,
  more: OutcomeLines,
  style: TerminalStyle,
): string {
  const { userName, userId, executionId, status, reason, failure, failedSteps } = outcome;
  const succeeded = hasSucceeded(outcome);
  const word = plain(succeeded ? (outcome.outcome ?? status) : status);
  const steps = failedSteps.map(({ name, status: how, message }) => `${name} ${how}: ${message}`);
  const lines = [
    ['plan', [succeeded ? null : outcome.outcome]],
    ['reason', [reason]],
    ...more,
    ['failed step', steps],
    ['failure', [failure]],
    ['execution', [executionId]],
    ['see', [succeeded || executionId === null ? null : lookAt(executionId)]],
  ] as const satisfies OutcomeLines;
  const paragraph = [
    `${style.bold(plain(userName))} (${plain(userId)}): ${(succeeded ? style.good : style.bad)(word)}`,
    ...lines.flatMap(([label, texts]) =>
      texts.flatMap((text) => (text === null ? [] : [`  ${label}: ${shown(text)}`])),
    ),
  ];
  return `${paragraph.join('\n')}\n`;
}

function lookAt(executionId: string): string {
  return `aws ssm get-automation-execution --automation-execution-id ${executionId}`;
}

function shown(text: string): string {
  return plain(text.replace(/\s+/gu, ' ').trim());
}
