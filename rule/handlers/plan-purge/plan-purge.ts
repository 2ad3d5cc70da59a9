import { listRecords } from '../../aws/earlier-records.ts';
import { readStoredCredentialReport } from '../../aws/iam-credential-report.ts';
import { findUser, readLiveUser, readUserState } from '../../aws/iam-credentials.ts';
import { readAnnouncements, readOtherPurges } from '../../aws/purge-executions.ts';
import {
  findRunningRestoration,
  listRestorations,
  readExecution,
} from '../../aws/ssm-automation.ts';
import { readPauseSwitch, readRecord } from '../../aws/ssm-parameters.ts';
import { tagValue } from '../../core/credentials.ts';
import { ExpectedError, messageOf } from '../../core/errors.ts';
import { formatDate, type Instant } from '../../core/instant.ts';
import { documentNames, pauseParameter, revokingTag } from '../../core/names.ts';
import {
  applyPurgeLimits,
  type KeyDecision,
  noPurge,
  type PurgeOptions,
  type PurgePlan,
  planKeys,
  requireShown,
  planPurge as selectKeys,
} from '../../core/purge-plan.ts';
import { startedBy } from '../../formats/automation-history.ts';
import { readReport } from '../../formats/credential-report.ts';
import { accessKeyDeleted, eventUser, type ProjectEvent } from '../../formats/events.ts';
import { toPurgeAnswer, toRefusedPurge, toVerifiedPurge } from '../../formats/purge-answer.ts';
import { describeAnnouncement, describePurgeRefusal } from '../../formats/purge-messages.ts';
import {
  type PurgeItem,
  type PurgeLimits,
  type PurgeRequest,
  parsePurgeLimits,
  parsePurgeRequest,
} from '../../formats/purge-request.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { readDeployedParameters } from '../deployed-parameters.ts';
import { emit } from '../event-bus.ts';
import {
  type FunctionDependencies,
  type Invocation,
  type LambdaContext,
  pollUntil,
  runInvocation,
} from '../invocation.ts';
import { publishAlert } from '../topic.ts';
import { readSubject, readSubjects } from './subjects.ts';

/** What plan-purge runs with. */
export interface PurgeDependencies extends FunctionDependencies {
  /** The variable PURGE_LIMITS. */
  readonly purgeLimits: string | undefined;
  /** The variable RULE_PARAMETERS. */
  readonly ruleParameters: string | undefined;
  readonly ownerTag: string;
}

type PlanRequest = Extract<PurgeRequest, { mode: 'plan' }>;
type ConfirmRequest = Extract<PurgeRequest, { mode: 'confirm' }>;
type VerifyRequest = Extract<PurgeRequest, { mode: 'verify' }>;

/**
 * Plans, confirms or verifies a purge for UnusedIamCredentials-Purge. Only reads, and publishes what will be deleted.
 * Throws RequestError, RuleParameterError, AwsError, UserError, CredentialReportError and RunError.
 */
export function planPurge(
  event: unknown,
  context: LambdaContext,
  dependencies: PurgeDependencies,
): Promise<Answer> {
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parsePurgeRequest(event);
    const limits = parsePurgeLimits(dependencies.purgeLimits);
    const answer = await answerTo(request, limits, invocation, dependencies);
    const { mode, executionId } = request;
    const { Outcome: outcome = 'Confirmed', Reason, KeysToDelete, KeysToAnnounce } = answer;
    const { KeysHeld, Deleted, Left } = answer;
    const lists = { KeysToDelete, KeysToAnnounce, KeysHeld, Deleted, Left };
    return { answer, summary: { mode, executionId, outcome, Reason, ...lists } };
  });
}

function answerTo(
  request: PurgeRequest,
  limits: PurgeLimits,
  invocation: Invocation,
  dependencies: PurgeDependencies,
): Promise<Answer> {
  switch (request.mode) {
    case 'plan':
      return makePlan(request, limits, invocation, dependencies);
    case 'confirm':
      return confirmKey(request, limits, invocation, dependencies);
    case 'verify':
      return verifyPurge(request, limits, invocation, dependencies);
  }
}

/**
 * How far back deletions count against the daily limit (milliseconds). Less than a day: what yesterday's execution
 * deleted, minutes after it started, must not use up today's limit.
 */
const countedFor = 20 * 3_600_000;

async function makePlan(
  { executionId, options: given, dryRun }: PlanRequest,
  limits: PurgeLimits,
  { location, now, deadline }: Invocation,
  dependencies: PurgeDependencies,
): Promise<Answer> {
  const { ssm, log, topic } = dependencies;
  const execution = await readExecution(ssm, executionId);
  const starter = startedBy(execution, location);
  if (execution === null || starter.kind !== 'person') {
    const who =
      starter.kind === 'config'
        ? `Service-linked role ${starter.arn} started the execution`
        : 'Automation does not say who started the execution';
    const reason = `${who}; only the schedule of the stack, or a person, may delete access keys`;
    log('error', 'refused', { alert: true, executionId, reason });
    const message = describePurgeRefusal(executionId, reason, location, now);
    await publishAlert(topic, message).catch((error: unknown) =>
      log('error', 'not notified', { reason: messageOf(error) }),
    );
    return toRefusedPurge(reason, now);
  }
  const { options, held } = limitOptions(given, limits, dryRun);
  const answer = (plan: PurgePlan, decisions: Parameters<typeof toPurgeAnswer>[1] = []) =>
    toPurgeAnswer(plan, decisions, options.deleteAfterDays, held, now);
  const stop = await findBrake(options, limits, now, dependencies);
  if (stop !== null) return answer(stop);
  const others = await readOtherPurges(ssm, execution, now - countedFor);
  if (others.running !== null && !dryRun) {
    const why = `execution ${others.running} of ${documentNames.purge} is still running`;
    return answer(noPurge('Running', why));
  }
  const parameters = await readDeployedParameters(limits.ruleName, location, dependencies);
  const listed = await listRecords(ssm);
  const context = { location, now, deadline, deleteAfterDays: options.deleteAfterDays };
  const subjects = await readSubjects(listed, context, dependencies);
  const marked = subjects.flatMap((subject) =>
    planKeys(subject, options.deleteAfterDays, parameters, now),
  );
  const decisions = await checkAnnouncements(marked, location, now, dependencies);
  const plan = selectKeys(decisions, options, others.deleted, dryRun, now);
  if (!dryRun && plan.toAnnounce.length > 0) {
    if (topic === null) {
      throw new ExpectedError(
        'RunError',
        'The function has no topic (NOTIFICATION_TOPIC_ARN), so the deletions cannot be announced. ' +
          'Nothing was changed. Deploy the stack again',
      );
    }
    await publishAlert(topic, describeAnnouncement(plan.toAnnounce, location));
  }
  return answer(plan, decisions);
}

/** A dry run of a deployment that deletes nothing shows what DeleteAfterDays would do. */
function limitOptions(
  given: PurgeOptions,
  { options: limit }: PurgeLimits,
  dryRun: boolean,
): { readonly options: PurgeOptions; readonly held: readonly string[] } {
  const isPreview = dryRun && limit.deleteAfterDays === 0 && given.deleteAfterDays !== 0;
  const options = applyPurgeLimits(given, {
    ...limit,
    deleteAfterDays: isPreview ? given.deleteAfterDays : limit.deleteAfterDays,
  });
  const names = {
    deleteAfterDays: 'DeleteAfterDays',
    maxRevocationsPerDay: 'MaxRevocationsPerDay',
  };
  const held = (['deleteAfterDays', 'maxRevocationsPerDay'] as const)
    .filter((name) => options[name] !== given[name])
    .map(
      (name) => `the deployment limits ${names[name]} to ${options[name]} (given: ${given[name]})`,
    );
  return {
    options,
    held: isPreview ? ['the deployment deletes no keys: its DeleteAfterDays is 0', ...held] : held,
  };
}

/** What stops every deletion and announcement, or null. */
async function findBrake(
  { deleteAfterDays }: PurgeOptions,
  { enforceFrom }: PurgeLimits,
  now: Instant,
  { ssm }: PurgeDependencies,
): Promise<PurgePlan | null> {
  if (deleteAfterDays === 0) return noPurge('Off', 'DeleteAfterDays is 0, so no key is deleted');
  if ((await readPauseSwitch(ssm)) !== null) {
    return noPurge('Paused', `the SSM parameter ${pauseParameter} exists`);
  }
  if (now >= enforceFrom) return null;
  return noPurge('NotYet', `nothing is deleted before ${formatDate(enforceFrom)} (EnforceFrom)`);
}

/**
 * Reads everything about the key again, right before its deletion, from a user who has this execution's tag. Throws
 * RunError, which says why the key must not be deleted anymore.
 */
async function confirmKey(
  { executionId, deleteAfterDays, item }: ConfirmRequest,
  limits: PurgeLimits,
  { location, now, deadline }: Invocation,
  dependencies: PurgeDependencies,
): Promise<Answer> {
  const { iam, ssm, clock } = dependencies;
  const { userId, userName, accessKeyId, recordName } = item;
  const refuse = (why: string) =>
    new ExpectedError(
      'RunError',
      `Access key ${accessKeyId} of user ${userName} (${userId}) was not deleted: ${why}`,
    );
  const { options } = limitOptions({ ...limits.options, deleteAfterDays }, limits, false);
  const stop = await findBrake(options, limits, now, dependencies);
  if (stop !== null) throw refuse(`${stop.outcome}; ${stop.why}`);
  const parameters = await readDeployedParameters(limits.ruleName, location, dependencies);
  const live = await pollUntil(
    clock,
    deadline,
    () => readLiveUser(iam, userId, userName),
    (user) => user === null || tagValue(user.identity.tags, revokingTag) === executionId,
  );
  if (live === null) throw refuse('the user name no longer belongs to this user');
  if (tagValue(live.identity.tags, revokingTag) !== executionId) {
    throw refuse(`the user does not have the tag ${revokingTag} of this execution`);
  }
  const report = readReport(await readStoredCredentialReport(iam, clock, deadline));
  const restoring = await findRunningRestoration(ssm, userId, location);
  const restorations = await listRestorations(ssm);
  const context = { location, now: clock.now(), restorations };
  const subject = await readSubject(live, report, null, restoring, context, dependencies);
  const marked = planKeys(subject, options.deleteAfterDays, parameters, now).filter(
    ({ key }) => key.id === accessKeyId,
  );
  const [decision] = await checkAnnouncements(marked, location, now, dependencies);
  if (decision === undefined)
    throw refuse('it is not an inactive key that a record allows to delete');
  if (decision.kind === 'Held') throw refuse(decision.why);
  if (decision.kind !== 'Delete' || decision.key.record.name !== recordName) {
    throw refuse('its deletion is not due by the record that the plan names');
  }
  return {
    Outcome: 'Confirmed',
    UserName: live.identity.userName,
    AccessKeyId: decision.key.id,
    RecordName: decision.key.record.name,
    DeletedMark: new Date(clock.now()).toISOString(),
  };
}

/** Reads the executions that set the marks by which keys would be deleted. */
async function checkAnnouncements(
  marked: readonly KeyDecision[],
  location: Invocation['location'],
  now: Instant,
  { ssm }: PurgeDependencies,
): Promise<KeyDecision[]> {
  const due = marked.filter(({ kind }) => kind === 'Delete');
  const marks = new Set(due.flatMap(({ key }) => key.announcedAt ?? []));
  return requireShown(marked, await readAnnouncements(ssm, marks, location), now);
}

/** Reads which keys of the plan are gone. */
async function verifyPurge(
  { items, topicArn, executionId }: VerifyRequest,
  limits: PurgeLimits,
  { location, deadline }: Invocation,
  dependencies: PurgeDependencies,
): Promise<Answer> {
  const { iam, clock } = dependencies;
  const gone = new Set<PurgeItem>();
  const exists = async (item: PurgeItem) => {
    const state = await readUserState(iam, item.userId, item.userName);
    if (state === 'gone') gone.add(item);
    if (state === 'gone') return false;
    return state === 'changing' || state.accessKeys.some(({ id }) => id === item.accessKeyId);
  };
  const readLeft = async (candidates: readonly PurgeItem[]) => {
    const found: PurgeItem[] = [];
    for (const item of candidates) if (await exists(item)) found.push(item);
    return found;
  };
  let left: readonly PurgeItem[] = items;
  await pollUntil(
    clock,
    deadline,
    async () => {
      left = await readLeft(left);
      return left;
    },
    ({ length }) => length === 0,
  );
  const deleted = items.filter((item) => !left.includes(item) && !gone.has(item));
  await emitDeletions(deleted, executionId, location, dependencies, deadline);
  const topic = limits.topicArn === undefined ? topicArn : limits.topicArn;
  return toVerifiedPurge({ deleted, left, gone: [...gone] }, topic, location, clock.now());
}

/** Puts an event for each deleted key, by its record and its user as they are now. */
async function emitDeletions(
  deleted: readonly PurgeItem[],
  executionId: string,
  location: Invocation['location'],
  dependencies: PurgeDependencies,
  deadline: Instant,
): Promise<void> {
  const { iam, ssm, ownerTag } = dependencies;
  const events: ProjectEvent[] = [];
  for (const { userId, userName, accessKeyId, recordName } of deleted) {
    const live = await findUser(iam, userId, userName);
    const found = await readRecord(ssm, recordName, { ...location, userId });
    if (live === null || found?.check.genuine !== true) continue;
    const { record } = found.check;
    const credential = record.credentials.find(({ id }) => id === accessKeyId);
    const reason = `deactivated by revocation ${record.executionId}, and off since`;
    events.push(
      accessKeyDeleted(eventUser(live.identity, ownerTag), location, {
        ...{ executionId, accessKeyId, reason },
        ...{ deactivatedAt: record.recordedAt, lastUsed: credential?.used },
      }),
    );
  }
  await emit(events, dependencies, deadline);
}
