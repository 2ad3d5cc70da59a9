import type { listSteps, readExecution } from '../../rule/aws/ssm-automation.ts';
import type { Clock } from '../../rule/clock.ts';
import { ExpectedError } from '../../rule/core/errors.ts';

/** What is read of an execution. */
export type ObservedExecution = Pick<
  NonNullable<Awaited<ReturnType<typeof readExecution>>>,
  'AutomationExecutionStatus' | 'Outputs' | 'FailureMessage'
>;
/** What is read of a step. */
export type ObservedStep = Pick<
  Awaited<ReturnType<typeof listSteps>>[number],
  'StepName' | 'StepStatus' | 'StepExecutionId' | 'Outputs' | 'FailureMessage'
>;

/** Reads executions. */
export interface ExecutionReader {
  /** Resolves to null if there is no such execution. */
  readonly read: (executionId: string) => Promise<ObservedExecution | null>;
  readonly listSteps: (executionId: string) => Promise<readonly ObservedStep[]>;
}

/** Is notified of the progress of an execution. */
export interface ExecutionListener {
  /** Is called once for each wait, and for each step that does not succeed. */
  readonly tell: (what: string) => void;
  /** Is called once for each step that succeeds. */
  readonly step: (what: string) => void;
  /** Is called with the current step. */
  readonly report: (what: string) => void;
}

/** An execution that has ended, whether or not it succeeded, with all steps that ran. */
export interface EndedExecution {
  readonly status: string;
  readonly outputs: Readonly<Record<string, readonly string[]>>;
  readonly failureMessage: string | null;
  readonly steps: readonly ObservedStep[];
}

/** Between two polls (milliseconds). */
const interval = 2_000;
/** The same during a step that sleeps for up to hours. */
const longInterval = 30_000;
const longStep = 'WaitForReport';
/** AWS may not show an execution for this many polls after its start. */
const unseenPolls = 15;

/** With any other status the execution has ended. */
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

/** Polls an execution until it ends, and notifies the listener of each step and of each wait. Throws AwsError. */
export async function followExecution(
  executionId: string,
  { read, listSteps }: ExecutionReader,
  clock: Clock,
  listener: ExecutionListener,
): Promise<EndedExecution> {
  const known = new Set<string>();
  for (let unseen = 0; ; ) {
    const execution = await read(executionId);
    if (execution === null) unseen += 1;
    if (unseen === unseenPolls) {
      const waited = ((unseenPolls - 1) * interval) / 1000;
      throw new ExpectedError(
        'AwsError',
        `Systems Manager does not show execution ${executionId} ${waited} seconds after its start; it may still be running`,
      );
    }
    let waits = false;
    if (execution !== null) {
      // Reading the steps after the status makes those of an ended execution complete.
      const steps = await listSteps(executionId);
      tellSteps(steps, known, listener);
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
  known: Set<string>,
  { tell, step: tellSuccess, report }: ExecutionListener,
): void {
  for (const [index, step] of steps.entries()) {
    const { StepName = 'a step', StepStatus = 'Pending', FailureMessage } = step;
    const ended = !unfinished.has(StepStatus);
    const once = (what: string, say = tell) => {
      // In a loop, several steps have one name.
      const key = `${step.StepExecutionId ?? index} ${ended}`;
      if (!known.has(key)) say(what);
      known.add(key);
    };
    const until = StepName === longStep ? waitsUntil(steps) : undefined;
    if (ended) {
      const say = StepStatus === 'Success' ? tellSuccess : tell;
      once(`${StepName} ${StepStatus}${FailureMessage ? `: ${FailureMessage}` : ''}`, say);
    } else if (until !== undefined) once(`${StepName} waits until ${until}`);
    else if (StepStatus !== 'Pending') report(StepName);
  }
}

/** The instant until which the execution waits, according to its first plan. */
function waitsUntil(steps: readonly ObservedStep[]): string | undefined {
  const preview = steps.find(({ StepName }) => StepName === 'Preview');
  return preview?.Outputs?.['WaitUntil']?.[0];
}
