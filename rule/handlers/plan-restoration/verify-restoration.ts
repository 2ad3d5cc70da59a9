import {
  type NotFound,
  readUserState,
  type SeenState,
  type UserState,
} from '../../aws/iam-credentials.ts';
import { hasVersion } from '../../aws/secrets.ts';
import { readRecords } from '../../aws/user-records.ts';
import { secretId } from '../../core/arns.ts';
import { ExpectedError } from '../../core/errors.ts';
import { secretName } from '../../core/names.ts';
import { denyName } from '../../core/permission-plan.ts';
import {
  type CurrentCredentials,
  type JustRestored,
  stillUnusable,
} from '../../core/restoration-plan.ts';
import {
  checkGivenBack,
  type GivenBack,
  recordsToMarkAsGivenBack,
  recordsToMarkAsLifted,
} from '../../core/restored-permissions.ts';
import { fullyRestoredRecords } from '../../core/restored-records.ts';
import { type CredentialId, nameOf } from '../../core/revocation-record.ts';
import { credentialsRestored, eventUser } from '../../formats/events.ts';
import type { RestorationRequest } from '../../formats/remediation-request.ts';
import { describeNotGivenBack, toRestoredAnswer } from '../../formats/restoration-answer.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { emit } from '../event-bus.ts';
import { type Invocation, pollUntil } from '../invocation.ts';
import type { RestorationDependencies } from './make-plan.ts';
import { readPermissionsOf } from './permissions.ts';

/** The document's request of mode verify. */
export type VerifyRequest = Extract<RestorationRequest, { mode: 'verify' }>;

/** A user's state, with the permissions if a record is of a retirement. */
type VerifiedState = UserState & Pick<CurrentCredentials, 'permissions'>;

/**
 * Verifies that the credentials of the plan can be used, and selects the records to mark. A password counts as
 * restored only if this execution issued it, according to the label of the secret's version. Throws RunError
 * if the user is gone.
 */
export async function verifyRestoration(
  request: VerifyRequest,
  { location, deadline }: Invocation,
  dependencies: RestorationDependencies,
): Promise<Answer> {
  const { iam, ssm, secrets, clock, ownerTag } = dependencies;
  const { userId, executionId, firstAccessKeyId, secondAccessKeyId, passwordAction, denyAction } =
    request;
  const accessKeyIds = [firstAccessKeyId, secondAccessKeyId].filter((id) => id !== null);
  const { outstanding } = await readRecords(ssm, { ...location, userId });
  const givenIn = ({ permissions }: VerifiedState): GivenBack =>
    permissions === undefined
      ? { restored: [], left: request.permissions, notRestored: [] }
      : checkGivenBack(request.permissions, outstanding, permissions);
  const isLiftedIn = ({ permissions }: VerifiedState) =>
    denyAction === 'Lift' && permissions?.deniesAll === false;
  const unusableIn = (current: UserState) =>
    stillUnusable(accessKeyIds, passwordAction === 'Issue', current);
  const lackingIn = (current: VerifiedState) => [
    ...givenIn(current).left,
    ...(denyAction === 'Lift' && !isLiftedIn(current) ? [denyName] : []),
  ];
  const state: VerifiedState | NotFound = await pollUntil(
    clock,
    deadline,
    async () => {
      const seen: SeenState = await readUserState(iam, userId, request.userName);
      if (seen === 'gone' || seen === 'changing') return seen;
      const identity = { userId, userName: seen.userName };
      const { partition } = location;
      const permissions = await readPermissionsOf(iam, identity, outstanding, partition);
      return { ...seen, permissions };
    },
    (seen) =>
      seen === 'gone' ||
      (seen !== 'changing' && unusableIn(seen).length === 0 && lackingIn(seen).length === 0),
  );
  if (state === 'gone') throw new ExpectedError('RunError', `user ${userId} was deleted meanwhile`);
  if (state === 'changing') {
    const message = `user ${request.userName} (${userId}) changed repeatedly while it was read; run the document again`;
    throw new ExpectedError('RunError', message);
  }
  const usable = accessKeyIds.filter((id) => stillUnusable([id], false, state).length === 0);
  const password = state.passwordCreated !== null && (await wasIssued(request, location, secrets));
  const given = givenIn(state);
  const restored: JustRestored = {
    ...{ accessKeyIds: usable, password },
    ...{ permissions: given.restored, deny: isLiftedIn(state) },
  };
  const now = clock.now();
  const left = unusableIn(state);
  const lacking = lackingIn(state);
  const user = eventUser({ userId, ...state }, ownerTag);
  const { staysOff: off, exemptUntil: until } = request;
  const isComplete =
    left.length === 0 && lacking.length === 0 && given.notRestored.length === 0 && off === null;
  const event = credentialsRestored(user, location, {
    ...{ executionId, exemptUntil: until, complete: isComplete },
    credentials: restoredCredentials(restored),
    permissions: [...given.restored, ...(restored.deny === true ? [denyName] : [])],
    notRestored: [
      ...[...left.map(nameOf), ...lacking, ...describeNotGivenBack(given.notRestored)],
      ...(off === null ? [] : [off]),
    ],
  });
  const isAnything =
    usable.length > 0 || password || given.restored.length > 0 || restored.deny === true;
  if (isAnything) await emit([event], dependencies, deadline);
  return toRestoredAnswer(request, {
    ...{ permissionsLeft: lacking, notGivenBack: given.notRestored },
    givenBackRecords: recordsToMarkAsGivenBack(outstanding, state.permissions, restored, now),
    liftedRecords: recordsToMarkAsLifted(outstanding, restored),
    ...{ userName: state.userName, accountId: location.accountId, now, owner: user.owner },
    ...{ restored, left, records: outstanding },
    fullyRestored: fullyRestoredRecords(outstanding, state, restored, now),
  });
}

function restoredCredentials({ accessKeyIds, password }: JustRestored): CredentialId[] {
  const keys = accessKeyIds.map((id) => ({ type: 'access-key', id }) as const);
  return password ? [...keys, { type: 'password', id: null }] : keys;
}

async function wasIssued(
  { userId, executionId, passwordAction, passwordRevocationId }: VerifyRequest,
  location: Invocation['location'],
  secrets: RestorationDependencies['secrets'],
): Promise<boolean> {
  if (passwordAction !== 'Issue' || passwordRevocationId === null) return false;
  const name = secretName(userId, passwordRevocationId);
  return hasVersion(secrets, secretId(location, name), executionId);
}
