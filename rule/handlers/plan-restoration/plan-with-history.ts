import type { Clients } from '../../aws/clients.ts';
import { listRestorations } from '../../aws/ssm-automation.ts';
import { denyMark, type PermissionPlan, planPermissions } from '../../core/permission-plan.ts';
import {
  type CurrentCredentials,
  type OutstandingRecord,
  planRestoration as planByRecords,
  type RestorationOptions,
  type RestorationPlan,
  withHistory,
} from '../../core/restoration-plan.ts';

/** Reads what earlier restorations gave back only if the marks of the records allow something. */
export async function planWithHistory(
  outstanding: readonly OutstandingRecord[],
  closed: readonly OutstandingRecord[],
  current: CurrentCredentials,
  options: RestorationOptions,
  ssm: Clients<'ssm'>['ssm'],
  now: number,
): Promise<PlannedByRecords> {
  const planFor = (records: readonly OutstandingRecord[]) =>
    planByRecords(records, current, options, now);
  const permissionsFor = (records: readonly OutstandingRecord[]) =>
    current.permissions === undefined
      ? null
      : planPermissions(records, current.permissions, options, now);
  const byMarks = planFor(outstanding);
  const permissions = permissionsFor(outstanding);
  const isNothing =
    byMarks.accessKeyIds.length === 0 &&
    byMarks.passwordRecord === null &&
    (permissions === null || (permissions.give.length === 0 && !permissions.liftsDeny));
  const records = isNothing ? outstanding : withHistory(outstanding, await listRestorations(ssm));
  const plan = isNothing ? byMarks : planFor(records);
  return {
    plan: reportClosed(plan, planFor(closed)),
    permissions: reportKeptDeny(
      isNothing ? permissions : permissionsFor(records),
      permissionsFor(closed.map(withLiftedDeny)),
    ),
    records,
  };
}

interface PlannedByRecords {
  readonly plan: RestorationPlan;
  readonly permissions: PermissionPlan | null;
  /** The outstanding records, with what the history of earlier restorations says. */
  readonly records: readonly OutstandingRecord[];
}

/** Adds what is still off although its record is marked as restored. */
function reportClosed(plan: RestorationPlan, ofClosed: RestorationPlan): RestorationPlan {
  const known = new Set(plan.notRestored.map(({ credential }) => credential.id));
  const hidden = ofClosed.notRestored.filter(
    ({ credential: { id }, why }) =>
      why.kind === 'RestoredBefore' &&
      !known.has(id) &&
      (id === null ? plan.passwordRecord === null : !plan.accessKeyIds.includes(id)),
  );
  return { ...plan, notRestored: [...plan.notRestored, ...hidden] };
}

/**
 * A record with the mark `restored`, planned as if its AWSDenyAll had been detached. It must not be detached again.
 */
function withLiftedDeny(closed: OutstandingRecord): OutstandingRecord {
  return { ...closed, restored: new Set([...closed.restored, denyMark]) };
}

/** Adds that AWSDenyAll is attached although the record of its retirement is marked as restored. */
function reportKeptDeny(
  plan: PermissionPlan | null,
  ofClosed: PermissionPlan | null,
): PermissionPlan | null {
  const kept = ofClosed?.notRestored.filter(
    ({ isDeny, why }) => isDeny === true && why.kind === 'RestoredBefore',
  );
  if (plan === null || kept === undefined || plan.liftsDeny) return plan;
  const isKnown = plan.notRestored.some(
    ({ isDeny, why }) => isDeny === true && why.kind !== 'DenyDetached',
  );
  return isKnown ? plan : { ...plan, notRestored: [...plan.notRestored, ...kept] };
}
