import { readPermissions } from '../../aws/iam-permissions.ts';
import { readRetired } from '../../aws/retirement-parts.ts';
import { ExpectedError } from '../../core/errors.ts';
import type { RetiredPermissions } from '../../core/retired-permissions.ts';
import type { RevocationRecord } from '../../core/revocation-record.ts';
import type { FunctionDependencies, Invocation } from '../invocation.ts';

/** Reads what a retirement removes, as it was recorded. Throws RecordError if the parameters do not hold what the record says. */
export async function readRemoved(
  record: RevocationRecord,
  { location }: Invocation,
  { ssm }: FunctionDependencies,
): Promise<RetiredPermissions> {
  const owner = { ...location, userId: record.userId };
  const { permissions, damaged } = await readRetired(ssm, record, owner);
  const [first] = damaged;
  if (first === undefined) return permissions;
  throw new ExpectedError(
    'RecordError',
    `The record of retirement ${record.executionId} is not as planned: ${first.name}: ${first.why}`,
  );
}

/** Reads the kinds of permissions that the record holds. */
export function readRecorded(
  { userId }: RevocationRecord,
  removed: RetiredPermissions,
  userName: string,
  { iam }: FunctionDependencies,
) {
  return readPermissions(iam, userId, userName, {
    groups: removed.groups.length > 0,
    policyIds: removed.attachedPolicies.length > 0,
    inlinePolicies: removed.inlinePolicies.length > 0,
    mfaDevices: removed.mfaDevices.length > 0,
  });
}
