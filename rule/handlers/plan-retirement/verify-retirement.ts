import { readUserState, type UserState } from '../../aws/iam-credentials.ts';
import { readExecution } from '../../aws/ssm-automation.ts';
import { denyAllPolicyName } from '../../core/names.ts';
import { denyMark } from '../../core/permission-plan.ts';
import { markName } from '../../core/restoration-plan.ts';
import {
  isDenied,
  labelsOf,
  presentOf,
  type RetiredPermissions,
} from '../../core/retired-permissions.ts';
import type { RevocationLimits } from '../../core/revocation-limits.ts';
import { nameOf, stillUsable } from '../../core/revocation-record.ts';
import { credentialsChangedBy, removedBy } from '../../formats/automation-history.ts';
import { eventUser, userRetired } from '../../formats/events.ts';
import { undoCommand } from '../../formats/messages.ts';
import { decodeRecord } from '../../formats/record-codec.ts';
import type { RetirementRequest } from '../../formats/remediation-request.ts';
import { toRetiredAnswer } from '../../formats/retirement-answer.ts';
import { type Answer, toDeletedUserAnswer } from '../../formats/revocation-answer.ts';
import { emit } from '../event-bus.ts';
import { type Invocation, pollUntil } from '../invocation.ts';
import type { RevocationDependencies } from '../revocation-rule.ts';
import { type LeftOver, verificationError } from '../verification-error.ts';
import { readRecorded, readRemoved } from './recorded-permissions.ts';

/** The document's request of mode verify. */
export type VerifyRequest = Extract<RetirementRequest, { mode: 'verify' }>;

/** The parts of the record that are not carried out: what the user still has, or lacks. */
interface Left {
  readonly credentials: ReturnType<typeof stillUsable>;
  readonly permissions: RetiredPermissions;
  readonly undenied: boolean;
}

/**
 * Verifies that no recorded credential can be used, that the user is denied everything, and that what was to be
 * removed is gone. Ignores safeguards, exemptions and reports. Throws RunError, which names what is left.
 */
export async function verifyRetirement(
  { userId, executionId, record: encoded, topicArn: givenTopicArn }: VerifyRequest,
  { topicArn = givenTopicArn }: RevocationLimits,
  invocation: Invocation,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const { location, deadline } = invocation;
  const { iam, ssm, clock, passwords, ownerTag } = dependencies;
  const record = decodeRecord(encoded);
  const removed = await readRemoved(record, invocation, dependencies);
  const read = async (): Promise<(Left & { readonly state: UserState }) | 'gone' | 'changing'> => {
    const state = await readUserState(iam, userId, record.userName);
    if (typeof state === 'string') return state;
    const found = await readRecorded(record, removed, state.userName, dependencies);
    if (typeof found === 'string') return found;
    return {
      state,
      credentials: stillUsable(record.credentials, state),
      permissions: presentOf(removed, found),
      undenied: !isDenied(found, location.partition),
    };
  };
  const seen = await pollUntil(
    clock,
    deadline,
    read,
    (left) => left === 'gone' || (left !== 'changing' && !isLeft(left)),
  );
  if (seen === 'gone') return toDeletedUserAnswer(clock.now());
  if (seen === 'changing') throw verificationError(record, record.userName, notRetired, null);
  const { userName } = seen.state;
  if (!isLeft(seen)) {
    const user = eventUser({ userId, ...seen.state }, ownerTag);
    const { groups, attachedPolicies, inlinePolicies, mfaDevices } = removed;
    const event = userRetired(user, location, {
      ...{ executionId, reason: 'all usable credentials of the user were unused' },
      ...{ credentials: record.credentials, mfaDevices },
      groups: groups.map(({ name }) => name),
      policies: [
        ...attachedPolicies.map(({ arn }) => arn),
        ...inlinePolicies.map(({ name }) => name),
      ],
      undo: undoCommand(record, location, topicArn, passwords),
    });
    await emit([event], dependencies, deadline);
    const verified = { record, removed, userName, owner: user.owner, now: clock.now() };
    return toRetiredAnswer(verified, location, topicArn, passwords);
  }
  const execution = await readExecution(ssm, executionId);
  const steps = execution?.StepExecutions ?? [];
  const found = describeLeft(seen, steps);
  throw verificationError(record, userName, notRetired, found);
}

const notRetired = 'Incomplete retirement';

function isLeft({ credentials, permissions, undenied }: Left): boolean {
  return undenied || credentials.length > 0 || labelsOf(permissions).length > 0;
}

/** Names what is left, and whether the step that changes it succeeded. */
function describeLeft(
  { credentials, permissions, undenied }: Left,
  steps: Parameters<typeof credentialsChangedBy>[0],
): LeftOver[] {
  const revoked = credentialsChangedBy(steps);
  const changed = removedBy(steps);
  const denied = {
    what: `${denyAllPolicyName} is not attached`,
    stepSucceeded: changed.has(denyMark),
  };
  return [
    ...(undenied ? [denied] : []),
    ...credentials.map((credential) => ({
      what: nameOf(credential),
      stepSucceeded: revoked.has(markName(credential)),
    })),
    ...labelsOf(permissions).map((what) => ({ what, stepSucceeded: changed.has(what) })),
  ];
}
