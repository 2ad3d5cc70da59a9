import { readUserState } from '../../aws/iam-credentials.ts';
import { readExecution } from '../../aws/ssm-automation.ts';
import { readPauseSwitch } from '../../aws/ssm-parameters.ts';
import { ExpectedError } from '../../core/errors.ts';
import { markName } from '../../core/restoration-plan.ts';
import {
  applyLimits,
  type LimitedOptions,
  type RevocationLimits,
} from '../../core/revocation-limits.ts';
import {
  type Changes,
  decide,
  decideRevocation,
  findBlocker,
  planChanges,
  type RevocationDecision,
  type RevocationOptions,
  type RevocationTrigger,
} from '../../core/revocation-plan.ts';
import { nameOf, recordOf, stillUsable } from '../../core/revocation-record.ts';
import { requireRoomForTags } from '../../core/room-for-tags.ts';
import { credentialsChangedBy, startedBy } from '../../formats/automation-history.ts';
import { credentialsRevoked, eventUser } from '../../formats/events.ts';
import { undoCommand } from '../../formats/messages.ts';
import { decodeRecord } from '../../formats/record-codec.ts';
import {
  parseRevocationRequest,
  type RevocationRequest,
} from '../../formats/remediation-request.ts';
import {
  type Answer,
  toDeletedUserAnswer,
  toRevocationAnswer,
  toVerifiedAnswer,
} from '../../formats/revocation-answer.ts';
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
import { reportRefusal } from '../refused-request.ts';
import { type RevocationDependencies, readRevocationRule } from '../revocation-rule.ts';
import { publishAlert } from '../topic.ts';
import { verificationError } from '../verification-error.ts';

type PlanRequest = Extract<RevocationRequest, { mode: 'preview' | 'plan' }>;
type ConfirmRequest = Extract<RevocationRequest, { mode: 'confirm' }>;
type VerifyRequest = Extract<RevocationRequest, { mode: 'verify' }>;

/**
 * Plans, confirms or verifies a revocation for UnusedIamCredentials-Revoke. Only reads. Throws RequestError,
 * RefusedError, RuleParameterError, AwsError, UserError, CredentialReportError and RunError.
 */
export function planRevocation(
  event: unknown,
  context: LambdaContext,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const limits = () => parseRevocationLimits(dependencies.limits);
  return runByMode(context, dependencies, () => parseRevocationRequest(event), {
    plan: (request: PlanRequest, invocation) =>
      makePlan(request, limits(), invocation, dependencies).catch((error: unknown) =>
        reportRefusal(error, 'revoke', request, invocation, dependencies),
      ),
    confirm: (request: ConfirmRequest, invocation) =>
      confirmPlan(request, invocation, dependencies),
    verify: (request: VerifyRequest, invocation) =>
      verifyRevocation(request, limits(), invocation, dependencies),
  });
}

const noChanges: Changes = { revocations: [], skipped: [] };

async function makePlan(
  request: PlanRequest,
  limits: RevocationLimits,
  invocation: Invocation,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const { location, now, deadline } = invocation;
  const { iam, ssm, clock } = dependencies;
  const { userId, executionId, ruleName } = request;
  const { options, held } = await requirePersonToReplace(
    applyLimits(request.options, limits),
    request,
    invocation,
    dependencies,
  );
  const parameters = await readRevocationRule(ruleName, limits, invocation, dependencies);
  const context: JudgementContext = { iam, parameters, now, clock, deadline };
  const gone = () =>
    toRevocationAnswer(
      decide('Gone', `no IAM user has the ID ${userId}`),
      noChanges,
      { userId, executionId, userName: null },
      null,
      now,
    );

  const byLiveDates = await judgeByLiveDates(userId, context);
  if (byLiveDates === null) return gone();
  const first = planFor(byLiveDates, options);
  const subject = { userId, executionId, userName: byLiveDates.user.userName };
  if (first.blocker !== null) {
    return toRevocationAnswer(first.blocker, first.changes, subject, null, now, held);
  }

  const confirmed = await judgeByReport(userId, subject.userName, context);
  if (confirmed === null) return gone();
  const { user, evidence } = confirmed;
  const { blocker, changes } = planFor(confirmed, options);
  const named = { ...subject, userName: user.userName };
  if (blocker !== null) return toRevocationAnswer(blocker, changes, named, null, now, held);

  const paused = (await readPauseSwitch(ssm)) !== null;
  const trigger = await readTrigger(request, invocation, ssm);
  const decideOn = (planned: Changes) =>
    decideRevocation(planned, paused, evidence, options, trigger, now);
  const proposed: AlertedPlan = { decision: decideOn(changes), changes, alerts: [], notes: [] };
  const plan =
    proposed.decision.outcome === 'Revoke'
      ? await applyEarlier(
          proposed,
          {
            ...{ subject: confirmed, trigger, decideOn },
            maxRevocationsPerDay: options.maxRevocationsPerDay,
            planWithout: (reasons) => planChanges(confirmed.assessment, options, reasons),
            exemptionTag: parameters.exemptUntilTag,
          },
          invocation,
          dependencies,
        )
      : proposed;
  const { decision, alerts } = plan;
  const notes = [...held, ...plan.notes];
  if (decision.outcome === 'Revoke') requireRoomForTags(user);
  // Once for each execution, which always plans twice.
  if (request.mode === 'plan') {
    for (const alert of alerts) await publishAlert(dependencies.topic, alert);
  }
  if (decision.outcome !== 'Revoke') {
    return toRevocationAnswer(decision, plan.changes, named, null, now, notes);
  }
  const recorded = { accountId: location.accountId, executionId, userId, ruleName };
  const record = recordOf(user, plan.changes.revocations, recorded, now);
  return toRevocationAnswer(decision, plan.changes, named, record, now, notes);
}

/**
 * Keeps the password unless a person asked to replace it, so that it is known who gets the new one. Throws RefusedError
 * if the deployment cannot issue passwords.
 */
async function requirePersonToReplace(
  { options, held }: LimitedOptions,
  request: PlanRequest,
  invocation: Invocation,
  { ssm, passwords }: RevocationDependencies,
): Promise<LimitedOptions> {
  if (options.passwordAction !== 'Replace') return { options, held };
  const { automaticSince } = await readTrigger(request, invocation, ssm);
  if (automaticSince !== null) {
    const why =
      'PasswordAction counts as Keep, because only a person may replace a password, and AWS does not name a person as the starter of this execution';
    return { options: { ...options, passwordAction: 'Keep' }, held: [...held, why] };
  }
  if (passwords === 'Issued') return { options, held };
  throw new ExpectedError(
    'RefusedError',
    'PasswordAction is Replace, but this deployment cannot issue passwords. ' +
      "Set the stack's PasswordReaderRoleArn, or choose Delete or Keep",
  );
}

/** An execution of unknown origin counts as automatic. */
async function readTrigger(
  { userId, executionId }: PlanRequest,
  { location, now }: Invocation,
  ssm: FunctionDependencies['ssm'],
): Promise<RevocationTrigger> {
  const execution = await readExecution(ssm, executionId);
  const byPerson = startedBy(execution, location).kind === 'person';
  const automaticSince = execution?.ExecutionStartTime?.getTime() ?? now;
  return { userId, automaticSince: byPerson ? null : automaticSince };
}

function planFor(
  { user, assessment }: RevocationSubject,
  options: RevocationOptions,
): { changes: Changes; blocker: RevocationDecision | null } {
  const changes = planChanges(assessment, options);
  return { changes, blocker: findBlocker(user, assessment, changes) };
}

/**
 * Reads the credentials again right before the first change. Throws RunError, which names what someone changed
 * since the plan, unless another revocation did. Reads of IAM may lag, so a change of the last seconds may go unnoticed.
 */
async function confirmPlan(
  { record: encoded }: ConfirmRequest,
  invocation: Invocation,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const record = decodeRecord(encoded);
  const since = await readSincePlan(record, invocation, dependencies);
  requireNoChange(record, since?.changed ?? []);
  return { Outcome: 'Confirmed' };
}

/**
 * Verifies that no recorded credential can be used. Ignores safeguards, exemptions and reports. Throws RunError,
 * which names what can still be used.
 */
async function verifyRevocation(
  { userId, executionId, record: encoded, topicArn: givenTopicArn }: VerifyRequest,
  { topicArn = givenTopicArn }: RevocationLimits,
  { location, deadline }: Invocation,
  dependencies: RevocationDependencies,
): Promise<Answer> {
  const { iam, ssm, clock, passwords, ownerTag } = dependencies;
  const record = decodeRecord(encoded);
  const usableIn = (state: Parameters<typeof stillUsable>[1]) =>
    stillUsable(record.credentials, state);
  const state = await pollUntil(
    clock,
    deadline,
    () => readUserState(iam, userId, record.userName),
    (seen) => seen === 'gone' || (seen !== 'changing' && usableIn(seen).length === 0),
  );
  if (state === 'gone') return toDeletedUserAnswer(clock.now());
  const left = state === 'changing' ? null : usableIn(state);
  if (state !== 'changing' && left?.length === 0) {
    const user = eventUser({ userId, ...state }, ownerTag);
    const undo = undoCommand(record, location, topicArn, passwords);
    const hasPassword = state.passwordCreated !== null;
    const event = credentialsRevoked(user, location, record, { hasPassword, undo });
    await emit([event], dependencies, deadline);
    const verified = { record, ...user, hasPassword, now: clock.now() };
    return toVerifiedAnswer(verified, location, topicArn, passwords);
  }
  const { userName } = state === 'changing' ? record : state;
  const execution = await readExecution(ssm, executionId);
  const changed = credentialsChangedBy(execution?.StepExecutions ?? []);
  const found =
    left?.map((credential) => ({
      what: nameOf(credential),
      stepSucceeded: changed.has(markName(credential)),
    })) ?? null;
  throw verificationError(record, userName, 'Still usable after the revocation', found);
}
