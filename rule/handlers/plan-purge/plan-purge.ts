import { listRecords } from '../../aws/earlier-records.ts';
import { readStoredCredentialReport } from '../../aws/iam-credential-report.ts';
import { readLiveUser } from '../../aws/iam-credentials.ts';
import { readAnnouncements, readOtherPurges } from '../../aws/purge-executions.ts';
import {
  findRunningRestoration,
  listRestorations,
  readExecution,
} from '../../aws/ssm-automation.ts';
import { readPauseSwitch } from '../../aws/ssm-parameters.ts';
import { tagValue } from '../../core/credentials.ts';
import { ExpectedError } from '../../core/errors.ts';
import { formatDate, type Instant } from '../../core/instant.ts';
import { documentNames, pauseParameter, revokingTag } from '../../core/names.ts';
import { noOwner, ownerOf } from '../../core/owner.ts';
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
import { revocationRefused } from '../../formats/events.ts';
import { toPurgeAnswer, toRefusedPurge, toVerifiedPurge } from '../../formats/purge-answer.ts';
import {
  byOwner,
  describeAnnouncement,
  describePurgeRefusal,
} from '../../formats/purge-messages.ts';
import {
  type PurgeLimits,
  type PurgeRequest,
  parsePurgeLimits,
  parsePurgeRequest,
} from '../../formats/purge-request.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { readDeployedParameters } from '../deployed-parameters.ts';
import { type Invocation, type LambdaContext, pollUntil, runInvocation } from '../invocation.ts';
import { alertRefusal, publishAlert } from '../topic.ts';
import {
  awaitDeletions,
  type ReportingDependencies,
  reportDeletions,
  reportEarlierDeletions,
} from './deletions.ts';
import { readSubject, readSubjects } from './subjects.ts';

/** What plan-purge runs with. */
export interface PurgeDependencies extends ReportingDependencies {
  /** The variable PURGE_LIMITS. */
  readonly purgeLimits: string | undefined;
  /** The variable RULE_PARAMETERS. */
  readonly ruleParameters: string | undefined;
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
    const { KeysHeld, Deleted } = answer;
    const lists = { KeysToDelete, KeysToAnnounce, KeysHeld, Deleted };
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
      return verifyPurge(request, invocation, dependencies);
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
  invocation: Invocation,
  dependencies: PurgeDependencies,
): Promise<Answer> {
  const { ssm, topic, ownerTag, messagePerOwner } = dependencies;
  const { location, now, deadline } = invocation;
  const execution = await readExecution(ssm, executionId);
  if (execution !== null) await reportEarlierDeletions(execution, invocation, dependencies);
  const starter = startedBy(execution, location);
  if (execution === null || starter.kind !== 'person') {
    const who =
      starter.kind === 'config'
        ? `Service-linked role ${starter.arn} started the execution`
        : 'Automation does not say who started the execution';
    const reason = `${who}; only the schedule of the stack, or a person, may delete access keys`;
    const refused = { executionId, reason };
    const message = describePurgeRefusal(executionId, reason, location, now);
    const event = revocationRefused(null, location, { operation: 'purge', ...refused });
    await alertRefusal(dependencies, refused, message, { event, deadline });
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
    const owners = new Map(
      subjects.map(({ user }) => [user.userId, ownerOf(user.tags, ownerTag)] as const),
    );
    const owned = plan.toAnnounce.map((key) => ({
      ...{ ...key, owner: owners.get(key.userId) ?? noOwner },
    }));
    for (const keys of byOwner(owned, messagePerOwner)) {
      await publishAlert(topic, describeAnnouncement(keys, limits.ruleName, location));
    }
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

/** Why nothing is deleted or announced for any user; null if nothing prevents it. */
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
  { ssm, log }: PurgeDependencies,
): Promise<KeyDecision[]> {
  const due = marked.filter(({ kind }) => kind === 'Delete');
  const marks = new Set(due.flatMap(({ key }) => key.announcedAt ?? []));
  const decisions = requireShown(marked, await readAnnouncements(ssm, marks, location), now);
  const stillDue = decisions.filter(({ kind }) => kind === 'Delete').map(({ key }) => key.id);
  const unproven = due.flatMap(({ key }) => (stillDue.includes(key.id) ? [] : [key.id]));
  if (unproven.length > 0) {
    log('error', 'announcement not proven', { alert: true, accessKeys: unproven });
  }
  return decisions;
}

/** Reads which keys of the plan are gone, and reports them. */
async function verifyPurge(
  { items, executionId }: VerifyRequest,
  invocation: Invocation,
  dependencies: PurgeDependencies,
): Promise<Answer> {
  const seen = await awaitDeletions(items, invocation.deadline, dependencies);
  const problem = await reportDeletions(seen, executionId, invocation, dependencies);
  return toVerifiedPurge({ ...seen, problem });
}
