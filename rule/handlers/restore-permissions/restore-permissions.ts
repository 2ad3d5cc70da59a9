import type { Clients } from '../../aws/clients.ts';
import { readCurrentPermissions } from '../../aws/current-permissions.ts';
import { givePermission, liftDeny } from '../../aws/give-permissions.ts';
import { findIdentity } from '../../aws/iam-credentials.ts';
import { findQuarantine, readUser } from '../../aws/iam-users.ts';
import { listRestorations } from '../../aws/ssm-automation.ts';
import { readRecords } from '../../aws/user-records.ts';
import { tagValue } from '../../core/credentials.ts';
import { ExpectedError, messageOf } from '../../core/errors.ts';
import { documentNames, protectedTag, restoringTag } from '../../core/names.ts';
import {
  denyName,
  type PermissionPlan,
  planPermissions,
  stillRemoved,
} from '../../core/permission-plan.ts';
import {
  type OutstandingRecord,
  type RestorationOptions,
  withHistory,
} from '../../core/restoration-plan.ts';
import { checkGivenBack } from '../../core/restored-permissions.ts';
import { type CurrentPermissions, permissionName } from '../../core/retired-permissions.ts';
import {
  type PermissionsRequest,
  parsePermissionsRequest,
} from '../../formats/remediation-request.ts';
import { describeNotGivenBack } from '../../formats/restoration-answer.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { requireAskingExecution } from '../asking-execution.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  pollUntil,
  runInvocation,
} from '../invocation.ts';
import { alertRefusedRequest } from '../refused-request.ts';

/** What restore-permissions runs with. */
interface PermissionsDependencies extends FunctionDependencies, Clients<'iam' | 'config' | 'ssm'> {
  /** As plan-restoration: who may start a restoration; empty for every person. */
  readonly operatorArns: readonly string[];
  readonly ownerTag: string;
}

/** The step of the document that asks, by what it asks for. */
const askingSteps = { 'give-back': 'RestorePermissions', 'lift-deny': 'LiftDeny' } as const;

/**
 * Answers the document UnusedIamCredentials-Restore: gives a user back what a retirement removed according to
 * genuine records and what the user still lacks, or detaches AWSDenyAll if a retirement attached it. It does not
 * trust the request: it reads the running execution and makes its own plan. Any other request is a RefusedError.
 */
export function restorePermissions(
  event: unknown,
  context: LambdaContext,
  dependencies: PermissionsDependencies,
): Promise<Answer> {
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parsePermissionsRequest(event);
    const { mode, userId, executionId } = request;
    const answer = await restoreToUser(request, invocation, dependencies).catch((error: unknown) =>
      alertRefusedRequest(
        error,
        'restorePermissions',
        { userId, executionId },
        invocation,
        dependencies,
      ),
    );
    const { Outcome: outcome, GivenBack, NotGivenBack } = answer;
    return { answer, summary: { mode, userId, executionId, outcome, GivenBack, NotGivenBack } };
  });
}

/** A user whom this execution restores, as read when the function starts. */
interface BoundUser {
  readonly userId: string;
  readonly userName: string;
  /** All outstanding records, with what earlier restorations gave back. */
  readonly records: readonly OutstandingRecord[];
  readonly plan: (current: CurrentPermissions) => PermissionPlan;
}

async function restoreToUser(
  request: PermissionsRequest,
  invocation: Invocation,
  dependencies: PermissionsDependencies,
): Promise<Answer> {
  const user = await permitUser(request, invocation, dependencies);
  return request.mode === 'give-back'
    ? giveBack(user, invocation, dependencies)
    : lift(user, invocation, dependencies);
}

/** Resolves to the user of a permitted request. A quarantined or protected user gets nothing. */
async function permitUser(
  { mode, userId, executionId }: PermissionsRequest,
  { location, now }: Invocation,
  { iam, ssm, clock, operatorArns }: PermissionsDependencies,
): Promise<BoundUser> {
  const documents = [documentNames.restore];
  const asking = { userId, executionId, documents, step: askingSteps[mode], refusal };
  const execution = await requireAskingExecution(asking, ssm, location, clock);
  const objection = execution.reasonToRefuse(operatorArns);
  if (objection !== null) throw refusal(objection);
  const { outstanding, forged } = await readRecords(ssm, { ...location, userId });
  const [first] = forged;
  if (first !== undefined) {
    throw refusal(`${first.name} is not genuine: ${first.why}; written by ${first.writer}`);
  }
  const likelyName = outstanding[0]?.record.userName ?? null;
  const found = await findIdentity(iam, userId, likelyName);
  if (found === null) throw new ExpectedError('UserError', `user ${userId} no longer exists`);
  const { userName, tags } = found;
  const quarantine = await findQuarantine(iam, userName);
  if (quarantine !== null) throw refusal(`user ${userName} is quarantined by policy ${quarantine}`);
  const protection = tagValue(tags, protectedTag)?.trim().toLowerCase();
  if (protection !== undefined && protection !== 'false') {
    throw new ExpectedError(
      'UserError',
      `User ${userName} (${userId}) has the tag ${protectedTag}, so no permissions are restored. Remove the tag, then run the document again`,
    );
  }
  const records = withHistory(outstanding, await listRestorations(ssm));
  const options = optionsOf(execution.parameter);
  const plan = (current: CurrentPermissions) => planPermissions(records, current, options, now);
  return { userId, userName, records, plan };
}

/** What the execution was started for. */
function optionsOf(parameter: (name: string) => string | undefined): RestorationOptions {
  const unless = (none: string, name: string) => {
    const value = parameter(name);
    if (value === undefined) throw refusal(`the execution has no parameter ${name}`);
    return value === none ? null : value;
  };
  return {
    revocationId: unless('All', 'RevocationId'),
    accessKeyId: unless('Any', 'AccessKeyId'),
    includeUnconfirmed: parameter('IncludeUnconfirmed') === 'true',
    restorePassword: false,
    maxRecordAgeDays: Number(parameter('MaxRecordAgeDays')),
  };
}

async function giveBack(
  user: BoundUser,
  { location, deadline }: Invocation,
  { iam, clock }: PermissionsDependencies,
): Promise<Answer> {
  const { userId } = user;
  const { give, notRestored } = user.plan(await readCurrent(user, iam, location.partition));
  const failures: string[] = [];
  for (const permission of give) {
    // IAM adds a user to a group by name, and no policy condition can require the bound user. So this reads the
    // user before each change.
    await requireBound(user, iam);
    const name = permissionName(permission);
    await givePermission(iam, user.userName, permission).catch((error: unknown) => {
      failures.push(`${name}: ${messageOf(error)}`);
    });
  }
  const names = give.map(permissionName);
  const seen = await pollUntil(
    clock,
    deadline,
    async () => {
      const current = await readCurrent(user, iam, location.partition);
      return checkGivenBack(names, user.records, current);
    },
    ({ left }) => left.length <= failures.length,
  );
  if (seen.left.length > 0) {
    const why = failures.length === 0 ? 'IAM does not show it' : failures.join('; ');
    throw new ExpectedError(
      'RunError',
      `Not restored for user ${user.userName} (${userId}): ${seen.left.join(', ')}. ${why}. ` +
        'Fix the cause, then run the document again. Until then, AWSDenyAll stays attached',
    );
  }
  return {
    Outcome: names.length === 0 ? 'Nothing' : 'GivenBack',
    UserId: userId,
    GivenBack: seen.restored,
    NotGivenBack: describeNotGivenBack([...stillRemoved(notRestored), ...seen.notRestored]),
  };
}

async function lift(
  user: BoundUser,
  { location, deadline }: Invocation,
  { iam, clock }: PermissionsDependencies,
): Promise<Answer> {
  const { userId, userName } = user;
  const read = () => readCurrent(user, iam, location.partition);
  const { give, liftsDeny } = user.plan(await read());
  if (give.length > 0) {
    throw new ExpectedError(
      'RunError',
      `AWSDenyAll stays attached to user ${userName} (${userId}), because these permissions are not restored yet: ${give.map(permissionName).join(', ')}. Run the document again`,
    );
  }
  if (!liftsDeny) return { Outcome: 'Nothing', UserId: userId, GivenBack: [], NotGivenBack: [] };
  await requireBound(user, iam);
  await liftDeny(iam, userName, location.partition);
  const { deniesAll } = await pollUntil(clock, deadline, read, (seen) => !seen.deniesAll);
  if (deniesAll) {
    const message = `IAM still shows AWSDenyAll attached to user ${userName} (${userId}). Run the document again`;
    throw new ExpectedError('RunError', message);
  }
  return { Outcome: 'Lifted', UserId: userId, GivenBack: [denyName], NotGivenBack: [] };
}

async function readCurrent(
  user: BoundUser,
  iam: PermissionsDependencies['iam'],
  partition: string,
): Promise<CurrentPermissions> {
  const current = await readCurrentPermissions(iam, user.userName, user.records, partition);
  if (current === undefined) {
    throw refusal(`no outstanding record says that user ${user.userId} was retired`);
  }
  await requireBound(user, iam);
  return current;
}

/** Throws RunError unless the name still belongs to the user, and a restoration has bound the user. */
async function requireBound(
  { userId, userName }: BoundUser,
  iam: PermissionsDependencies['iam'],
): Promise<void> {
  const found = await readUser(iam, userName);
  const isBound =
    found?.identity.userId === userId && tagValue(found.identity.tags, restoringTag) !== undefined;
  if (isBound) return;
  throw new ExpectedError(
    'RunError',
    `The name ${userName} no longer belongs to user ${userId}, or the user no longer has the tag ${restoringTag}. Run the document again`,
  );
}

function refusal(why: string): ExpectedError {
  return new ExpectedError(
    'RefusedError',
    `No permission was restored: ${why}. Only ${documentNames.restore} may request that, while it runs`,
  );
}
