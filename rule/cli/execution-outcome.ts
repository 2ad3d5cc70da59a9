import * as v from 'valibot';
import type { ExecutionResult } from './run-executions.ts';

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
