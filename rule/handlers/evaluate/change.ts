import { readConfigurationItem, readEarlierResult } from '../../aws/config-results.ts';
import { beforeDeadline } from '../../clock.ts';
import { type AnnotatedMessages, annotateMessages, type Judgement } from '../../core/annotation.ts';
import { isAnnounced } from '../../core/earlier-results.ts';
import { ExpectedError } from '../../core/errors.ts';
import type { Instant } from '../../core/instant.ts';
import { findInWindow, findWarnings } from '../../core/warnings.ts';
import type { ConfigurationItem, RuleEvent } from '../../formats/config-event.ts';
import { goneVerdict, resourceType } from '../../formats/evaluation.ts';
import { judgeUser, storedReport } from '../../judging/judge-user.ts';
import {
  type EvaluationRun,
  putVerdicts,
  type RunContext,
  toVerdict,
  type UserVerdict,
} from './verdicts.ts';

type ChangeEvent = Exclude<RuleEvent, { kind: 'scheduled' }>;

/** The statuses of a configuration item that a rule may evaluate; all others mean that the resource is gone. */
const applicableStatuses = new Set(['OK', 'ResourceDiscovered']);

/**
 * Answers a configuration change: evaluates the one user live. A user who was deleted or left the rule's scope
 * becomes NOT_APPLICABLE. If AWS Config only evaluates the rule again, the scheduled run that comes with it evaluates
 * the user, and the earlier result is put again. If it rejects, nothing was put.
 */
export async function evaluateChange(
  event: ChangeEvent,
  context: RunContext,
): Promise<EvaluationRun> {
  const { item, resultToken } = event;
  if (isRepetition(event)) return repeatEarlier(event, context);
  const verdict = await beforeDeadline(context.clock, context.deadline, () =>
    judgeItem(event, context),
  );
  const verdicts = verdict === 'undecided' ? [] : [verdict];
  const { resourceType: type, captureTime } = item;
  const { users, refused } = await putVerdicts(verdicts, resultToken, captureTime, context, type);
  const undecided = verdict === 'undecided' ? [item.arn ?? item.resourceId] : [];
  const put = users.length;
  return { users, put, undecided, failed: refused, announced: 0, reportGeneratedAt: null };
}

async function judgeItem(
  event: ChangeEvent,
  context: RunContext,
): Promise<UserVerdict | 'undecided'> {
  if (event.item.resourceType !== resourceType) {
    return notApplicable(event.item, `only ${resourceType} is evaluated`);
  }
  if (event.leftScope) return notApplicable(event.item, 'the user left the scope of the rule');
  if (!isApplicable(event.item)) return gone(event.item, context.now);

  const item =
    event.kind === 'oversized'
      ? await readConfigurationItem(context.config, event.item)
      : event.item;
  if (!isApplicable(item)) return gone(item, context.now);
  const known = { userId: item.resourceId, userName: item.resourceName };
  const judgement = await judgeUser(known, storedReport(context), context);
  if (judgement === 'gone') return gone(item, context.now);
  if (judgement === 'undecided') return judgement;
  const messages = await readMessages(judgement, item.resourceId, event.ruleName, context);
  const annotation = annotateMessages(judgement, context.parameters, messages);
  return toVerdict({ ...judgement, annotation }, item.resourceId);
}

/**
 * Which messages earlier runs have sent. Reads the earlier result only of a user who is NON_COMPLIANT or becomes so
 * soon. If that fails, the next scheduled run sends its messages once more.
 */
async function readMessages(
  { assessment }: Judgement,
  userId: string,
  ruleName: string,
  context: RunContext,
): Promise<AnnotatedMessages> {
  const isCompliant = assessment.compliance === 'COMPLIANT';
  const none = { unannounced: true, warned: [] };
  if (isCompliant && findInWindow(assessment, context).length === 0) return none;
  try {
    const earlier = await readEarlierResult(context.config, ruleName, userId);
    const warned = findWarnings(assessment, earlier?.annotation ?? null, context).kept;
    return { unannounced: !isAnnounced(earlier), warned };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    context.log('warn', 'earlier result not read', { userId, reason: error.message });
    return none;
  }
}

/**
 * Puts the earlier result again, if there is one, with its own instant, so that it looks no older than it is. If that
 * fails, nothing is lost, because the earlier result stands. The event does not fail then: AWS Config may send
 * thousands of them at once.
 */
async function repeatEarlier(
  { item, ruleName, resultToken }: ChangeEvent,
  context: RunContext,
): Promise<EvaluationRun> {
  const { config, clock, deadline, log } = context;
  const { resourceId: userId, resourceName: userName, arn, captureTime } = item;
  const nothing = { users: [], put: 0, undecided: [], failed: [] };
  const run = { ...nothing, announced: 0, reportGeneratedAt: null };
  const warn = (reason: string) => log('warn', 'not repeated', { arn: arn ?? userId, reason });
  try {
    const earlier = await beforeDeadline(clock, deadline, () =>
      readEarlierResult(config, ruleName, userId),
    );
    if (earlier === null) return run;
    const { compliance, annotation, orderedAt } = earlier;
    const verdict = { userId, userName, arn, compliance, category: null, annotation };
    const at = orderedAt ?? captureTime;
    const { users, refused } = await putVerdicts([verdict], resultToken, at, context);
    for (const { message } of refused) warn(message);
    return { ...run, users, put: users.length };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    warn(error.message);
    return run;
  }
}

/** The event of a user who was deleted or left the scope is not a repetition, whatever else it says. */
function isRepetition({ item, leftScope, isRepeated }: ChangeEvent): boolean {
  return isRepeated && item.resourceType === resourceType && !leftScope && isApplicable(item);
}

function isApplicable({ status }: ConfigurationItem): boolean {
  return applicableStatuses.has(status);
}

function gone(item: ConfigurationItem, now: Instant): UserVerdict {
  const { annotation } = goneVerdict(now);
  const isGone = isApplicable(item) || item.status.startsWith('ResourceDeleted');
  return notApplicable(item, isGone ? annotation : 'AWS Config does not record the user');
}

function notApplicable({ resourceId, resourceName, arn }: ConfigurationItem, annotation: string) {
  return {
    userId: resourceId,
    userName: resourceName,
    arn,
    compliance: 'NOT_APPLICABLE',
    category: null,
    annotation,
  } as const;
}
