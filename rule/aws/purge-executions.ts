import {
  type AutomationExecution,
  paginateDescribeAutomationExecutions,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { Instant } from '../core/instant.ts';
import { documentNames } from '../core/names.ts';
import { countDeletions } from '../formats/automation-history.ts';
import { all, eachItem, required } from './call.ts';
import { isRunning, listSteps, startedBefore } from './ssm-automation.ts';

/** What other executions of the document that deletes keys do or did. */
export interface OtherPurges {
  /** The ID of one that started earlier and has not ended; null if there is none. */
  readonly running: string | null;
  /** How many keys they tried to delete since the given instant. */
  readonly deleted: number;
}

/** Reads the steps of each execution that was at work since then. */
export async function readOtherPurges(
  ssm: SSMClient,
  own: AutomationExecution,
  since: Instant,
): Promise<OtherPurges> {
  const filter = { Key: 'DocumentNamePrefix' as const, Values: [documentNames.purge] };
  const executions = await all(
    eachItem(
      ssm,
      paginateDescribeAutomationExecutions,
      { Filters: [filter], MaxResults: 50 },
      ({ AutomationExecutionMetadataList }) =>
        required(AutomationExecutionMetadataList, 'AutomationExecutionMetadataList'),
    ),
  );
  let running: string | null = null;
  let deleted = 0;
  for (const execution of executions) {
    const { AutomationExecutionId = '', DocumentName, ExecutionEndTime } = execution;
    if (DocumentName !== documentNames.purge) continue;
    if (AutomationExecutionId === own.AutomationExecutionId) continue;
    const goesOn = isRunning(execution);
    if (!goesOn && (ExecutionEndTime?.getTime() ?? since) < since) continue;
    if (goesOn && startedBefore(execution, own)) running = AutomationExecutionId;
    deleted += countDeletions(await listSteps(ssm, AutomationExecutionId), since);
  }
  return { running, deleted };
}
