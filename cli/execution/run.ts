import { hasAwsCode } from '../../rule/aws/call.ts';
import type { Clients } from '../../rule/aws/clients.ts';
import { listSteps, readExecution, startExecution } from '../../rule/aws/ssm-automation.ts';
import { ExpectedError, messageOf, oneLine } from '../../rule/core/errors.ts';
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

/** Starts executions and reads them. */
export interface Automation extends ExecutionReader {
  /** Resolves to the execution's ID. */
  readonly start: (parameters: Readonly<Record<string, string>>) => Promise<string>;
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
        const advice = `deploy ${documentName} in ${region}, or set AWS_REGION to the Region in which it is deployed`;
        throw new ExpectedError('AwsError', `${messageOf(error).replace(/\.$/u, '')}; ${advice}`, {
          cause: error,
        });
      }
    },
    read: (executionId) => readExecution(ssm, executionId),
    listSteps: (executionId) => listSteps(ssm, executionId),
  };
}

/**
 * Starts and follows one execution after the other, and passes each result to `finished` before it starts the next.
 * After an error from AWS it starts no more. Throws only what `finished` throws.
 */
export async function runExecutions(
  users: readonly UserIdentity[],
  parametersOf: (user: UserIdentity) => Readonly<Record<string, string>>,
  automation: Automation,
  finished: (result: ExecutionResult) => Promise<void>,
  { clock, tell }: Pick<CommandEnvironment, 'clock' | 'tell'>,
): Promise<void> {
  const progress = startProgress(tell, clock);
  const listener = (user: UserIdentity) => ({
    tell: (what: string) => tell(plain(`${user.userName}: ${oneLine(what)}`)),
    report: (what: string) => progress.report(`${user.userName}: ${what}`),
  });
  let failed: string | null = null;
  try {
    for (const user of users) {
      if (failed !== null) {
        const failure = `not tried, because ${failed}`;
        await finished({ user, executionId: null, ended: null, failure });
        continue;
      }
      const result = await run(user, parametersOf(user), automation, listener(user), clock);
      if (result.failure !== null) failed = `the execution for ${user.userName} failed`;
      await finished(result);
    }
  } finally {
    progress.stop();
  }
}

async function run(
  user: UserIdentity,
  parameters: Readonly<Record<string, string>>,
  automation: Automation,
  listener: ExecutionListener,
  clock: CommandEnvironment['clock'],
): Promise<ExecutionResult> {
  let executionId: string | null = null;
  try {
    listener.report('starting');
    executionId = await automation.start(parameters);
    listener.tell(`started execution ${executionId}; Ctrl-C does not stop it`);
    const ended = await followExecution(executionId, automation, clock, listener);
    return { user, executionId, ended, failure: null };
  } catch (error) {
    const failure = describeFailure(error);
    listener.tell(failure);
    return { user, executionId, ended: null, failure };
  }
}
