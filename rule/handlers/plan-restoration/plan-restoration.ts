import type { Clients } from '../../aws/clients.ts';
import { readRule } from '../../aws/config-rule.ts';
import { readCurrentPermissions } from '../../aws/current-permissions.ts';
import {
  changingUser,
  findUser,
  type LiveUser,
  type NotFound,
  readUserState,
  type SeenState,
  type UserState,
} from '../../aws/iam-credentials.ts';
import { findQuarantine, readUser } from '../../aws/iam-users.ts';
import { hasVersion } from '../../aws/secrets.ts';
import {
  listEarlierRestorations,
  listRestorations,
  readExecution,
  stillRunning,
} from '../../aws/ssm-automation.ts';
import { type ForgedRecord, readRecords } from '../../aws/user-records.ts';
import { ExpectedError } from '../../core/errors.ts';
import { exemptUntil, findExemption } from '../../core/exemption.ts';
import { documentNames, secretName } from '../../core/names.ts';
import {
  type CurrentCredentials,
  type DamagedPart,
  type JustRestored,
  mayLag,
  nothingRestored,
  type OutstandingRecord,
  planRestoration as planByRecords,
  type RestorationOptions,
  type RestorationPlan,
  staysOff,
  stillUnusable,
  withHistory,
} from '../../core/restoration-plan.ts';
import {
  checkGivenBack,
  denyMark,
  denyName,
  type GivenBack,
  type PermissionPlan,
  permissionsMayLag,
  planPermissions,
  recordsToMarkAsGivenBack,
  recordsToMarkAsLifted,
} from '../../core/restored-permissions.ts';
import { fullyRestoredRecords } from '../../core/restored-records.ts';
import type { CurrentPermissions } from '../../core/retired-permissions.ts';
import { type CredentialId, nameOf } from '../../core/revocation-record.ts';
import {
  describeChange,
  parseRuleParameters,
  type RuleParameters,
} from '../../core/rule-parameters.ts';
import { describeDamagedRecord, describeRefusal } from '../../formats/alerts.ts';
import { secretId } from '../../formats/arns.ts';
import { objectTo, startedBy } from '../../formats/automation-history.ts';
import { credentialsRestored, eventUser, revocationRefused } from '../../formats/events.ts';
import type { Passwords } from '../../formats/messages.ts';
import {
  parseRestorationRequest,
  type RestorationRequest,
} from '../../formats/remediation-request.ts';
import {
  describeNotGivenBack,
  toGoneAnswer,
  toRefusedAnswer,
  toRestorationAnswer,
  toRestoredAnswer,
} from '../../formats/restoration-answer.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { parseStackRuleParameters } from '../../formats/stack-rule-parameters.ts';
import { currentCredentials, fromLive, type UserIdentity } from '../../formats/user-snapshot.ts';
import { emit } from '../event-bus.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  pollUntil,
  runByMode,
} from '../invocation.ts';
import { alertRefusal } from '../topic.ts';

/** What the deployment decides, whoever starts a restoration. */
export interface RestorationSettings {
  /** The name of the deployed rule, the only one that counts. */
  readonly ruleName: string;
  /** ARNs of the roles and users that may start a restoration; {account} stands for the account ID; empty for every person. */
  readonly operatorArns: readonly string[];
  readonly passwords: Passwords;
}

interface RestorationDependencies
  extends FunctionDependencies,
    Clients<'iam' | 'config' | 'ssm' | 'secrets'> {
  readonly settings: RestorationSettings;
  /** The key of the tag that names a user's owner. */
  readonly ownerTag: string;
  /** The variable RULE_PARAMETERS. */
  readonly ruleParameters: string | undefined;
}
type PlanRequest = Extract<RestorationRequest, { mode: 'plan' }>;
type ConfirmRequest = Extract<RestorationRequest, { mode: 'confirm' }>;
type VerifyRequest = Extract<RestorationRequest, { mode: 'verify' }>;

/**
 * Plans, confirms or verifies a restoration for UnusedIamCredentials-Restore. Only reads. Throws RequestError,
 * RuleParameterError, AwsError, UserError and RunError.
 */
export function planRestoration(
  event: unknown,
  context: LambdaContext,
  dependencies: RestorationDependencies,
): Promise<Answer> {
  return runByMode(context, dependencies, () => parseRestorationRequest(event), {
    plan: (request: PlanRequest, invocation) => makePlan(request, invocation, dependencies),
    confirm: (request: ConfirmRequest, invocation) =>
      confirmPlan(request, invocation, dependencies),
    verify: (request: VerifyRequest, invocation) =>
      verifyRestoration(request, invocation, dependencies),
  });
}

async function makePlan(
  request: PlanRequest,
  invocation: Invocation,
  dependencies: RestorationDependencies,
): Promise<Answer> {
  const { location, deadline } = invocation;
  const { iam, ssm, clock, settings } = dependencies;
  const { userId, executionId, graceDays } = request;
  const refuse = async (reason: string, identity: UserIdentity | null) => {
    const user = identity === null ? { userId } : eventUser(identity, dependencies.ownerTag);
    const message = describeRefusal('restore', user, location, reason, clock.now());
    const event = revocationRefused(user, location, { operation: 'restore', executionId, reason });
    const refused = { userId, executionId, reason };
    await alertRefusal(dependencies, refused, message, { event, deadline });
    return toRefusedAnswer(identity?.userName ?? null, reason, clock.now());
  };
  const execution = await readExecution(ssm, executionId);
  const starter = startedBy(execution, location);
  const objection = objectTo(starter, settings.operatorArns, location.accountId);
  if (objection !== null) return refuse(objection, null);
  if (request.ruleName !== settings.ruleName) {
    throw new ExpectedError(
      'RuleParameterError',
      `ConfigRuleName is ${request.ruleName}, but the deployed rule is ${settings.ruleName}. ` +
        'Only its exemption tag counts. Leave ConfigRuleName out, or give that name',
    );
  }
  if (execution !== null) await waitForOthers(userId, execution, invocation, dependencies);
  const now = clock.now();
  const known = await readRuleParameters(location, dependencies);
  const found = await findUser(iam, userId);
  if (found === null) return toGoneAnswer(userId, now);
  const { userName } = found.identity;

  const quarantine = await findQuarantine(iam, userName);
  if (quarantine !== null) return refuse(describeQuarantine(quarantine), found.identity);
  const { outstanding, closed, forged } = await readRecords(ssm, { ...location, userId });
  if (forged.length > 0) return refuse(forged.map(describeForged).join('; '), found.identity);
  await alertDamage(outstanding, found.identity, request, invocation, dependencies);

  const readState = async (user: LiveUser | null): Promise<PlannedState | null> => {
    if (user === null) return null;
    const { identity, credentials } = user;
    const all = [...outstanding, ...closed];
    const permissions = await readPermissionsOf(iam, identity, all, location.partition);
    return { live: user, current: { ...currentCredentials(credentials), permissions } };
  };
  const seemsStale = (state: PlannedState | null) =>
    state !== null &&
    (mayLag(outstanding, state.current, now) ||
      (state.current.permissions !== undefined &&
        permissionsMayLag(outstanding, state.current.permissions, now)));
  const first = await readState(found);
  const state = seemsStale(first)
    ? await pollUntil(
        clock,
        deadline,
        async () => readState(await findUser(iam, userId, userName)),
        (seen) => !seemsStale(seen),
      )
    : first;
  if (state === null) return toGoneAnswer(userId, now);
  const { live, current } = state;
  const options = { ...request.options, passwordsByHand: settings.passwords === 'ByHand' };
  const planned = await planWithHistory(outstanding, closed, current, options, ssm, now);
  const { plan, permissions, records } = planned;
  const parameters = known ?? parseRuleParameters({});
  return toRestorationAnswer({
    ...{ userId, now, plan, permissions, location },
    ...{ revocationId: options.revocationId, accessKeyId: options.accessKeyId },
    userName: live.identity.userName,
    records: records.map(({ record }) => record),
    closed: closed.map(({ record }) => record.executionId),
    staysOff: staysOff(plan.notRestored, current),
    fullyRestored: fullyRestoredRecords(records, current, nothingRestored, now),
    exemptionTag: parameters.exemptUntilTag,
    exemptUntil: graceOf(live, parameters, graceDays, now),
    ruleMissing: known === null ? settings.ruleName : null,
  });
}

/** Alerts of parts of retirements that are not genuine. What a genuine record says is restored all the same. */
async function alertDamage(
  outstanding: readonly OutstandingRecord[],
  identity: UserIdentity,
  { executionId }: PlanRequest,
  { location, deadline }: Invocation,
  dependencies: RestorationDependencies,
): Promise<void> {
  const damaged = outstanding.flatMap((each) => each.damaged ?? []);
  if (damaged.length === 0) return;
  const { userId } = identity;
  const reason = damaged.map(describeDamaged).join('; ');
  const user = eventUser(identity, dependencies.ownerTag);
  const message = describeDamagedRecord(user, location, reason, dependencies.clock.now());
  const refused = { operation: 'restore-permissions', executionId, reason } as const;
  const event = revocationRefused(user, location, refused);
  await alertRefusal(dependencies, { userId, executionId, reason }, message, { event, deadline });
}

/** What a plan rests on. */
interface PlannedState {
  readonly live: LiveUser;
  readonly current: CurrentCredentials;
}

/** Undefined if no record is of a retirement. Throws UserError if the name passes to another user meanwhile. */
async function readPermissionsOf(
  iam: RestorationDependencies['iam'],
  { userId, userName }: { readonly userId: string; readonly userName: string },
  records: readonly OutstandingRecord[],
  partition: string,
): Promise<CurrentPermissions | undefined> {
  const permissions = await readCurrentPermissions(iam, userName, records, partition);
  if (permissions === undefined) return undefined;
  const owner = await readUser(iam, userName);
  if (owner?.identity.userId !== userId) throw changingUser(userId);
  return permissions;
}

/** How long a plan waits for another restoration (milliseconds). It leaves the function time to plan. */
const longestWait = 180_000;

/**
 * Waits until the restorations of the user that started earlier have ended: a plan on what one of them is changing
 * would fail. Throws RunError if that takes too long.
 */
async function waitForOthers(
  userId: string,
  own: Parameters<typeof listEarlierRestorations>[3],
  { location, deadline }: Invocation,
  { ssm, clock }: RestorationDependencies,
): Promise<void> {
  const earlier = await listEarlierRestorations(ssm, userId, location, own);
  const left = await pollUntil(
    clock,
    deadline,
    () => stillRunning(ssm, earlier),
    (running) => running.length === 0,
    longestWait,
  );
  if (left.length === 0) return;
  throw new ExpectedError(
    'RunError',
    `Execution ${left.join(', ')} of ${documentNames.restore} is still restoring user ${userId}. ` +
      'This execution changed nothing. Run the document again after that one has ended',
  );
}

/**
 * The stack's parameters, whatever the rule is; without them the rule's. Null if nothing says them, because the
 * rule is missing or invalid: that must not prevent a restoration.
 */
async function readRuleParameters(
  location: Invocation['location'],
  { config, log, settings: { ruleName }, ruleParameters }: RestorationDependencies,
): Promise<RuleParameters | null> {
  const stack = parseStackRuleParameters(ruleParameters);
  const ignore = (reason: string) => log('warn', 'rule ignored', { reason });
  try {
    const rule = await readRule(config, ruleName, location);
    if (stack === null) return rule;
    const change =
      rule === null
        ? `There is no AWS Config rule ${ruleName}`
        : describeChange(ruleName, rule, stack);
    if (change !== null) ignore(change);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    if (stack === null && error.name !== 'RuleParameterError') throw error;
    ignore(error.message);
  }
  return stack;
}

/** Reads what earlier restorations gave back only if the marks of the records allow something. */
export async function planWithHistory(
  outstanding: readonly OutstandingRecord[],
  closed: readonly OutstandingRecord[],
  current: CurrentCredentials,
  options: RestorationOptions,
  ssm: RestorationDependencies['ssm'],
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

/** A record that is marked as restored does not lift the deny again. */
function withLiftedDeny(closed: OutstandingRecord): OutstandingRecord {
  return { ...closed, restored: new Set([...closed.restored, denyMark]) };
}

/** Adds that AWSDenyAll is attached although the record of its retirement is marked as restored. */
function reportKeptDeny(
  plan: PermissionPlan | null,
  ofClosed: PermissionPlan | null,
): PermissionPlan | null {
  const kept = ofClosed?.notRestored.filter(
    ({ name, why }) => name === denyName && why.kind === 'RestoredBefore',
  );
  if (plan === null || kept === undefined || plan.liftsDeny) return plan;
  const isKnown = plan.notRestored.some(
    ({ name, why }) => name === denyName && why.kind !== 'DenyDetached',
  );
  return isKnown ? plan : { ...plan, notRestored: [...plan.notRestored, ...kept] };
}

function describeQuarantine(policy: string): string {
  return `policy ${policy} quarantines the user, because one of their access keys leaked`;
}

function describeForged({ name, why, writer }: ForgedRecord): string {
  return `${name} is not a genuine record: ${why}; written by ${writer}`;
}

/** Of a deleted parameter, Parameter Store does not know who deleted it. */
function describeDamaged({ name, why, writer }: DamagedPart): string {
  return writer === 'unknown' ? `${name}: ${why}` : `${name}: ${why}; written by ${writer}`;
}

function graceOf(
  live: LiveUser,
  parameters: RuleParameters,
  graceDays: number,
  now: number,
): string {
  const user = fromLive(live.identity, live.credentials, null);
  const exemption = findExemption(user, parameters, now);
  return exemptUntil(exemption, graceDays, parameters.maxExemptionDays, now);
}

/**
 * Reads the user again right before the first change. Throws RunError if AWS has quarantined the user, or if planned
 * keys cannot be reactivated anymore, which it names. A key that is Active needs nothing more. A login profile needs
 * no check: IssuePassword never changes one.
 */
async function confirmPlan(
  { userId, userName, executionId, firstAccessKeyId, secondAccessKeyId }: ConfirmRequest,
  { location, deadline }: Invocation,
  dependencies: RestorationDependencies,
): Promise<Answer> {
  const { iam, log, ownerTag } = dependencies;
  const state = await readUserState(iam, userId, userName);
  if (state === 'gone') throw new ExpectedError('RunError', `user ${userId} was deleted meanwhile`);
  if (state === 'changing') throw changingUser(userId);
  const quarantine = await findQuarantine(iam, state.userName);
  if (quarantine !== null) {
    const reason = describeQuarantine(quarantine);
    // Not published, since the step may be tried again: the execution fails, which an event rule reports.
    log('error', 'refused', { alert: true, userId, executionId, reason });
    const user = eventUser({ userId, ...state }, ownerTag);
    const refused = { operation: 'restore', executionId, reason } as const;
    await emit([revocationRefused(user, location, refused)], dependencies, deadline);
    throw new ExpectedError('RunError', `${reason}. This execution restored nothing`);
  }
  const left = state.accessKeys.filter(({ status }) => status !== 'Expired').map(({ id }) => id);
  const lost = [firstAccessKeyId, secondAccessKeyId].filter(
    (id) => id !== null && !left.includes(id),
  );
  if (lost.length === 0) return { Outcome: 'Confirmed' };
  throw new ExpectedError(
    'RunError',
    `Deleted or expired since the plan for user ${userName} (${userId}): access key ${lost.join(', access key ')}. ` +
      'This execution restored nothing. Run the document again',
  );
}

/**
 * Verifies that the credentials of the plan can be used, and selects the records to mark. A password counts as
 * restored only if this execution issued it, according to the label of the secret's version. Throws RunError
 * if the user is gone.
 */
async function verifyRestoration(
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
    const message = `user ${request.userName} (${userId}) keeps changing; run the document again`;
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

/** A user's state, with the permissions if a record is of a retirement. */
type VerifiedState = UserState & Pick<CurrentCredentials, 'permissions'>;

async function wasIssued(
  { userId, executionId, passwordAction, passwordRevocationId }: VerifyRequest,
  location: Invocation['location'],
  secrets: RestorationDependencies['secrets'],
): Promise<boolean> {
  if (passwordAction !== 'Issue' || passwordRevocationId === null) return false;
  const name = secretName(userId, passwordRevocationId);
  return hasVersion(secrets, secretId(location, name), executionId);
}
