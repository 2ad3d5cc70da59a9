import { changingUser, readUserState, type UserState } from '../../aws/iam-credentials.ts';
import { readPermissions, readPolicyQuota } from '../../aws/iam-permissions.ts';
import { readRetired } from '../../aws/retirement-parts.ts';
import { readExecution } from '../../aws/ssm-automation.ts';
import { listRecordNames, readPauseSwitch, readRecord } from '../../aws/ssm-parameters.ts';
import { ExpectedError } from '../../core/errors.ts';
import { denyAllPolicyArn, denyAllPolicyName } from '../../core/names.ts';
import { markName } from '../../core/restoration-plan.ts';
import { denyMark } from '../../core/restored-permissions.ts';
import {
  labelsOf,
  presentOf,
  type RetiredPermissions,
  removableOf,
} from '../../core/retired-permissions.ts';
import {
  decideOnFullQuota,
  findObstacle,
  limitsOfRetirement,
  planRetirementOf,
  type RetirementDecision,
  type RetirementOptions,
} from '../../core/retirement-plan.ts';
import type { RevocationLimits } from '../../core/revocation-limits.ts';
import {
  type Changes,
  decide,
  decideRevocation,
  type RevocationDecision,
} from '../../core/revocation-plan.ts';
import {
  issuedSince,
  nameOf,
  type RevocationRecord,
  recordOf,
  stillUsable,
} from '../../core/revocation-record.ts';
import { requireRoomForTags } from '../../core/room-for-tags.ts';
import { describeRefusal } from '../../formats/alerts.ts';
import { credentialsChangedBy, removedBy, startedBy } from '../../formats/automation-history.ts';
import { eventUser, revocationRefused, userRetired } from '../../formats/events.ts';
import { undoCommand } from '../../formats/messages.ts';
import { decodeRecord } from '../../formats/record-codec.ts';
import {
  parseRetirementRequest,
  type RetirementRequest,
} from '../../formats/remediation-request.ts';
import { encodePermissions } from '../../formats/retired-permissions.ts';
import {
  type PlannedPermissions,
  toRetiredAnswer,
  toRetirementAnswer,
} from '../../formats/retirement-answer.ts';
import { type Answer, toVanishedAnswer } from '../../formats/revocation-answer.ts';
import { parseRevocationLimits } from '../../formats/revocation-limits.ts';
import {
  judgeByLiveDates,
  judgeByReport,
  type RevocationSubject,
} from '../../judging/judge-to-revoke.ts';
import type { JudgementContext } from '../../judging/judge-user.ts';
import { readSincePlan, requireNoChange } from '../changed-since-plan.ts';
import { type AlertedPlan, applyEarlier } from '../earlier-revocations.ts';
import { emit } from '../event-bus.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  pollUntil,
  runByMode,
} from '../invocation.ts';
import { type LeftOver, notVerified } from '../not-verified.ts';
import { reportRefusal } from '../refused-request.ts';
import { type RevocationDependencies, readRevocationRule } from '../revocation-rule.ts';
import { alertRefusal, publishAlert } from '../topic.ts';

type PlanRequest = Extract<RetirementRequest, { mode: 'preview' | 'plan' }>;
type ConfirmRequest = Extract<RetirementRequest, { mode: 'confirm' }>;
type VerifyRequest = Extract<RetirementRequest, { mode: 'verify' }>;

/**
 * Plans, confirms or verifies a retirement for UnusedIamCredentials-Retire. Only reads. Throws RequestError,
 * RefusedError, RuleParameterError, RecordError, AwsError, UserError, CredentialReportError and RunError.
 */
export function planRetirement(
  event: unknown,
  context: LambdaContext,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const limits = () => parseRevocationLimits(dependencies.limits);
  return runByMode(context, dependencies, () => parseRetirementRequest(event), {
    plan: (request: PlanRequest, invocation) =>
      makePlan(request, limits(), invocation, dependencies).catch((error: unknown) =>
        reportRefusal(error, 'retire', request, invocation, dependencies),
      ),
    confirm: (request: ConfirmRequest, invocation) =>
      confirmPlan(request, invocation, dependencies),
    verify: (request: VerifyRequest, invocation) =>
      verifyRetirement(request, limits(), invocation, dependencies),
  });
}

async function makePlan(
  request: PlanRequest,
  limits: RevocationLimits,
  invocation: Invocation,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const { location, now, deadline } = invocation;
  const { iam, ssm, clock } = dependencies;
  const { userId, executionId, ruleName } = request;
  const subject = { userId, executionId, now };
  const unread = { userName: null, changes: null, permissions: null, recorded: null };
  const objection = objectTo(startedBy(await readExecution(ssm, executionId), location));
  if (objection !== null) {
    // Once for each execution, which plans twice.
    if (request.mode === 'plan') {
      const message = describeRefusal('retire', { userId }, location, objection, clock.now());
      const refused = { executionId, reason: objection };
      const event = revocationRefused({ userId }, location, { operation: 'retire', ...refused });
      await alertRefusal(dependencies, { userId, ...refused }, message, { event, deadline });
    }
    return toRetirementAnswer({ ...subject, ...unread, decision: decide('Refused', objection) });
  }
  const options = limitsOfRetirement(limits, request.options);
  const parameters = await readRevocationRule(ruleName, limits, invocation, dependencies);
  const context: JudgementContext = { iam, parameters, now, clock, deadline };
  const gone = () => {
    const decision = decide('Gone' as const, `no IAM user has the ID ${userId}`);
    return toRetirementAnswer({ ...subject, ...unread, decision });
  };

  const byLiveDates = await judgeByLiveDates(userId, context);
  if (byLiveDates === null) return gone();
  const hasNothing = byLiveDates.assessment.category === 'no-credentials';
  const retiredBefore = hasNothing && (await wasRetired(userId, invocation, dependencies));
  const obstacleTo = ({ user, assessment }: RevocationSubject) =>
    findObstacle(user, assessment, options, retiredBefore);
  const first = obstacleTo(byLiveDates);
  const { userName } = byLiveDates.user;
  if (first !== null) {
    return toRetirementAnswer({ ...subject, ...unread, userName, decision: first });
  }

  // No report is needed to see that a user without credentials uses none.
  const confirmed = hasNothing
    ? { ...byLiveDates, evidence: { generatedAt: now, complete: true } }
    : await judgeByReport(userId, userName, context);
  if (confirmed === null) return gone();
  const { user, assessment, evidence } = confirmed;
  const obstacle = obstacleTo(confirmed);
  const named = { ...subject, userName: user.userName };
  if (obstacle !== null)
    return toRetirementAnswer({ ...named, ...unread, userName: user.userName, decision: obstacle });

  const permissions = await planPermissions(
    userId,
    user.userName,
    request.options,
    invocation,
    dependencies,
  );
  if (permissions === null) return gone();
  const changes = planRetirementOf(assessment, options);
  const planned = { ...named, changes, permissions };
  const answer = (decision: RetirementDecision) =>
    toRetirementAnswer({ ...planned, decision, recorded: null });
  const isNothing =
    changes.revocations.length === 0 &&
    !permissions.attachDeny &&
    labelsOf(permissions.removed).length === 0;
  if (isNothing) {
    return answer(
      decide(
        'NothingDue',
        `${denyAllPolicyName} is attached, and nothing is left to revoke or remove`,
      ),
    );
  }

  const { fullQuota } = permissions;
  if (fullQuota !== null) return answer(decideOnFullQuota(user.userName, fullQuota));

  const paused = (await readPauseSwitch(ssm)) !== null;
  // A person started it, who knows what happened to the user meanwhile.
  const trigger = { userId, automaticSince: null };
  const decideOn = (some: Changes) =>
    decideRevocation(some, paused, evidence, options, trigger, now);
  const proposed: AlertedPlan = { decision: decideOn(changes), changes, alerts: [], notes: [] };
  const { decision, alerts } =
    proposed.decision.outcome === 'Revoke'
      ? await applyEarlier(
          proposed,
          {
            ...{ subject: confirmed, trigger, decideOn, planWithout: () => changes },
            maxRevocationsPerDay: options.maxRevocationsPerDay,
            exemptionTag: parameters.exemptUntilTag,
          },
          invocation,
          dependencies,
        )
      : proposed;
  if (decision.outcome === 'Revoke') requireRoomForTags(user);
  if (request.mode === 'plan') {
    for (const alert of alerts) await publishAlert(dependencies.topic, alert);
  }
  if (decision.outcome !== 'Revoke') return answer(toRetirement(decision));
  const { texts, parts } = encodePermissions(permissions.removed);
  requireFewParts(texts, user.userName);
  const recorded = { accountId: location.accountId, executionId, userId, ruleName };
  const record: RevocationRecord = {
    ...recordOf(user, changes.revocations, recorded, now),
    retirement: { denyAttached: permissions.attachDeny, parts },
  };
  return toRetirementAnswer({
    ...planned,
    decision: toRetirement(decision),
    recorded: { record, parts: texts, denyPolicyArn: denyAllPolicyArn(location.partition) },
  });
}

/** Why an execution must not retire anybody, by who started it; null if it may. */
function objectTo(starter: ReturnType<typeof startedBy>): string | null {
  switch (starter.kind) {
    case 'config':
      return `service-linked role ${starter.arn} started the execution; only a person may retire a user`;
    case 'unknown':
      return 'Automation does not say who started the execution; only a person may retire a user';
    case 'person':
      return null;
  }
}

function toRetirement(decision: RevocationDecision): RetirementDecision {
  switch (decision.outcome) {
    case 'Revoke':
      return { ...decision, outcome: 'Retire' };
    // Only an automatic execution leaves what keeps coming back.
    case 'KeepsComingBack':
      return { ...decision, outcome: 'NothingDue' };
    default:
      return { ...decision, outcome: decision.outcome };
  }
}

/** Whether a genuine record, of which something is left to restore, says that the user was retired. */
async function wasRetired(
  userId: string,
  { location }: Invocation,
  { ssm }: FunctionDependencies,
): Promise<boolean> {
  for (const name of await listRecordNames(ssm, userId)) {
    const found = await readRecord(ssm, name, { ...location, userId });
    if (found?.check.genuine !== true || found.closed) continue;
    if (found.check.record.retirement !== undefined) return true;
  }
  return false;
}

/** Null if the user is gone. */
async function planPermissions(
  userId: string,
  userName: string,
  { removeGroups, detachPolicies, deactivateMfaDevices }: RetirementOptions,
  { location }: Invocation,
  { iam }: FunctionDependencies,
): Promise<PlannedPermissions | null> {
  const found = await readPermissions(iam, userId, userName, {
    groups: removeGroups,
    policyIds: detachPolicies,
    inlinePolicies: detachPolicies,
    mfaDevices: deactivateMfaDevices,
  });
  if (found === 'gone') return null;
  if (found === 'changing') throw changingUser(userId);
  const attachDeny = !isDenied(found, location);
  const count = found.attachedPolicies.length;
  const quota = attachDeny && count >= leastQuota ? await readPolicyQuota(iam) : null;
  const { attachedPolicies, ...removed } = removableOf(found);
  return {
    attachDeny,
    fullQuota: quota !== null && count >= quota ? quota : null,
    removed: { ...removed, attachedPolicies: detachPolicies ? attachedPolicies : [] },
  };
}

/** Of managed policies of a user. AWS can raise this quota of IAM. */
const leastQuota = 10;

function isDenied(
  { attachedPolicies }: RetiredPermissions,
  { partition }: Invocation['location'],
): boolean {
  return attachedPolicies.some(({ arn }) => arn === denyAllPolicyArn(partition));
}

/** The document passes the parts from step to step, and a loop has at most 100 iterations. */
const mostParts = 25;

function requireFewParts(texts: readonly string[], userName: string): void {
  if (texts.length <= mostParts) return;
  throw new ExpectedError(
    'UserError',
    `The permissions of user ${userName} need ${texts.length} parameters of Parameter Store; the document writes at most ${mostParts}. ` +
      'Nothing was changed. Run the document without DetachPolicies, or shorten the inline policies of the user',
  );
}

/**
 * Reads the user again right before the first change. Throws RunError, which names what someone changed since the
 * plan, unless another execution did, and RecordError if the recorded permissions cannot be read.
 */
async function confirmPlan(
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
  if (found === 'changing') throw changingUser(record.userId);
  const present = new Set(labelsOf(presentOf(removed, found)));
  const replaced = removed.inlinePolicies
    .filter(({ name }) => found.inlinePolicies.some((each) => each.name === name))
    .map(({ name }) => `inline policy ${name}`)
    .filter((label) => !present.has(label));
  const missing = labelsOf(removed).filter((label) => !present.has(label));
  const deniedSince =
    record.retirement?.denyAttached === true && isDenied(found, invocation.location)
      ? [`policy ${denyAllPolicyName}`]
      : [];
  // Another retirement of the user, at the same time, has recorded what it removes and attaches.
  const byOthers = since.simultaneous.some(({ retirement }) => retirement !== undefined);
  const changed = byOthers ? replaced : [...missing, ...deniedSince];
  // Who gets a credential now is not inactive any more.
  const issued = issuedSince(record, since.state).map((each) => `new ${nameOf(each)}`);
  requireNoChange(record, [...since.changed, ...changed, ...issued]);
  return { Outcome: 'Confirmed' };
}

/** Throws RecordError if the parameters do not hold what the record says. */
async function readRemoved(
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
    `What the retirement ${record.executionId} removes was not recorded as planned: ${first.name}: ${first.why}`,
  );
}

/** Reads the kinds of permissions that the record holds. */
function readRecorded(
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

/** What of the record the user still has, or does not have yet. */
interface Left {
  readonly credentials: ReturnType<typeof stillUsable>;
  readonly permissions: RetiredPermissions;
  readonly undenied: boolean;
}

/**
 * Verifies that no recorded credential can be used, that the user is denied everything, and that what was to be
 * removed is gone. Ignores safeguards, exemptions and reports. Throws RunError, which names what is left.
 */
async function verifyRetirement(
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
      undenied: !isDenied(found, location),
    };
  };
  const seen = await pollUntil(
    clock,
    deadline,
    read,
    (left) => left === 'gone' || (left !== 'changing' && !isLeft(left)),
  );
  if (seen === 'gone') return toVanishedAnswer(clock.now());
  if (seen === 'changing') throw notVerified(record, record.userName, notRetired, null);
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
  throw notVerified(record, userName, notRetired, found);
}

const notRetired = 'Still there after the retirement';

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
