import type { listSteps, readExecution } from '../../rule/aws/ssm-automation.ts';
import type { Clock } from '../../rule/clock.ts';
import { ExpectedError } from '../../rule/core/errors.ts';

/** An execution, as far as it is looked at. */
export type ObservedExecution = Pick<
  NonNullable<Awaited<ReturnType<typeof readExecution>>>,
  'AutomationExecutionStatus' | 'Outputs' | 'FailureMessage'
>;
/** A step of an execution, as far as it is looked at. */
export type ObservedStep = Pick<
  Awaited<ReturnType<typeof listSteps>>[number],
  'StepName' | 'StepStatus' | 'StepExecutionId' | 'Action' | 'Inputs' | 'FailureMessage'
>;

/** What reads executions. */
export interface ExecutionReader {
  /** Gives null where there is no such execution. */
  readonly read: (executionId: string) => Promise<ObservedExecution | null>;
  readonly listSteps: (executionId: string) => Promise<readonly ObservedStep[]>;
}

/** Who is told what an execution does. */
export interface ExecutionListener {
  /** Takes what is to be told once. */
  readonly tell: (what: string) => void;
  /** Takes what is going on. */
  readonly report: (what: string) => void;
}

/** An execution that has ended, in whichever way, with all steps that ran. */
export interface EndedExecution {
  readonly status: string;
  readonly outputs: Readonly<Record<string, readonly string[]>>;
  readonly failureMessage: string | null;
  readonly steps: readonly ObservedStep[];
}

/** Between two looks (milliseconds). */
const interval = 2_000;
/** The same during a step that sleeps for up to hours. */
const longInterval = 30_000;
const longStep = 'WaitForReport';
/** So many looks may find nothing of an execution that was just started. */
const unseenLooks = 15;

/** Whatever else a status says, nothing more happens. */
const unfinished = new Set([
  'Pending',
  'InProgress',
  'Waiting',
  'Cancelling',
  'PendingApproval',
  'Approved',
  'Scheduled',
  'RunbookInProgress',
  'PendingChangeCalendarOverride',
  'ChangeCalendarOverrideApproved',
]);

/**
 * Takes an execution's ID, what reads it, a clock, and who is told: of each step that ends, and of a wait.
 * Gives back the execution when it has ended. Throws AwsError when it cannot be read.
 */
export async function followExecution(
  executionId: string,
  { read, listSteps }: ExecutionReader,
  clock: Clock,
  listener: ExecutionListener,
): Promise<EndedExecution> {
  const told = new Set<string>();
  for (let unseen = 0; ; ) {
    const execution = await read(executionId);
    if (execution === null) unseen += 1;
    if (unseen === unseenLooks) {
      throw new ExpectedError('AwsError', `AWS knows no execution ${executionId}`);
    }
    let waits = false;
    if (execution !== null) {
      // Steps are read after the status, so that those of an execution that has ended are complete.
      const steps = await listSteps(executionId);
      tellSteps(steps, told, listener);
      const status = execution.AutomationExecutionStatus ?? 'Pending';
      if (!unfinished.has(status)) {
        const { Outputs: outputs = {}, FailureMessage: failureMessage = null } = execution;
        return { status, outputs, failureMessage, steps };
      }
      waits = steps.some(isLongWait);
    }
    await clock.sleep(waits ? longInterval : interval);
  }
}

function isLongWait({ StepName, StepStatus = 'Pending' }: ObservedStep): boolean {
  return StepName === longStep && StepStatus !== 'Pending' && unfinished.has(StepStatus);
}

function tellSteps(
  steps: readonly ObservedStep[],
  told: Set<string>,
  { tell, report }: ExecutionListener,
): void {
  for (const [index, step] of steps.entries()) {
    const { StepName = 'a step', StepStatus = 'Pending', FailureMessage } = step;
    const ended = !unfinished.has(StepStatus);
    const once = (what: string) => {
      // A loop runs steps of one name several times.
      const key = `${step.StepExecutionId ?? index} ${ended}`;
      if (!told.has(key)) tell(what);
      told.add(key);
    };
    const until = waitsUntil(step);
    if (ended) {
      once(`${StepName} ${StepStatus}${FailureMessage ? `: ${FailureMessage}` : ''}`);
    } else if (until !== undefined) once(`${StepName} waits until ${until}`);
    else if (StepStatus !== 'Pending') report(StepName);
  }
}

/** Automation shows inputs as JSON, where text has quotation marks. */
function waitsUntil({ Action, Inputs }: ObservedStep): string | undefined {
  return Action === 'aws:sleep' ? Inputs?.['Timestamp']?.replace(/^"(.*)"$/u, '$1') : undefined;
}
