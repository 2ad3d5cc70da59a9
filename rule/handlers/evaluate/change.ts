import { readConfigurationItem, readEarlierResult } from '../../aws/config-results.ts';
import { beforeDeadline } from '../../clock.ts';
import type { Instant } from '../../core/instant.ts';
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
  const verdict = await beforeDeadline(context.clock, context.deadline, () =>
    judgeItem(event, context),
  );
  const verdicts = verdict === 'undecided' || verdict === 'left to the schedule' ? [] : [verdict];
  const { resourceType: type, captureTime } = item;
  const { users, refused } = await putVerdicts(verdicts, resultToken, captureTime, context, type);
  const undecided = verdict === 'undecided' ? [item.arn ?? item.resourceId] : [];
  const put = users.length;
  return { users, put, undecided, failed: refused, announced: 0, reportGeneratedAt: null };
}

async function judgeItem(
  event: ChangeEvent,
  context: RunContext,
): Promise<UserVerdict | 'undecided' | 'left to the schedule'> {
  if (event.item.resourceType !== resourceType) {
    return notApplicable(event.item, `only ${resourceType} is evaluated`);
  }
  if (event.leftScope) return notApplicable(event.item, 'the user left the scope of the rule');
  if (!isApplicable(event.item)) return gone(event.item, context.now);
  if (event.isRepeated) return (await repeatEarlier(event, context)) ?? 'left to the schedule';

  const item =
    event.kind === 'oversized'
      ? await readConfigurationItem(context.config, event.item)
      : event.item;
  if (!isApplicable(item)) return gone(item, context.now);
  const known = { userId: item.resourceId, userName: item.resourceName };
  const judgement = await judgeUser(known, storedReport(context), {
    ...context,
    notAnnounced: true,
  });
  if (judgement === 'gone') return gone(item, context.now);
  return judgement === 'undecided' ? judgement : toVerdict(judgement, item.resourceId);
}

/** Null if there is no earlier result. */
async function repeatEarlier(
  { item: { resourceId: userId, resourceName: userName, arn }, ruleName }: ChangeEvent,
  { config }: RunContext,
): Promise<UserVerdict | null> {
  const earlier = await readEarlierResult(config, ruleName, userId);
  if (earlier === null) return null;
  const { compliance, annotation } = earlier;
  return { userId, userName, arn, compliance, category: null, annotation };
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
