import type { AutomationExecution, SSMClient } from '@aws-sdk/client-ssm';
import type { Instant } from '../core/instant.ts';
import { documentNames } from '../core/names.ts';
import { canHaveAnnounced, type ShownAnnouncement } from '../core/purge-plan.ts';
import type { FunctionLocation } from '../formats/arns.ts';
import { countDeletions, keysPlannedBy } from '../formats/automation-history.ts';
import {
  hasOwnRole,
  isRunning,
  listExecutions,
  listSteps,
  readExecution,
  startedBefore,
} from './ssm-automation.ts';

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
  let running: string | null = null;
  let deleted = 0;
  for (const execution of await listExecutions(ssm, documentNames.purge)) {
    const { AutomationExecutionId = '', ExecutionEndTime } = execution;
    if (AutomationExecutionId === own.AutomationExecutionId) continue;
    const goesOn = isRunning(execution);
    if (!goesOn && (ExecutionEndTime?.getTime() ?? since) < since) continue;
    if (goesOn && startedBefore(execution, own)) running = AutomationExecutionId;
    deleted += countDeletions(await listSteps(ssm, AutomationExecutionId), since);
  }
  return { running, deleted };
}

/**
 * What the executions that can have set a mark of one of these instants announced. Reads only those, and only counts
 * the document under its own role.
 */
export async function readAnnouncements(
  ssm: SSMClient,
  marks: ReadonlySet<Instant>,
  location: FunctionLocation,
): Promise<ShownAnnouncement[]> {
  if (marks.size === 0) return [];
  const shown: ShownAnnouncement[] = [];
  for (const { AutomationExecutionId = '', ...found } of await listExecutions(
    ssm,
    documentNames.purge,
  )) {
    const startedAt = found.ExecutionStartTime?.getTime() ?? 0;
    if (![...marks].some((mark) => canHaveAnnounced(startedAt, mark))) continue;
    const execution = await readExecution(ssm, AutomationExecutionId);
    if (execution === null || !hasOwnRole(execution, documentNames.purge, location)) continue;
    const keys = keysPlannedBy(await listSteps(ssm, AutomationExecutionId), 'ToAnnounce');
    shown.push({ startedAt, keys });
  }
  return shown;
}

/** The execution of the document that started last; null if Automation knows none. */
export async function readLastPurge(
  ssm: SSMClient,
): Promise<{ readonly startedAt: Instant; readonly status: string } | null> {
  let last: { readonly startedAt: Instant; readonly status: string } | null = null;
  for (const execution of await listExecutions(ssm, documentNames.purge)) {
    const startedAt = execution.ExecutionStartTime?.getTime() ?? 0;
    const status = execution.AutomationExecutionStatus ?? 'unknown';
    if (startedAt > (last?.startedAt ?? 0)) last = { startedAt, status };
  }
  return last;
}
