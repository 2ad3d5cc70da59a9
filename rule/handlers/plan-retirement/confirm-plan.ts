import { userChangingError } from '../../aws/iam-credentials.ts';
import { denyAllPolicyName } from '../../core/names.ts';
import { isDenied, labelsOf, permissionName, presentOf } from '../../core/retired-permissions.ts';
import { issuedSince, nameOf } from '../../core/revocation-record.ts';
import { decodeRecord } from '../../formats/record-codec.ts';
import type { RetirementRequest } from '../../formats/remediation-request.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { readSincePlan, requireNoChange } from '../changed-since-plan.ts';
import type { Invocation } from '../invocation.ts';
import type { RevocationDependencies } from '../revocation-rule.ts';
import { readRecorded, readRemoved } from './recorded-permissions.ts';

/** The document's request of mode confirm. */
export type ConfirmRequest = Extract<RetirementRequest, { mode: 'confirm' }>;

/**
 * Reads the user again right before the first change. Throws RunError, which names what someone changed since the
 * plan, unless another execution did, and RecordError if the recorded permissions cannot be read.
 */
export async function confirmPlan(
  { record: encoded }: ConfirmRequest,
  invocation: Invocation,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const record = decodeRecord(encoded);
  const removed = await readRemoved(record, invocation, dependencies);
  const since = await readSincePlan(record, invocation, dependencies);
  if (since === null) return { Outcome: 'Confirmed' };
  const found = await readRecorded(record, removed, since.state.userName, dependencies);
  if (found === 'gone') return { Outcome: 'Confirmed' };
  if (found === 'changing') throw userChangingError(record.userId);
  const present = new Set(labelsOf(presentOf(removed, found)));
  const replaced = removed.inlinePolicies
    .filter(({ name }) => found.inlinePolicies.some((each) => each.name === name))
    .map(({ name }) => permissionName({ kind: 'inline policy', id: name }))
    .filter((label) => !present.has(label));
  const missing = labelsOf(removed).filter((label) => !present.has(label));
  const deniedSince =
    record.retirement?.denyAttached === true && isDenied(found, invocation.location.partition)
      ? [`policy ${denyAllPolicyName}`]
      : [];
  // Another retirement that runs at the same time has recorded what it removes and attaches.
  const byOthers = since.simultaneous.some(({ retirement }) => retirement !== undefined);
  const changed = byOthers ? replaced : [...missing, ...deniedSince];
  // A user who gets a credential now is no longer inactive.
  const issued = issuedSince(record, since.state).map((each) => `new ${nameOf(each)}`);
  requireNoChange(record, [...since.changed, ...changed, ...issued]);
  return { Outcome: 'Confirmed' };
}
