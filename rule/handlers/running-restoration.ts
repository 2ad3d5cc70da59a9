import type { Clients } from '../aws/clients.ts';
import { isInStep, readExecution } from '../aws/ssm-automation.ts';
import type { Clock } from '../clock.ts';
import { automationRoleArn, documentNames } from '../core/names.ts';
import type { FunctionLocation } from '../formats/arns.ts';
import { objectTo, startedBy } from '../formats/automation-history.ts';

/** What a function demands of the execution that asks it to give something back. */
interface Demands {
  readonly userId: string;
  readonly executionId: string;
  /** The step that asks. */
  readonly step: string;
  /** Makes the error of a refusal. */
  readonly refusal: (why: string) => Error;
}

/** A running execution of the document that restores, under its own role, for the user, in the step that asks. */
export interface RunningRestoration {
  /** A parameter of the execution, or the document's default. */
  readonly parameter: (name: string) => string | undefined;
  /** Why it must not restore anything, by who started it; null if it may. */
  readonly objectTo: (operatorArns: readonly string[]) => string | null;
}

/**
 * Whoever may invoke a function names an execution, so the function reads it itself. Throws the refusal unless it is a
 * restoration of this user under the role of this Region, in the step that asks.
 */
export async function requireRunningRestoration(
  { userId, executionId, step, refusal }: Demands,
  ssm: Clients<'ssm'>['ssm'],
  location: FunctionLocation,
  clock: Clock,
): Promise<RunningRestoration> {
  const demand = (holds: boolean, otherwise: string) => {
    if (!holds) throw refusal(otherwise);
  };
  const execution = await readAskingExecution(ssm, executionId, step, clock);
  // AWS does not document whether it also lists parameters that were left to their defaults.
  const parameter = (name: string) => execution?.Parameters?.[name]?.join() ?? defaults[name];
  const isRunning =
    execution?.DocumentName === documentNames.restore &&
    execution.AutomationExecutionStatus === 'InProgress';
  if (!isRunning)
    throw refusal(`execution ${executionId} is not a running ${documentNames.restore}`);
  const role = automationRoleArn(documentNames.restore, location);
  demand(parameter('AutomationAssumeRole') === role, `execution ${executionId} has another role`);
  demand(isInStep(execution, step), `execution ${executionId} is not in the step ${step}`);
  demand(parameter('IAMResourceId') === userId, `execution ${executionId} restores another user`);
  return {
    parameter,
    objectTo: (operatorArns) =>
      objectTo(startedBy(execution, location), operatorArns, location.accountId),
  };
}

/** AWS does not document how soon an execution shows the step that runs, so this looks again for some seconds. */
async function readAskingExecution(
  ssm: Clients<'ssm'>['ssm'],
  executionId: string,
  step: string,
  clock: Clock,
): ReturnType<typeof readExecution> {
  for (let looks = 1; ; looks += 1) {
    const execution = await readExecution(ssm, executionId);
    if (execution?.AutomationExecutionStatus !== 'InProgress') return execution;
    if (isInStep(execution, step) || looks === 5) return execution;
    await clock.sleep(2_000);
  }
}

/** The document's own defaults. */
export const defaults: Readonly<Record<string, string>> = {
  AccessKeyId: 'Any',
  IncludeUnconfirmed: 'false',
  PasswordResetRequired: 'true',
  MaxRecordAgeDays: '90',
};
