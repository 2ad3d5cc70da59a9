import { hasAwsCode } from '../../rule/aws/call.ts';
import type { Clients } from '../../rule/aws/clients.ts';
import { listSteps, readExecution, startExecution } from '../../rule/aws/ssm-automation.ts';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment } from '../environment.ts';
import { startProgress } from '../terminal/progress.ts';
import { describeFailure, plain } from '../terminal/style.ts';
import {
  type EndedExecution,
  type ExecutionListener,
  type ExecutionReader,
  followExecution,
} from './follow.ts';

/** What starts executions and reads them. */
export interface Automation extends ExecutionReader {
  /** Gives the execution's ID. */
  readonly start: (parameters: Readonly<Record<string, string>>) => Promise<string>;
}

/** What became of one user's execution. */
export interface ExecutionResult {
  readonly user: UserIdentity;
  /** Null where none was started. */
  readonly executionId: string | null;
  /** Null where it was not started, or not followed to its end; then `failure` says why. */
  readonly ended: EndedExecution | null;
  readonly failure: string | null;
}

/** Takes an SSM client, a document's name and the Region. Gives back what starts it. It throws AwsError. */
export function automationOf(
  ssm: Clients<'iam' | 'config' | 'ssm'>['ssm'],
  documentName: string,
  region: string,
): Automation {
  return {
    start: async (parameters) => {
      try {
        return await startExecution(ssm, documentName, parameters);
      } catch (error) {
        if (!hasAwsCode(error, 'AutomationDefinitionNotFoundException')) throw error;
        const advice = `deploy ${documentName} in ${region}, or set AWS_REGION to where it is`;
        throw new ExpectedError('AwsError', `${messageOf(error)}; ${advice}`, { cause: error });
      }
    },
    read: (executionId) => readExecution(ssm, executionId),
    listSteps: (executionId) => listSteps(ssm, executionId),
  };
}

/**
 * Takes users, the document's parameters for each, what starts it, who is given what became of each as soon as
 * it is known, and the environment. Starts and follows one execution after the other, and tells what
 * happens. Once AWS fails, none is started any more. Throws only what `finished` throws.
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
        const failure = `not tried, since ${failed}`;
        await finished({ user, executionId: null, ended: null, failure });
        continue;
      }
      const result = await run(user, parametersOf(user), automation, listener(user), clock);
      if (result.failure !== null) failed = `that of ${user.userName} failed`;
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
    listener.tell(`started execution ${executionId}; Ctrl-C leaves it running`);
    const ended = await followExecution(executionId, automation, clock, listener);
    return { user, executionId, ended, failure: null };
  } catch (error) {
    const failure = describeFailure(error);
    listener.tell(failure);
    return { user, executionId, ended: null, failure };
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
