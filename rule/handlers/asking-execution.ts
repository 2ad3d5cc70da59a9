import type { Clients } from '../aws/clients.ts';
import { isInStep, readExecution } from '../aws/ssm-automation.ts';
import type { Clock } from '../clock.ts';
import type { FunctionLocation } from '../core/arns.ts';
import { automationRoleArn } from '../core/names.ts';
import { reasonToRefuse, type Starter, startedBy } from '../formats/automation-history.ts';

/** What a function requires of the execution in whose name it is invoked. */
interface Demands {
  readonly userId: string;
  readonly executionId: string;
  /** The names of the documents that may ask. */
  readonly documents: readonly string[];
  /** The step that asks. */
  readonly step: string;
  /** Makes the error of a refusal. */
  readonly refusal: (why: string) => Error;
}

/** A running execution of such a document, under its own role, for the user, in the step that asks. */
export interface AskingExecution {
  /** The name of its document. */
  readonly document: string;
  readonly starter: Starter;
  /** A parameter of the execution, or the document's default. */
  readonly parameter: (name: string) => string | undefined;
  /** Why it must not restore anything, by who started it; null if it may. */
  readonly reasonToRefuse: (operatorArns: readonly string[]) => string | null;
}

/**
 * The caller only names an execution, so the function reads the execution itself. Throws the refusal unless it is
 * one of such a document, for this user, under the document's role in this Region, and in the step that asks.
 */
export async function requireAskingExecution(
  { userId, executionId, documents, step, refusal }: Demands,
  ssm: Clients<'ssm'>['ssm'],
  location: FunctionLocation,
  clock: Clock,
): Promise<AskingExecution> {
  const demand = (holds: boolean, otherwise: string) => {
    if (!holds) throw refusal(otherwise);
  };
  const execution = await readAskingExecution(ssm, executionId, step, clock);
  // AWS does not document whether it also lists parameters that were left to their defaults.
  const parameter = (name: string) => execution?.Parameters?.[name]?.join() ?? defaults[name];
  const document = execution?.DocumentName ?? '';
  if (execution?.AutomationExecutionStatus !== 'InProgress' || !documents.includes(document)) {
    throw refusal(`execution ${executionId} is not a running ${documents.join(' or ')}`);
  }
  const role = automationRoleArn(document, location);
  demand(parameter('AutomationAssumeRole') === role, `execution ${executionId} has another role`);
  demand(isInStep(execution, step), `execution ${executionId} is not in the step ${step}`);
  demand(parameter('IAMResourceId') === userId, `execution ${executionId} is for another user`);
  const starter = startedBy(execution, location);
  return {
    ...{ document, starter, parameter },
    reasonToRefuse: (operatorArns) => reasonToRefuse(starter, operatorArns, location.accountId),
  };
}

/**
 * AWS does not document how soon an execution shows the running step, so this reads the execution up to five times
 * within eight seconds.
 */
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
