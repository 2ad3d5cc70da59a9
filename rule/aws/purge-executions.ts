import type { AutomationExecution, SSMClient } from '@aws-sdk/client-ssm';
import type { FunctionLocation } from '../core/arns.ts';
import type { Instant } from '../core/instant.ts';
import { documentNames } from '../core/names.ts';
import { canHaveAnnounced, type ShownAnnouncement } from '../core/purge-plan.ts';
import {
  countDeletions,
  keysPlannedBy,
  unverifiedDeletions,
} from '../formats/automation-history.ts';
import type { PurgeItem } from '../formats/purge-item.ts';
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

/** Reads the steps of each execution that ran at some time since then. */
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
 * The announcements of the executions that may have set a mark at one of these instants. Reads only these
 * executions. An execution counts only if the document ran under its own role.
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

/** Keys that an execution tried to delete and did not report. */
interface UnreportedDeletions {
  readonly executionId: string;
  readonly items: readonly PurgeItem[];
}

/**
 * The deletions of executions that stopped before they reported them. Skips an execution if a later one made a
 * plan, because planning begins with this report. So each is found once, if the list of executions does not lag.
 */
export async function readUnverifiedDeletions(
  ssm: SSMClient,
  own: AutomationExecution,
  location: FunctionLocation,
): Promise<UnreportedDeletions[]> {
  const earlier = (await listExecutions(ssm, documentNames.purge))
    .filter((each) => startedBefore(each, own))
    .toSorted((a, b) => (startedBefore(a, b) ? 1 : -1));
  const plans = new Map<string, boolean>();
  const unreported: UnreportedDeletions[] = [];
  for (const { AutomationExecutionId: executionId = '', ...found } of earlier) {
    if (isRunning(found) || found.AutomationExecutionStatus === 'Success') continue;
    const endedAt = found.ExecutionEndTime?.getTime() ?? 0;
    const later = earlier.filter((each) => (each.ExecutionStartTime?.getTime() ?? 0) > endedAt);
    if (await hasPlan(ssm, later, location, plans)) continue;
    const steps = await listSteps(ssm, executionId);
    const tried = unverifiedDeletions(steps);
    if (tried.size === 0) continue;
    const execution = await readExecution(ssm, executionId);
    if (execution === null || !hasOwnRole(execution, documentNames.purge, location)) continue;
    const items = keysPlannedBy(steps, 'ToDelete').flatMap((item): PurgeItem[] => {
      const userName = tried.get(item.accessKeyId);
      return userName === undefined ? [] : [{ ...item, userName }];
    });
    unreported.push({ executionId, items });
  }
  return unreported;
}

/**
 * Whether the function made a plan for one of the executions. One that cannot invoke the function, because of a fault or
 * of the role that its starter chose, has reported nothing. `known` holds what was read before, by ID.
 */
async function hasPlan(
  ssm: SSMClient,
  executions: readonly AutomationExecution[],
  location: FunctionLocation,
  known: Map<string, boolean>,
): Promise<boolean> {
  for (const { AutomationExecutionId = '' } of executions) {
    const isPlanned =
      known.get(AutomationExecutionId) ?? (await madePlan(ssm, AutomationExecutionId, location));
    known.set(AutomationExecutionId, isPlanned);
    if (isPlanned) return true;
  }
  return false;
}

async function madePlan(
  ssm: SSMClient,
  executionId: string,
  location: FunctionLocation,
): Promise<boolean> {
  const execution = await readExecution(ssm, executionId);
  if (execution === null || !hasOwnRole(execution, documentNames.purge, location)) return false;
  const steps = await listSteps(ssm, executionId);
  return steps.some(
    ({ StepName, StepStatus }) => StepName === 'PlanPurge' && StepStatus === 'Success',
  );
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
