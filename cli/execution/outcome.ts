import * as v from 'valibot';
import { oneLine } from '../../rule/core/errors.ts';
import { none } from '../../rule/formats/revocation-answer.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import type { ResultFormat } from '../options.ts';
import { plain, plainJson } from '../terminal/style.ts';
import { wrapLine } from '../terminal/table.ts';
import type { ExecutionResult } from './run.ts';
import { showCommand } from './run-log.ts';

/** What both revoke and restore show of a user's execution. */
export interface ExecutionOutcome {
  readonly userName: string;
  readonly userId: string;
  readonly executionId: string | null;
  /** Automation's status, or this program's own `NotStarted` or `NotFollowed`. */
  readonly status: string;
  /** The outcome of the plan; null if there was no plan. */
  readonly outcome: string | null;
  readonly reason: string | null;
  /** Why the execution failed, or could not be followed. */
  readonly failure: string | null;
  /** The steps that failed, even if the execution continued. */
  readonly failedSteps: readonly FailedStep[];
}

interface FailedStep {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

/** What Automation returns for an output of a step that did not run. */
const noOutput = 'No output available yet because the step is not successfully executed';

/** Returns an output that is a text, such as `Decision.Outcome`, or null. */
export function textOf({ ended }: ExecutionResult, name: string): string | null {
  return (ended?.outputs[name] ?? []).find(isGiven) ?? null;
}

/** Returns an output that is a list, such as `Decision.ToRevoke`. Automation may return a list as one text of JSON. */
export function listOf({ ended }: ExecutionResult, name: string): string[] {
  const texts = ended?.outputs[name] ?? [];
  const [only] = texts;
  const parsed = texts.length === 1 && only !== undefined ? parseList(only) : null;
  return (parsed ?? texts).filter(isGiven);
}

/** Like listOf, but null if the document has no such output, because it is of another version. */
export function listIfGiven(result: ExecutionResult, name: string): string[] | null {
  return result.ended?.outputs[name] === undefined ? null : listOf(result, name);
}

/** Returns the name of the record, or null unless the step that creates it succeeded: the plan names it before. */
export function recordNameOf(result: ExecutionResult, step: string): string | null {
  const steps = result.ended?.steps ?? [];
  const isWritten = steps.some(
    ({ StepName, StepStatus }) => StepName === step && StepStatus === 'Success',
  );
  return isWritten ? textOf(result, 'Decision.RecordName') : null;
}

function isGiven(text: string): boolean {
  return text !== '' && text !== none && !text.startsWith(noOutput);
}

const stringList = v.pipe(v.string(), v.parseJson(), v.array(v.string()));

/** Returns null if the text is not a JSON array of texts. */
function parseList(text: string): string[] | null {
  const { success, output } = v.safeParse(stringList, text);
  return success ? output : null;
}

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

/** Whether the execution succeeded and returned an outcome. */
export function hasSucceeded({ status, outcome }: ExecutionOutcome): boolean {
  return status === 'Success' && outcome !== null;
}

/**
 * Returns 2 if any execution failed or had an unknown outcome, else 1 if something is left to do after any outcome,
 * else 0.
 */
export function exitCodeOf(
  outcomes: readonly ExecutionOutcome[],
  known: readonly string[],
  unfinished: readonly string[],
): ExitCode {
  const names = outcomes.map((each) => (hasSucceeded(each) ? each.outcome : null) ?? '');
  if (!names.every((name) => known.includes(name))) return 2;
  return names.some((name) => unfinished.includes(name)) ? 1 : 0;
}

/** An outcome for a user who was deleted between the plan and the verification. */
export function withVanished<Outcome extends ExecutionOutcome>(
  outcome: Outcome,
  result: ExecutionResult,
): Outcome {
  if (textOf(result, 'Result.Outcome') !== 'Gone') return outcome;
  return { ...outcome, outcome: 'Gone', reason: 'the user was deleted meanwhile' };
}

/** The lines below a user's name: a label and its texts. A label without texts is not shown. */
export type OutcomeLines = readonly (readonly [label: string, texts: readonly (string | null)[]])[];

/** Renders a paragraph: the reason, `more`, and failures. IDs and commands are not wrapped, because people copy them. */
export function renderOutcome(
  outcome: ExecutionOutcome,
  more: OutcomeLines,
  { style, width }: Pick<CommandEnvironment, 'style' | 'width'>,
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
    ['see', [succeeded || executionId === null ? null : showCommand(executionId)]],
  ] as const satisfies OutcomeLines;
  const paragraph = [
    `${style.bold(plain(userName))} (${plain(userId)}): ${(succeeded ? style.good : style.bad)(word)}`,
    ...lines.flatMap(([label, texts]) =>
      texts.flatMap((text) => (text === null ? [] : [shown(label, text, width)])),
    ),
  ];
  return `${paragraph.join('\n')}\n`;
}

function shown(label: string, text: string, width: number | null): string {
  return wrapLine(`  ${label}: ${plain(oneLine(text))}`, label === 'see' ? null : width, 2);
}

/** How a command shows its executions. */
export interface OutcomeView<Outcome extends ExecutionOutcome> {
  readonly format: ResultFormat;
  readonly toOutcome: (result: ExecutionResult) => Outcome;
  /** Returns the lines of the table that only this command has. */
  readonly linesOf: (outcome: Outcome) => OutcomeLines;
  /** Returns what the table says as the reason, if it is not the outcome's. */
  readonly reasonOf?: (outcome: Outcome) => string | null;
}

/** Writes outcomes to standard output. */
interface OutcomeWriter<Outcome extends ExecutionOutcome> {
  /** Writes a result of the table at once, so that Ctrl-C loses nothing. */
  readonly add: (result: ExecutionResult) => Promise<void>;
  /** Writes the rest, in the order of these unique IDs, and returns all outcomes. */
  readonly end: (userIds: readonly string[]) => Promise<readonly Outcome[]>;
}

export function outcomeWriter<Outcome extends ExecutionOutcome>(
  { format, toOutcome, linesOf, reasonOf = ({ reason }) => reason }: OutcomeView<Outcome>,
  environment: Pick<CommandEnvironment, 'write' | 'style' | 'width'>,
): OutcomeWriter<Outcome> {
  const outcomes: Outcome[] = [];
  return {
    add: async (result) => {
      const outcome = toOutcome(result);
      const gap = outcomes.push(outcome) > 1 ? ['\n'] : [];
      if (format === 'json') return;
      const shown = { ...outcome, reason: reasonOf(outcome) };
      await environment.write([...gap, renderOutcome(shown, linesOf(outcome), environment)]);
    },
    end: async (userIds) => {
      const place = ({ userId }: Outcome) => userIds.indexOf(userId);
      const sorted = outcomes.toSorted((one, other) => place(one) - place(other));
      if (format === 'json') await environment.write([plainJson(sorted)]);
      return sorted;
    },
  };
}
