import { randomUUID } from 'node:crypto';
import {
  type AutomationExecution,
  type AutomationExecutionMetadata,
  GetAutomationExecutionCommand,
  GetDocumentCommand,
  paginateDescribeAutomationExecutions,
  paginateDescribeAutomationStepExecutions,
  type SSMClient,
  StartAutomationExecutionCommand,
  type StepExecution,
} from '@aws-sdk/client-ssm';
import { automationRoleArn, documentNames } from '../core/names.ts';
import type { EarlierRestoration } from '../core/restoration-plan.ts';
import { restoredBy } from '../formats/automation-history.ts';
import { decodeRestoredData, type RestoredData } from '../formats/restored-data.ts';
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

/** Whether an execution has not ended. */
export function isRunning({ AutomationExecutionStatus }: AutomationExecution): boolean {
  return !ended.has(AutomationExecutionStatus);
}

/** The ID of an execution that is restoring the user with this unique ID, or null. */
export async function findRunningRestoration(
  ssm: SSMClient,
  userId: string,
  place: Parameters<typeof automationRoleArn>[1],
): Promise<string | null> {
  for await (const { AutomationExecutionId = null } of runningRestorations(ssm, userId, place)) {
    return AutomationExecutionId;
  }
  return null;
}

/** The ID of a running restoration for each user who has one, by the user's unique ID. */
export async function listRunningRestorations(
  ssm: SSMClient,
  place: Parameters<typeof automationRoleArn>[1],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const execution of runningRestorations(ssm, null, place)) {
    const { AutomationExecutionId = '', Parameters } = execution;
    for (const userId of Parameters?.['IAMResourceId'] ?? []) {
      found.set(userId, AutomationExecutionId);
    }
  }
  return found;
}

/** The IDs of the executions that are restoring the user and started before this one, which does the same. */
export async function listEarlierRestorations(
  ssm: SSMClient,
  userId: string,
  place: Parameters<typeof automationRoleArn>[1],
  own: AutomationExecution,
): Promise<string[]> {
  const running = await all(runningRestorations(ssm, userId, place));
  return running
    .filter((each) => startedBefore(each, own))
    .map(({ AutomationExecutionId = '' }) => AutomationExecutionId);
}

/** Orders any two executions, so that they never wait for each other. One without a start is still queued. */
export function startedBefore(one: AutomationExecution, other: AutomationExecution): boolean {
  const [first, second] = [one, other].map(
    ({ ExecutionStartTime }) => ExecutionStartTime?.getTime() ?? Number.POSITIVE_INFINITY,
  );
  return first === second
    ? (one.AutomationExecutionId ?? '') < (other.AutomationExecutionId ?? '')
    : (first ?? 0) < (second ?? 0);
}

/** The IDs of those executions that have not ended. */
export async function stillRunning(ssm: SSMClient, ids: readonly string[]): Promise<string[]> {
  const running: string[] = [];
  for (const id of ids) {
    const execution = await readExecution(ssm, id);
    if (execution !== null && isRunning(execution)) running.push(id);
  }
  return running;
}

/**
 * The executions that are restoring the user, or any user if it is null. Counts only our own document under its own role,
 * because anyone can run a document whose name begins with the same text.
 */
async function* runningRestorations(
  ssm: SSMClient,
  userId: string | null,
  place: Parameters<typeof automationRoleArn>[1],
): AsyncGenerator<AutomationExecution> {
  const filter = { Key: 'DocumentNamePrefix' as const, Values: [documentNames.restore] };
  const listed = eachItem(
    ssm,
    paginateDescribeAutomationExecutions,
    { Filters: [filter], MaxResults: 50 },
    ({ AutomationExecutionMetadataList }) =>
      required(AutomationExecutionMetadataList, 'AutomationExecutionMetadataList'),
  );
  for await (const { AutomationExecutionId = '', ...found } of listed) {
    if (found.DocumentName !== documentNames.restore) continue;
    if (ended.has(found.AutomationExecutionStatus)) continue;
    // The list does not have the parameters.
    const execution = await readExecution(ssm, AutomationExecutionId);
    const parameters = execution?.Parameters;
    const isTheirs = userId === null || parameters?.['IAMResourceId']?.includes(userId) === true;
    if (execution !== null && hasOwnRole(execution, documentNames.restore, place) && isTheirs) {
      yield execution;
    }
  }
}

/**
 * Whether the execution has the role of our document. The person who starts an execution chooses its role, and another
 * role could invoke a function of another account. The list of executions does not have the parameters.
 */
export function hasOwnRole(
  { Parameters }: AutomationExecution,
  documentName: string,
  place: Parameters<typeof automationRoleArn>[1],
): boolean {
  const role = automationRoleArn(documentName, place);
  return Parameters?.['AutomationAssumeRole']?.includes(role) === true;
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

/** The steps of an execution so far, in order: all of them, while GetAutomationExecution may list only some. */
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

/** AWS documents both places of the step that runs, but no example shows them during an execution. */
export function isInStep(
  { CurrentStepName, StepExecutions = [] }: AutomationExecution,
  name: string,
): boolean {
  const isRunningStep = ({ StepName, StepStatus }: StepExecution) =>
    StepName === name && StepStatus === 'InProgress';
  return CurrentStepName === name || StepExecutions.some(isRunningStep);
}

/** The outcomes of the plan of a restoration that changes nothing. */
const unchanging: ReadonlySet<string> = new Set(['NothingRestorable', 'Gone', 'Refused']);

/** The executions of a document that Automation still knows: it keeps them for 30 days. */
export async function listExecutions(
  ssm: SSMClient,
  documentName: string,
): Promise<AutomationExecutionMetadata[]> {
  const filter = { Key: 'DocumentNamePrefix' as const, Values: [documentName] };
  const listed = await all(
    eachItem(
      ssm,
      paginateDescribeAutomationExecutions,
      { Filters: [filter], MaxResults: 50 },
      ({ AutomationExecutionMetadataList }) =>
        required(AutomationExecutionMetadataList, 'AutomationExecutionMetadataList'),
    ),
  );
  // Anyone can run a document whose name begins with the same text.
  return listed.filter(({ DocumentName }) => DocumentName === documentName);
}

/**
 * What the restorations that Automation still knows gave back (it keeps executions for 30 days). AWS does not
 * document whether the list holds an execution's outputs, so an execution without any is read itself.
 */
export async function listRestorations(ssm: SSMClient): Promise<EarlierRestoration[]> {
  const executions = await listExecutions(ssm, documentNames.restore);
  const restorations: EarlierRestoration[] = [];
  for (const { AutomationExecutionId = '', ExecutionStartTime, Outputs } of executions) {
    // A queued execution has restored nothing yet, and must not delay the others.
    if (ExecutionStartTime === undefined) continue;
    const restored = readOutputs(Outputs) ?? (await readRestored(ssm, AutomationExecutionId));
    if (restored !== 'nothing') {
      restorations.push({ startedAt: ExecutionStartTime.getTime(), ...restored });
    }
  }
  return restorations;
}

type Restored = RestoredData | 'nothing';

/** Null if the outputs do not say what was restored. */
function readOutputs(outputs: AutomationExecution['Outputs'] = {}): Restored | null {
  const data = decodeRestoredData(outputs['Result.RestoredData']);
  if (data !== null) return data;
  return unchanging.has(`${outputs['Decision.Outcome']?.join()}`) ? 'nothing' : null;
}

/**
 * Reads the execution itself: its outputs were not listed, or it changed something and failed before its
 * verification.
 */
async function readRestored(ssm: SSMClient, executionId: string): Promise<Restored> {
  const execution = await readExecution(ssm, executionId);
  const [userId] = execution?.Parameters?.['IAMResourceId'] ?? [];
  // Automation has forgotten it since it was listed.
  if (userId === undefined) return 'nothing';
  const read = readOutputs(execution?.Outputs);
  return read ?? { userId, restored: restoredBy(await listSteps(ssm, executionId)) };
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
