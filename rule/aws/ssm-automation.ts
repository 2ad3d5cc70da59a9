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
import { callAws, hasAwsCode, present } from './call.ts';

const getAction = 'ssm:GetAutomationExecution';
const startAction = 'ssm:StartAutomationExecution';
const stepsAction = 'ssm:DescribeAutomationStepExecutions';

/** What readExecution calls. */
export const readExecutionActions = [getAction] as const;
/** What startExecution calls. */
export const startExecutionActions = [startAction] as const;
/** What listSteps calls. */
export const listStepsActions = [stepsAction] as const;

/** Takes an SSM client and an execution's ID. Gives back the execution, or null where there is none. Throws AwsError. */
export async function readExecution(
  ssm: SSMClient,
  executionId: string,
): Promise<AutomationExecution | null> {
  try {
    const command = new GetAutomationExecutionCommand({ AutomationExecutionId: executionId });
    const answer = await callAws(getAction, () => ssm.send(command));
    return present(answer.AutomationExecution, 'AutomationExecution', getAction);
  } catch (error) {
    if (hasAwsCode(error, 'AutomationExecutionNotFoundException')) return null;
    throw error;
  }
}

const ended = new Set<string | undefined>([
  ...['Success', 'Failed', 'Cancelled', 'TimedOut', 'Rejected', 'Exited'],
  ...['CompletedWithSuccess', 'CompletedWithFailure'],
]);

/** Takes an SSM client and an execution's ID. Tells whether it has not ended; one that AWS has forgotten has. Throws AwsError. */
export async function isRunning(ssm: SSMClient, executionId: string): Promise<boolean> {
  const execution = await readExecution(ssm, executionId);
  return execution !== null && !ended.has(execution.AutomationExecutionStatus);
}

/** Takes an SSM client, a document's name and its parameters. Starts it. Gives back the execution's ID. Throws AwsError. */
export async function startExecution(
  ssm: SSMClient,
  documentName: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const Parameters = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, [value]]),
  );
  // The token keeps a repeated request from starting a second execution.
  const command = new StartAutomationExecutionCommand({
    ...{ DocumentName: documentName, Parameters, ClientToken: randomUUID() },
  });
  const answer = await callAws(startAction, () => ssm.send(command));
  return present(answer.AutomationExecutionId, 'AutomationExecutionId', startAction);
}

/** Takes an SSM client and an execution's ID. Gives back its steps so far, in order. Throws AwsError. */
export function listSteps(ssm: SSMClient, executionId: string): Promise<StepExecution[]> {
  return callAws(stepsAction, async () => {
    const steps: StepExecution[] = [];
    const pages = paginateDescribeAutomationStepExecutions(
      { client: ssm, pageSize: 50 },
      { AutomationExecutionId: executionId },
    );
    for await (const { StepExecutions } of pages) {
      steps.push(...present(StepExecutions, 'StepExecutions', stepsAction));
    }
    return steps;
  });
}

/** What readDocument calls. */
export const readDocumentActions = ['ssm:GetDocument'] as const;

/** The default version of a document, which is the one that runs. */
export interface DeployedDocument {
  readonly status: string;
  readonly statusReason: string | null;
  /** YAML. */
  readonly content: string;
}

/** Takes an SSM client and a document's name. Gives back the document, or null where there is none. Throws AwsError. */
export async function readDocument(ssm: SSMClient, name: string): Promise<DeployedDocument | null> {
  const [action] = readDocumentActions;
  try {
    const answer = await callAws(action, () =>
      ssm.send(new GetDocumentCommand({ Name: name, DocumentFormat: 'YAML' })),
    );
    return {
      status: present(answer.Status, 'Status', action),
      statusReason: answer.StatusInformation ?? null,
      content: present(answer.Content, 'Content', action),
    };
  } catch (error) {
    if (hasAwsCode(error, 'InvalidDocument')) return null;
    throw error;
  }
}
