import { randomUUID } from 'node:crypto';
import {
  type AutomationExecution,
  GetAutomationExecutionCommand,
  GetDocumentCommand,
  paginateDescribeAutomationStepExecutions,
  type SSMClient,
  StartAutomationExecutionCommand,
  type StepExecution,
} from '@aws-sdk/client-ssm';
import { all, call, eachItem, orNull, required } from './call.ts';

/** Null if Automation does not know the execution. */
export function readExecution(
  ssm: SSMClient,
  executionId: string,
): Promise<AutomationExecution | null> {
  const command = new GetAutomationExecutionCommand({ AutomationExecutionId: executionId });
  const answer = call(ssm, command, (found) =>
    required(found.AutomationExecution, 'AutomationExecution'),
  );
  return orNull(answer, 'AutomationExecutionNotFoundException');
}

const ended = new Set<string | undefined>([
  ...['Success', 'Failed', 'Cancelled', 'TimedOut', 'Rejected', 'Exited'],
  ...['CompletedWithSuccess', 'CompletedWithFailure'],
]);

/** An execution that Automation no longer knows has ended. */
export async function isRunning(ssm: SSMClient, executionId: string): Promise<boolean> {
  const execution = await readExecution(ssm, executionId);
  return execution !== null && !ended.has(execution.AutomationExecutionStatus);
}

/** Resolves to the execution's ID. */
export function startExecution(
  ssm: SSMClient,
  documentName: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const Parameters = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, [value]]),
  );
  // The token keeps a repeated request from starting a second execution.
  const input = { DocumentName: documentName, Parameters, ClientToken: randomUUID() };
  return call(ssm, new StartAutomationExecutionCommand(input), (answer) =>
    required(answer.AutomationExecutionId, 'AutomationExecutionId'),
  );
}

/** The steps of an execution so far, in order. */
export function listSteps(ssm: SSMClient, executionId: string): Promise<StepExecution[]> {
  const input = { AutomationExecutionId: executionId, MaxResults: 50 };
  const steps = eachItem(
    ssm,
    paginateDescribeAutomationStepExecutions,
    input,
    ({ StepExecutions }) => required(StepExecutions, 'StepExecutions'),
  );
  return all(steps);
}

/** Whether the execution has a step with this status, as far as GetAutomationExecution lists the steps. */
export function hasStep(
  { StepExecutions = [] }: AutomationExecution,
  name: string,
  status: string,
): boolean {
  return StepExecutions.some((step) => step.StepName === name && step.StepStatus === status);
}

/** AWS documents both places of the step that runs, but no example shows them during an execution. */
export function isInStep(execution: AutomationExecution, name: string): boolean {
  return execution.CurrentStepName === name || hasStep(execution, name, 'InProgress');
}

/** The default version of a document, which is the one that runs. */
interface DeployedDocument {
  readonly status: string;
  readonly statusReason: string | null;
  /** YAML. */
  readonly content: string;
}

/** Null if the document does not exist. */
export function readDocument(ssm: SSMClient, name: string): Promise<DeployedDocument | null> {
  const command = new GetDocumentCommand({ Name: name, DocumentFormat: 'YAML' });
  const answer = call(ssm, command, ({ Status, StatusInformation, Content }) => ({
    status: required(Status, 'Status'),
    statusReason: StatusInformation ?? null,
    content: required(Content, 'Content'),
  }));
  return orNull(answer, 'InvalidDocument');
}
