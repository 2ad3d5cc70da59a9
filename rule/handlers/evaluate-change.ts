import type { Instant } from '../core/instant.ts';
import { goneVerdict, resourceType } from '../formats/evaluation.ts';
import type { ConfigurationItem, RuleEvent } from '../formats/invoking-event.ts';
import { readConfigurationItem } from '../gateways/configuration-item.ts';
import { judgeUser, storedReport } from '../gateways/judge-user.ts';
import {
  type EvaluationRun,
  putVerdicts,
  type RunContext,
  toVerdict,
  type UserVerdict,
} from './evaluation-run.ts';

/** The statuses of a configuration item that a rule may judge; all others mean it is gone. */
const applicableStatuses = new Set(['OK', 'ResourceDiscovered']);

/**
 * Answers a configuration change: judges the one user by a live snapshot; a user who was deleted or
 * left the rule's scope becomes NOT_APPLICABLE. Takes the event and what to run with. Throws AwsError,
 * UserError, CredentialReportError and EventError; then nothing was put.
 */
export async function evaluateChange(
  event: Exclude<RuleEvent, { kind: 'scheduled' }>,
  context: RunContext,
): Promise<EvaluationRun> {
  const verdict = await judgeItem(event, context);
  const users = verdict === 'undecided' ? [] : [verdict];
  const put = event.item.resourceType;
  const failed = await putVerdicts(users, event.resultToken, event.item.captureTime, context, put);
  const undecided =
    verdict === 'undecided' ? [event.item.resourceName ?? event.item.resourceId] : [];
  return { users, undecided, failed, reportGeneratedAt: null };
}

async function judgeItem(
  event: Exclude<RuleEvent, { kind: 'scheduled' }>,
  context: RunContext,
): Promise<UserVerdict | 'undecided'> {
  const { item, leftScope } = event;
  if (item.resourceType !== resourceType) {
    return notApplicable(item, `only ${resourceType} is judged`);
  }
  if (leftScope) return notApplicable(item, 'the user left the scope of the rule');
  if (!applicableStatuses.has(item.status)) return gone(item, context.now);

  const whole =
    event.kind === 'oversized' ? await readConfigurationItem(context.config, item) : item;
  const known = { userId: whole.resourceId, userName: whole.resourceName };
  const judgement = await judgeUser(known, storedReport(context), context);
  if (judgement === 'gone') return gone(item, context.now);
  return judgement === 'undecided' ? judgement : toVerdict(judgement, item.resourceId);
}

function gone(item: ConfigurationItem, now: Instant): UserVerdict {
  return { ...notApplicable(item, ''), ...goneVerdict(now) };
}

function notApplicable({ resourceId, resourceName }: ConfigurationItem, annotation: string) {
  return {
    userId: resourceId,
    userName: resourceName,
    compliance: 'NOT_APPLICABLE',
    category: null,
    annotation,
  } as const;
}
