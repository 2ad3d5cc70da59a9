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
import {
  checkDailyLimit,
  describeReturning,
  findRestoration,
  findReturning,
  keepsFailing,
  type ReturningCredential,
} from '../../core/earlier-revocations.ts';
import { ExpectedError } from '../../core/errors.ts';
import { formatInstant } from '../../core/instant.ts';
import { revokedTag, revokingTag } from '../../core/names.ts';
import { ownerOf } from '../../core/owner.ts';
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
import { findManager } from '../../core/user-manager.ts';
import { credentialsChangedBy, startedBy } from '../../formats/automation-history.ts';
import { evidenceOf, readReport, rowCovers } from '../../formats/credential-report.ts';
import { credentialsRevoked, eventUser, revocationRefused } from '../../formats/events.ts';
import {
  describeFailingRevocations,
  describeForeignRecords,
  describeReturningCredentials,
  type Passwords,
  type TopicMessage,
  undoCommand,
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
import { emit } from '../event-bus.ts';
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
  /** The key of the tag that names a user's owner. */
  readonly ownerTag: string;
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
      makePlan(request, limits(), invocation, dependencies).catch((error: unknown) =>
        reportRefusal(error, request, invocation, dependencies),
      ),
    confirm: (request: ConfirmRequest, invocation) =>
      confirmPlan(request, invocation, dependencies),
    verify: (request: VerifyRequest, invocation) =>
      verifyRevocation(request, limits(), invocation, dependencies),
  });
}

/** What a request asks for, or the rule that decides, is not what was deployed. */
const refusals: ReadonlySet<string> = new Set(['RefusedError', 'RuleParameterError']);

/**
 * Puts an event if the deployment refuses the request itself. The execution fails with the error, of which an event
 * rule tells the topic.
 */
async function reportRefusal(
  error: unknown,
  { userId, executionId }: PlanRequest,
  { location, deadline }: Invocation,
  dependencies: RevocationDependencies,
): Promise<never> {
  if (error instanceof ExpectedError && refusals.has(error.name)) {
    const refused = { operation: 'revoke', executionId, reason: error.message } as const;
    await emit([revocationRefused({ userId }, location, refused)], dependencies, deadline);
  }
  throw error;
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
  const { options, held } = await requirePersonToReplace(
    applyLimits(request.options, limits),
    request,
    invocation,
    dependencies,
  );
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
  const decideOn = (planned: Changes) =>
    decideRevocation(planned, paused, evidence, options, trigger, now);
  const proposed: AlertedPlan = { decision: decideOn(changes), changes, alerts: [], notes: [] };
  const plan =
    proposed.decision.outcome === 'Revoke'
      ? await applyEarlier(
          proposed,
          { ...{ confirmed, trigger, options, decideOn }, exemptionTag: parameters.exemptUntilTag },
          invocation,
          dependencies,
        )
      : proposed;
  const { decision, alerts } = plan;
  const notes = [...held, ...plan.notes];
  if (decision.outcome === 'Revoke') requireRoomForTag(user);
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
 * Keeps the password unless a person asked to replace it: whoever gets the new one must be known. Throws RefusedError
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
      'Set the stack’s PasswordReaderRoleArn, or choose Delete or Keep',
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

/** A decision and what it is about, the alerts to publish if the document carries it out, and what else to say. */
interface AlertedPlan {
  readonly decision: RevocationDecision;
  readonly changes: Changes;
  readonly alerts: readonly TopicMessage[];
  readonly notes: readonly string[];
}

/** What a proposed revocation rests on. */
interface PlanBasis {
  readonly confirmed: RevocationSubject;
  readonly trigger: RevocationTrigger;
  readonly options: RevocationOptions;
  readonly decideOn: (changes: Changes) => RevocationDecision;
  readonly exemptionTag: string;
}

/** Replaces a plan to revoke if earlier revocations and restorations are against it. Reads most, so it comes last. */
async function applyEarlier(
  proposed: AlertedPlan,
  basis: PlanBasis,
  { location, now }: Invocation,
  { ssm, log, ownerTag }: RevocationDependencies,
): Promise<AlertedPlan> {
  const { userId, automaticSince } = basis.trigger;
  const { userName, tags } = basis.confirmed.user;
  const { maxRevocationsPerDay } = basis.options;
  const owner = ownerOf(tags, ownerTag);
  const listed = await listRecords(ssm);
  const own = await readEarlierRevocations(ssm, listed, { ...location, userId });
  const restoration = findRestoration(
    own,
    await findRunningRestoration(ssm, userId, location),
    now,
  );
  if (restoration !== null) return { ...proposed, decision: restoration };
  const returning = findReturning(basis.confirmed.assessment.due, own, now);
  const plan = leaveReturning(proposed, returning, basis, location, { log, ownerTag });
  if (plan.decision.outcome !== 'Revoke' || maxRevocationsPerDay === 0) return plan;

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
    ...plan,
    decision: held ?? plan.decision,
    alerts: [
      ...plan.alerts,
      ...(reportsRecords ? [describeForeignRecords(foreign.length, location)] : []),
      ...(failing ? [describeFailingRevocations({ userName, userId, owner }, location)] : []),
    ],
  };
}

/**
 * Leaves the credentials that keep coming back, with an alert, and plans the others. A person who starts a revocation
 * may revoke them again: the outcome's reason says how often that was done.
 */
function leaveReturning(
  proposed: AlertedPlan,
  returning: readonly ReturningCredential[],
  { confirmed, trigger, options, decideOn, exemptionTag }: PlanBasis,
  location: Invocation['location'],
  { log, ownerTag }: Pick<RevocationDependencies, 'log' | 'ownerTag'>,
): AlertedPlan {
  const reasons = new Map(returning.map((each) => [markName(each), describeReturning(each)]));
  if (trigger.automaticSince === null) {
    const planned = new Set(proposed.changes.revocations.map((each) => markName(each.credential)));
    const again = returning.filter((each) => planned.has(markName(each)));
    return { ...proposed, notes: again.map(describeWith(reasons)) };
  }
  const changes = planChanges(confirmed.assessment, options, reasons);
  const isLeft = ({ credential, why }: Changes['skipped'][number]) =>
    why === reasons.get(markName(credential));
  const names = new Set(changes.skipped.filter(isLeft).map((each) => markName(each.credential)));
  const left = returning.filter((each) => names.has(markName(each)));
  if (left.length === 0) return proposed;
  const { user } = confirmed;
  const revokedAt = left.map((each) => each.revokedAt.map(formatInstant));
  const credentials = left.map(nameOf);
  log('error', 'keeps coming back', {
    ...{ alert: true, userId: trigger.userId, credentials, revokedAt },
  });
  const manager = findManager(user.tags);
  const { userName } = user;
  const named = { userName, userId: trigger.userId, owner: ownerOf(user.tags, ownerTag), manager };
  const alert = describeReturningCredentials({ ...named, exemptionTag }, left, location);
  const why = left.map(describeWith(reasons)).join('; ');
  const decision =
    changes.revocations.length === 0 ? decide('KeepsComingBack', why) : decideOn(changes);
  return { ...proposed, decision, changes, alerts: [alert] };
}

function describeWith(reasons: ReadonlyMap<string, string>) {
  return (credential: CredentialId) =>
    `${nameOf(credential)}: ${reasons.get(markName(credential)) ?? ''}`;
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
  if (state === 'gone') return toVanishedAnswer(clock.now());
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
