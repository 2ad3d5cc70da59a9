import { hasAwsCode } from '../../rule/aws/call.ts';
import type { Clients } from '../../rule/aws/clients.ts';
import { listSteps, readExecution, startExecution } from '../../rule/aws/ssm-automation.ts';
import { ExpectedError, messageOf, oneLine, withoutPeriod } from '../../rule/core/errors.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment } from '../environment.ts';
import { startProgress } from '../terminal/io.ts';
import { describeFailure, plain } from '../terminal/style.ts';
import {
  type EndedExecution,
  type ExecutionListener,
  type ExecutionReader,
  followExecution,
} from './follow.ts';
import type { RunLog } from './run-log.ts';

type Parameters = Readonly<Record<string, string>>;

/** Starts executions and reads them. */
export interface Automation extends ExecutionReader {
  /** Resolves to the execution's ID. */
  readonly start: (parameters: Parameters) => Promise<string>;
}

/** The result of one user's execution. */
export interface ExecutionResult {
  readonly user: UserIdentity;
  /** Null if none was started. */
  readonly executionId: string | null;
  /** Null if it was not started or not followed to its end; `failure` says why. */
  readonly ended: EndedExecution | null;
  readonly failure: string | null;
}

/** Starts a document in a Region. Throws AwsError. */
export function automationOf(
  ssm: Clients['ssm'],
  documentName: string,
  region: string,
): Automation {
  return {
    start: async (parameters) => {
      try {
        return await startExecution(ssm, documentName, parameters);
      } catch (error) {
        if (!hasAwsCode(error, 'AutomationDefinitionNotFoundException')) throw error;
        const advice = `deploy ${documentName} in ${region}, or set --region to the Region where it is deployed`;
        throw new ExpectedError('AwsError', `${withoutPeriod(messageOf(error))}; ${advice}`, {
          cause: error,
        });
      }
    },
    read: (executionId) => readExecution(ssm, executionId),
    listSteps: (executionId) => listSteps(ssm, executionId),
  };
}

/** How executions are run. */
export interface RunOptions {
  /** Whether each step is shown. */
  readonly verbose: boolean;
  readonly log: RunLog;
}

/**
 * Starts and follows one execution after the other, and passes each result to `finished` before it starts the next.
 * After an error from AWS it starts no more. Throws only what `finished` throws.
 */
export async function runExecutions(
  users: readonly UserIdentity[],
  parametersOf: (user: UserIdentity) => Parameters,
  automation: Automation,
  finished: (result: ExecutionResult) => Promise<void>,
  { verbose, log }: RunOptions,
  { clock, tell }: Pick<CommandEnvironment, 'clock' | 'tell'>,
): Promise<void> {
  const progress = startProgress(tell, clock);
  const listener = (user: UserIdentity, isDry: boolean) => {
    const say = (what: string) => tell(plain(`${user.userName}: ${oneLine(what)}`));
    const report = (what: string) => progress.report(`${user.userName}: ${what}`);
    const waiting = isDry ? 'dry run' : 'waiting for the execution to end';
    return {
      tell: say,
      step: verbose ? say : () => undefined,
      report: verbose ? report : () => report(waiting),
    };
  };
  for (const user of users) log.set(user, { kind: 'waiting' });
  let failed: string | null = null;
  try {
    for (const user of users) {
      if (failed !== null) {
        const failure = `not tried, because ${failed}`;
        await finished({ user, executionId: null, ended: null, failure });
        continue;
      }
      const parameters = parametersOf(user);
      const isDry = parameters['DryRun'] === 'true';
      const listening = listener(user, isDry);
      const result = await run({ user, parameters, isDry }, automation, listening, log, clock);
      if (result.failure !== null) {
        // An execution that cannot be followed may still succeed.
        const what = result.executionId === null ? 'started' : 'followed';
        failed = `the execution for ${user.userName} could not be ${what}`;
      }
      await finished(result);
    }
  } finally {
    progress.stop();
  }
}

async function run(
  { user, parameters, isDry }: { user: UserIdentity; parameters: Parameters; isDry: boolean },
  automation: Automation,
  listener: ExecutionListener,
  log: RunLog,
  clock: CommandEnvironment['clock'],
): Promise<ExecutionResult> {
  let executionId: string | null = null;
  try {
    listener.report('starting');
    log.set(user, { kind: 'starting', isDry });
    executionId = await automation.start(parameters);
    log.set(user, { kind: 'running', isDry, executionId });
    if (isDry) listener.step(`started dry run ${executionId}`);
    else listener.tell(`started execution ${executionId}; Ctrl-C does not stop it`);
    const ended = await followExecution(executionId, automation, clock, listener);
    log.set(user, { kind: 'ended', isDry, status: ended.status });
    return { user, executionId, ended, failure: null };
  } catch (error) {
    const failure = describeFailure(error);
    listener.tell(failure);
    // The execution may continue although it cannot be followed.
    if (executionId === null) log.set(user, { kind: 'waiting' });
    return { user, executionId, ended: null, failure };
  }
}
