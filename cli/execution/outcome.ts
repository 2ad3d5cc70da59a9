import * as v from 'valibot';
import type { CommandEnvironment } from '../environment.ts';
import type { ResultFormat } from '../options.ts';
import { plain, plainJson, type TerminalStyle } from '../terminal/style.ts';
import type { ExecutionResult } from './run.ts';

/** What revoke and restore show alike of a user's execution. */
export interface ExecutionOutcome {
  readonly userName: string;
  readonly userId: string;
  readonly executionId: string | null;
  /** That of Automation; `NotStarted` and `NotFollowed` are this program's own. */
  readonly status: string;
  /** What the plan came to; null where there was none. */
  readonly outcome: string | null;
  readonly reason: string | null;
  /** Why the execution failed, or could not be followed. */
  readonly failure: string | null;
  /** Steps that failed, also where the execution went on. */
  readonly failedSteps: readonly FailedStep[];
}

/** A step that failed. */
export interface FailedStep {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

/** What Automation says of an output whose step did not run. */
const noOutput = 'No output available yet because the step is not successfully executed';

/** Takes a result and an output that is a text, `Decision.Outcome`; gives it back, or null. */
export function textOf({ ended }: ExecutionResult, name: string): string | null {
  return (ended?.outputs[name] ?? []).find(isGiven) ?? null;
}

/**
 * Takes a result and an output that is a list, `Decision.ToRevoke`. Gives back its texts; none where there is
 * nothing. Automation may show a list as such, or as one text that holds it as JSON.
 */
export function listOf({ ended }: ExecutionResult, name: string): string[] {
  const texts = ended?.outputs[name] ?? [];
  const [only] = texts;
  const parsed = texts.length === 1 && only !== undefined ? parseList(only) : null;
  return (parsed ?? texts).filter(isGiven);
}

function isGiven(text: string): boolean {
  return text !== '' && text !== 'None' && !text.startsWith(noOutput);
}

const stringList = v.pipe(v.string(), v.parseJson(), v.array(v.string()));

/** Gives null where the text is no JSON array of texts. */
function parseList(text: string): string[] | null {
  const { success, output } = v.safeParse(stringList, text);
  return success ? output : null;
}

/** Takes a result; gives back what both commands show of it. */
export function toOutcome(result: ExecutionResult): ExecutionOutcome {
  const { user, executionId, ended, failure } = result;
  const unended = executionId === null ? 'NotStarted' : 'NotFollowed';
  const steps = (ended?.steps ?? []).filter(({ StepStatus = '' }) =>
    failedStatuses.has(StepStatus),
  );
  return {
    userName: textOf(result, 'Decision.UserName') ?? user.userName,
    userId: user.userId,
    executionId,
    status: ended?.status ?? unended,
    outcome: textOf(result, 'Decision.Outcome'),
    reason: textOf(result, 'Decision.Reason'),
    failure: failure ?? ended?.failureMessage ?? null,
    failedSteps: steps.map(({ StepName = 'a step', StepStatus = '', FailureMessage = '' }) => ({
      name: StepName,
      status: StepStatus,
      message: FailureMessage,
    })),
  };
}

const failedStatuses = new Set(['Failed', 'TimedOut', 'Cancelled']);

/** Takes an outcome; tells whether its execution succeeded and said what it came to. */
export function hasSucceeded({ status, outcome }: ExecutionOutcome): boolean {
  return status === 'Success' && outcome !== null;
}

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
