import type { Clients } from '../../aws/clients.ts';
import { readRule } from '../../aws/config-rule.ts';
import { findUser, type LiveUser } from '../../aws/iam-credentials.ts';
import { findQuarantine } from '../../aws/iam-users.ts';
import { listEarlierRestorations, readExecution, stillRunning } from '../../aws/ssm-automation.ts';
import { readRecords } from '../../aws/user-records.ts';
import { ExpectedError } from '../../core/errors.ts';
import { exemptUntil, findExemption } from '../../core/exemption.ts';
import { documentNames } from '../../core/names.ts';
import {
  type CurrentCredentials,
  type DamagedPart,
  mayLag,
  nothingRestored,
  type OutstandingRecord,
  stillRevoked,
} from '../../core/restoration-plan.ts';
import { permissionsMayLag } from '../../core/restored-permissions.ts';
import { fullyRestoredRecords } from '../../core/restored-records.ts';
import {
  describeChange,
  parseRuleParameters,
  type RuleParameters,
} from '../../core/rule-parameters.ts';
import {
  describeDamagedRecord,
  describeForged,
  describeQuarantine,
  describeRefusal,
} from '../../formats/alerts.ts';
import { reasonToRefuse, startedBy } from '../../formats/automation-history.ts';
import { eventUser, revocationRefused } from '../../formats/events.ts';
import type { Passwords } from '../../formats/messages.ts';
import type { RestorationRequest } from '../../formats/remediation-request.ts';
import {
  toGoneAnswer,
  toRefusedAnswer,
  toRestorationAnswer,
} from '../../formats/restoration-answer.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { parseStackRuleParameters } from '../../formats/stack-rule-parameters.ts';
import { currentCredentials, fromLive, type UserIdentity } from '../../formats/user-snapshot.ts';
import { type FunctionDependencies, type Invocation, pollUntil } from '../invocation.ts';
import { alertRefusal } from '../topic.ts';
import { readPermissionsOf } from './permissions.ts';
import { planWithHistory } from './plan-with-history.ts';

/** Settings of the deployment that apply regardless of who starts a restoration. */
export interface RestorationSettings {
  /** The name of the deployed rule, the only one that counts. */
  readonly ruleName: string;
  /** ARNs of the roles and users that may start a restoration; {account} stands for the account ID; empty for every person. */
  readonly operatorArns: readonly string[];
  readonly passwords: Passwords;
}

/** What the modes of the function run with. */
export interface RestorationDependencies
  extends FunctionDependencies,
    Clients<'iam' | 'config' | 'ssm' | 'secrets'> {
  readonly settings: RestorationSettings;
  /** The key of the tag that names a user's owner. */
  readonly ownerTag: string;
  /** The variable RULE_PARAMETERS. */
  readonly ruleParameters: string | undefined;
}

/** The document's request of mode plan. */
export type PlanRequest = Extract<RestorationRequest, { mode: 'plan' }>;

/** What a plan rests on. */
interface PlannedState {
  readonly live: LiveUser;
  readonly current: CurrentCredentials;
}

/** Plans what a restoration gives back. It changes nothing, and publishes an alert about a refusal. */
export async function makePlan(
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
  const objection = reasonToRefuse(starter, settings.operatorArns, location.accountId);
  if (objection !== null) return refuse(objection, null);
  if (request.ruleName !== settings.ruleName) {
    throw new ExpectedError(
      'RuleParameterError',
      `ConfigRuleName is ${request.ruleName}, but the deployed rule is ${settings.ruleName}. ` +
        'Only the exemption tag of the deployed rule counts. Omit ConfigRuleName, or set it to the deployed rule',
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
    staysOff: stillRevoked(plan.notRestored, current),
    fullyRestored: fullyRestoredRecords(records, current, nothingRestored, now),
    exemptionTag: parameters.exemptUntilTag,
    exemptUntil: graceOf(live, parameters, graceDays, now),
    ruleMissing: known === null ? settings.ruleName : null,
  });
}

/** Alerts of parts of retirements that are not genuine. What genuine records list is still restored. */
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
 * The stack's rule parameters, even if the rule has others; without them, the rule's. Null if the rule is missing
 * or invalid as well, because that must not prevent a restoration.
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

/** Describes a damaged part. Parameter Store does not record who deleted a parameter. */
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
