import { userChangingError } from '../../aws/iam-credentials.ts';
import { readPermissions, readPolicyQuota } from '../../aws/iam-permissions.ts';
import { readExecution } from '../../aws/ssm-automation.ts';
import { listRecordNames, readPauseSwitch, readRecord } from '../../aws/ssm-parameters.ts';
import { ExpectedError } from '../../core/errors.ts';
import { denyAllPolicyArn, denyAllPolicyName } from '../../core/names.ts';
import { isDenied, labelsOf, removableOf } from '../../core/retired-permissions.ts';
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
import { type RevocationRecord, recordOf } from '../../core/revocation-record.ts';
import { requireRoomForTags } from '../../core/room-for-tags.ts';
import { describeRefusal } from '../../formats/alerts.ts';
import { startedBy } from '../../formats/automation-history.ts';
import { revocationRefused } from '../../formats/events.ts';
import type { RetirementRequest } from '../../formats/remediation-request.ts';
import { encodePermissions } from '../../formats/retired-permissions.ts';
import { type PlannedPermissions, toRetirementAnswer } from '../../formats/retirement-answer.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import {
  judgeByLiveDates,
  judgeByReport,
  type RevocationSubject,
} from '../../judging/judge-to-revoke.ts';
import type { JudgementContext } from '../../judging/judge-user.ts';
import { type AlertedPlan, applyEarlier } from '../earlier-revocations.ts';
import type { FunctionDependencies, Invocation } from '../invocation.ts';
import { type RevocationDependencies, readRevocationRule } from '../revocation-rule.ts';
import { alertRefusal, publishAlert } from '../topic.ts';

/** The document's request of mode preview or plan. */
export type PlanRequest = Extract<RetirementRequest, { mode: 'preview' | 'plan' }>;

/**
 * Plans what a retirement revokes and removes. It changes nothing, and publishes an alert about a refusal. Errors
 * are those of planRetirement.
 */
export async function makePlan(
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
  const objection = reasonToRefuse(startedBy(await readExecution(ssm, executionId), location));
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
  const recorded = { accountId: location.accountId, executionId, userId, ruleName };
  const record: RevocationRecord = {
    ...recordOf(user, changes.revocations, recorded, now),
    retirement: { denyAttached: permissions.attachDeny, parts },
  };
  const full = toRetirementAnswer({
    ...planned,
    decision: toRetirement(decision),
    recorded: { record, parts: texts, denyPolicyArn: denyAllPolicyArn(location.partition) },
  });
  requireSmall(full, user.userName);
  return full;
}

/** Why an execution must not retire anybody, by who started it; null if it may. */
function reasonToRefuse(starter: ReturnType<typeof startedBy>): string | null {
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
    // Only automatic executions skip credentials that keep coming back.
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
  if (found === 'changing') throw userChangingError(userId);
  const attachDeny = !isDenied(found, location.partition);
  const count = found.attachedPolicies.length;
  const quota = attachDeny && count >= leastQuota ? await readPolicyQuota(iam) : null;
  const { attachedPolicies, ...removed } = removableOf(found);
  return {
    attachDeny,
    fullQuota: quota !== null && count >= quota ? quota : null,
    removed: { ...removed, attachedPolicies: detachPolicies ? attachedPolicies : [] },
  };
}

/** IAM's default quota of managed policies for each user, which AWS can raise. */
const leastQuota = 10;

/** A step that runs a script returns at most 100 KB. This leaves room for the spaces that Python adds to JSON. */
const mostBytes = 95_000;

function requireSmall(answer: Answer, userName: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  if (bytes <= mostBytes) return;
  throw new ExpectedError(
    'UserError',
    `The plan for user ${userName} and what it must record take ${bytes} bytes; a step of Automation passes on at most ${mostBytes}. ` +
      'Nothing was changed. Run the document without DetachPolicies, or shorten the inline policies of the user',
  );
}
