import {
  listRecords,
  readEarlierRevocations,
  readRecentRecords,
} from '../../aws/earlier-records.ts';
import { makeCredentialReport } from '../../aws/iam-credential-report.ts';
import { changingUser, findUser, readUserState } from '../../aws/iam-credentials.ts';
import { findRunningRestoration, readExecution } from '../../aws/ssm-automation.ts';
import { listRecordNames, readPauseSwitch, readRecord } from '../../aws/ssm-parameters.ts';
import { judge } from '../../core/annotation.ts';
import type { Assessment } from '../../core/assess-user.ts';
import { tagValue, type User } from '../../core/credentials.ts';
import { checkDailyLimit, findRestoration, keepsFailing } from '../../core/earlier-revocations.ts';
import { ExpectedError } from '../../core/errors.ts';
import { revokedTag, revokingTag } from '../../core/names.ts';
import { markName } from '../../core/restoration-plan.ts';
import { applyLimits, type RevocationLimits } from '../../core/revocation-limits.ts';
import {
  type Changes,
  decide,
  decideRevocation,
  type Evidence,
  findBlocker,
  planChanges,
  type RevocationDecision,
  type RevocationOptions,
  type RevocationTrigger,
} from '../../core/revocation-plan.ts';
import {
  type CredentialId,
  changedSince,
  nameOf,
  type RevocationRecord,
  recordOf,
  stillUsable,
} from '../../core/revocation-record.ts';
import { credentialsChangedBy, startedBy } from '../../formats/automation-history.ts';
import { evidenceOf, readReport, rowCovers } from '../../formats/credential-report.ts';
import {
  describeFailingRevocations,
  describeForeignRecords,
  type Passwords,
  type TopicMessage,
} from '../../formats/messages.ts';
import { decodeRecord } from '../../formats/record-codec.ts';
import {
  parseRevocationRequest,
  type RevocationRequest,
} from '../../formats/remediation-request.ts';
import {
  type Answer,
  toRevocationAnswer,
  toVanishedAnswer,
  toVerifiedAnswer,
} from '../../formats/revocation-answer.ts';
import { parseRevocationLimits } from '../../formats/revocation-limits.ts';
import { fromLive } from '../../formats/user-snapshot.ts';
import type { JudgementContext } from '../../judging/judge-user.ts';
import { readDeployedParameters } from '../deployed-parameters.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  pollUntil,
  runByMode,
} from '../invocation.ts';
import { publishAlert } from '../topic.ts';

/** A user whose credentials may be revoked. */
interface RevocationSubject {
  readonly user: User;
  readonly assessment: Assessment;
}

/** By live dates only: a report can only make more credentials count as used. Null if the user is gone. Throws AwsError and UserError. */
async function judgeByLiveDates(
  userId: string,
  context: JudgementContext,
): Promise<RevocationSubject | null> {
  const live = await findUser(context.iam, userId);
  if (live === null) return null;
  return judge(fromLive(live.identity, live.credentials, null), context);
}

/**
 * By live dates and the newest credential report that IAM generates, which may take minutes. Live dates are
 * read after it. Null if the user is gone. Throws AwsError, UserError and CredentialReportError.
 */
async function judgeByReport(
  userId: string,
  userName: string,
  context: JudgementContext,
): Promise<(RevocationSubject & { readonly evidence: Evidence }) | null> {
  const { iam, clock, deadline } = context;
  const report = readReport(await makeCredentialReport(iam, clock, deadline));
  const live = await findUser(iam, userId, userName);
  if (live === null) return null;
  const { row, generatedAt } = evidenceOf(report, live.identity);
  const complete = row !== null && rowCovers(live.credentials, row, generatedAt);
  const judgement = judge(fromLive(live.identity, live.credentials, row), context);
  return { ...judgement, evidence: { generatedAt, complete } };
}

type PlanRequest = Extract<RevocationRequest, { mode: 'preview' | 'plan' }>;
type ConfirmRequest = Extract<RevocationRequest, { mode: 'confirm' }>;
type VerifyRequest = Extract<RevocationRequest, { mode: 'verify' }>;

/** What plan-revocation runs with. */
export interface RevocationDependencies extends FunctionDependencies {
  /** The variable REVOCATION_LIMITS. */
  readonly limits: string | undefined;
  /** The variable RULE_PARAMETERS. */
  readonly ruleParameters: string | undefined;
  readonly passwords: Passwords;
}

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
      makePlan(request, limits(), invocation, dependencies),
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
  if (ruleName !== limits.ruleName) {
    throw new ExpectedError(
      'RefusedError',
      `ConfigRuleName is ${ruleName}, but this deployment revokes by AWS Config rule ${limits.ruleName} only. ` +
        'Leave ConfigRuleName out, or deploy the stack with another rule',
    );
  }
  const { options, held } = applyLimits(request.options, limits);
  const parameters = await readDeployedParameters(ruleName, location, dependencies);
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
  const proposed = decideRevocation(changes, paused, evidence, options, trigger, now);
  const { decision, alerts } =
    proposed.outcome === 'Revoke'
      ? await applyEarlier(proposed, user, trigger, options, invocation, dependencies)
      : { decision: proposed, alerts: [] };
  if (decision.outcome === 'Revoke') requireRoomForTag(user);
  // Once for each execution, which always plans twice.
  if (request.mode === 'plan') {
    for (const alert of alerts) await publishAlert(dependencies.topic, alert);
  }
  if (decision.outcome !== 'Revoke') {
    return toRevocationAnswer(decision, changes, named, null, now, held);
  }
  const recorded = { accountId: location.accountId, executionId, userId, ruleName };
  const record = recordOf(user, changes.revocations, recorded, now);
  return toRevocationAnswer(decision, changes, named, record, now, held);
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

/** A decision, and the alerts to publish if the document carries it out. */
interface AlertedDecision {
  readonly decision: RevocationDecision;
  readonly alerts: readonly TopicMessage[];
}

/** Replaces the decision to revoke if earlier revocations and restorations are against it. Reads most, so it comes last. */
async function applyEarlier(
  proposed: RevocationDecision,
  { userName }: User,
  { userId, automaticSince }: RevocationTrigger,
  { maxRevocationsPerDay }: RevocationOptions,
  { location, now }: Invocation,
  { ssm, log }: FunctionDependencies,
): Promise<AlertedDecision> {
  const listed = await listRecords(ssm);
  const own = await readEarlierRevocations(ssm, listed, { ...location, userId });
  const restoration = findRestoration(
    own,
    await findRunningRestoration(ssm, userId, location),
    now,
  );
  if (restoration !== null || maxRevocationsPerDay === 0) {
    return { decision: restoration ?? proposed, alerts: [] };
  }

  const { userIds, foreign } = await readRecentRecords(ssm, listed, location, now);
  if (foreign.length > 0) {
    const records = foreign.slice(0, longestList);
    log('error', 'records of others', { alert: true, count: foreign.length, records });
  }
  // A person who starts a revocation has dealt with the cause of the failures.
  const failing = automaticSince !== null && keepsFailing(own, now);
  if (failing) log('error', 'revocations keep failing', { alert: true, userId });
  const others = [...userIds].filter((each) => each !== userId);
  const held = checkDailyLimit(others.length, maxRevocationsPerDay, failing);
  // AWS Config may retry users whom the limit holds back at any time, so only executions that revoke report this.
  const reportsRecords = held === null && foreign.length > 0;
  return {
    decision: held ?? proposed,
    alerts: [
      ...(reportsRecords ? [describeForeignRecords(foreign.length, location)] : []),
      ...(failing ? [describeFailingRevocations({ userName, userId }, location)] : []),
    ],
  };
}

/** A line of the log names at most this many parameters. */
const longestList = 20;

/** IAM's quota of tags for each user. */
const mostTags = 50;

/** The document changes only users whom it, and the restoration after it, can tag. Throws UserError. */
function requireRoomForTag({ userName, tags }: User): void {
  const added = [revokingTag, revokedTag].filter((tag) => tagValue(tags, tag) === undefined);
  if (tags.length + added.length <= mostTags) return;
  throw new ExpectedError(
    'UserError',
    `User ${userName} has ${tags.length} tags. IAM allows ${mostTags}, so the tags ${added.join(' and ')} cannot be added. ` +
      'A restoration needs two as well. Nothing was revoked. Remove tags of the user, then run the document again',
  );
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
  { userId, record: encoded }: ConfirmRequest,
  { location }: Invocation,
  { iam, ssm }: FunctionDependencies,
): Promise<Answer> {
  const record = decodeRecord(encoded);
  const state = await readUserState(iam, userId, record.userName);
  if (state === 'changing') throw changingUser(userId);
  if (state === 'gone') return { Outcome: 'Confirmed' };
  const { replaced, revoked } = changedSince(record.credentials, state);
  const others = revoked.length === 0 ? [] : await readSimultaneous(ssm, record, location);
  const byOthers = new Set(others.flatMap(({ credentials }) => credentials.map(nameOf)));
  const changed = [...revoked.filter((each) => !byOthers.has(nameOf(each))), ...replaced];
  if (changed.length === 0) return { Outcome: 'Confirmed' };
  throw new ExpectedError(
    'RunError',
    `Changed by someone since the plan for user ${record.userName} (${userId}): ${changed.map(nameOf).join(', ')}. ` +
      'This execution changed no credential. Run the document again',
  );
}

/** Between its record and its changes, a revocation takes less than this (milliseconds). */
const longestRevocation = 10 * 60_000;

/** The genuine records of other revocations that may be revoking the same user at the same time. */
async function readSimultaneous(
  ssm: FunctionDependencies['ssm'],
  { name: own, userId, recordedAt }: RevocationRecord,
  location: Invocation['location'],
): Promise<RevocationRecord[]> {
  const records: RevocationRecord[] = [];
  for (const name of await listRecordNames(ssm, userId)) {
    if (name === own) continue;
    const check = (await readRecord(ssm, name, { ...location, userId }))?.check;
    if (check?.genuine !== true) continue;
    if (check.record.recordedAt >= recordedAt - longestRevocation) records.push(check.record);
  }
  return records;
}

/**
 * Verifies that no recorded credential can be used. Ignores safeguards, exemptions and reports. Throws RunError,
 * which names what can still be used.
 */
async function verifyRevocation(
  { userId, executionId, record: encoded, topicArn: givenTopicArn }: VerifyRequest,
  { topicArn = givenTopicArn }: RevocationLimits,
  { location, deadline }: Invocation,
  { iam, ssm, clock, passwords }: RevocationDependencies,
): Promise<Answer> {
  const record = decodeRecord(encoded);
  const usableIn = (state: Parameters<typeof stillUsable>[1]) =>
    stillUsable(record.credentials, state);
  const state = await pollUntil(
    clock,
    deadline,
    () => readUserState(iam, userId, record.userName),
    (seen) => seen === 'gone' || (seen !== 'changing' && usableIn(seen).length === 0),
  );
  if (state === 'gone') return toVanishedAnswer(clock.now());
  const userName = state === 'changing' ? record.userName : state.userName;
  const left = state === 'changing' ? null : usableIn(state);
  if (left?.length === 0) {
    return toVerifiedAnswer(record, userName, clock.now(), location, topicArn, passwords);
  }
  const execution = await readExecution(ssm, executionId);
  const changed = credentialsChangedBy(execution?.StepExecutions ?? []);
  const isChanged = (credential: CredentialId) => changed.has(markName(credential));
  const what = left?.map(nameOf).join(', ') ?? 'unknown, because the user keeps changing';
  const said =
    left?.every(isChanged) === false
      ? `Still usable after the revocation of user ${userName} (${userId}): ${what}. ` +
        'A previous step failed or had no effect. Fix the cause that its message names, then run the document again. '
      : `Not confirmed yet for user ${userName} (${userId}): ${what}. ` +
        'The steps succeeded, but IAM does not show it: it is late, or someone restored access meanwhile. Run the document again in some minutes. ';
  throw new ExpectedError('RunError', `${said}The record ${record.name} lists what was revoked`);
}
