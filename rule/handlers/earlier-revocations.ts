import { listRecords, readEarlierRevocations, readRecentRecords } from '../aws/earlier-records.ts';
import { findRunningRestoration } from '../aws/ssm-automation.ts';
import {
  checkDailyLimit,
  describeReturning,
  findRestoration,
  findReturning,
  keepsFailing,
  type ReturningCredential,
} from '../core/earlier-revocations.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { ownerOf } from '../core/owner.ts';
import { markName } from '../core/restoration-plan.ts';
import {
  type Changes,
  decide,
  type RevocationDecision,
  type RevocationTrigger,
} from '../core/revocation-plan.ts';
import { nameOf } from '../core/revocation-record.ts';
import { findManager } from '../core/user-manager.ts';
import {
  describeFailingRevocations,
  describeReturningCredentials,
  describeUnknownRecords,
} from '../formats/alerts.ts';
import type { TopicMessage } from '../formats/messages.ts';
import type { RevocationSubject } from '../judging/judge-to-revoke.ts';
import type { FunctionDependencies, Invocation } from './invocation.ts';

/** A plan, the alerts to publish if the document carries it out, and additional texts for its reason. */
export interface AlertedPlan {
  readonly decision: RevocationDecision;
  readonly changes: Changes;
  readonly alerts: readonly TopicMessage[];
  readonly notes: readonly string[];
}

/** What a proposed plan rests on. */
interface PlanBasis {
  readonly subject: RevocationSubject;
  readonly trigger: RevocationTrigger;
  readonly maxRevocationsPerDay: number;
  /**
   * Plans again without the credentials that keep coming back. The map has the instants of their revocations, by
   * `markName`.
   */
  readonly planWithout: (returning: ReadonlyMap<string, readonly Instant[]>) => Changes;
  readonly decideOn: (changes: Changes) => RevocationDecision;
  readonly exemptionTag: string;
}

type EarlierDependencies = Pick<FunctionDependencies, 'ssm' | 'log'> & {
  readonly ownerTag: string;
};

/**
 * Replaces a plan to revoke if earlier revocations or restorations prevent it. It sends the most requests, so it
 * comes last.
 */
export async function applyEarlier(
  proposed: AlertedPlan,
  basis: PlanBasis,
  { location, now }: Invocation,
  { ssm, log, ownerTag }: EarlierDependencies,
): Promise<AlertedPlan> {
  const { userId, automaticSince } = basis.trigger;
  const { userName, tags } = basis.subject.user;
  const { maxRevocationsPerDay } = basis;
  const owner = ownerOf(tags, ownerTag);
  const listed = await listRecords(ssm);
  const own = await readEarlierRevocations(ssm, listed, { ...location, userId });
  const restoration = findRestoration(
    own,
    await findRunningRestoration(ssm, userId, location),
    now,
  );
  if (restoration !== null) return { ...proposed, decision: restoration };
  const returning = findReturning(basis.subject.assessment.due, own, now);
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
      ...(reportsRecords ? [describeUnknownRecords(foreign.length, location)] : []),
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
  { subject, trigger, planWithout, decideOn, exemptionTag }: PlanBasis,
  location: Invocation['location'],
  { log, ownerTag }: Pick<EarlierDependencies, 'log' | 'ownerTag'>,
): AlertedPlan {
  if (trigger.automaticSince === null) {
    const planned = new Set(proposed.changes.revocations.map((each) => markName(each.credential)));
    const again = returning.filter((each) => planned.has(markName(each)));
    return { ...proposed, notes: again.map(describeNamed) };
  }
  const changes = planWithout(new Map(returning.map((each) => [markName(each), each.revokedAt])));
  const skipped = changes.skipped.filter(({ why }) => why.kind === 'KeepsComingBack');
  const names = new Set(skipped.map(({ credential }) => markName(credential)));
  const left = returning.filter((each) => names.has(markName(each)));
  if (left.length === 0) return proposed;
  const { user } = subject;
  const revokedAt = left.map((each) => each.revokedAt.map(formatInstant));
  const credentials = left.map(nameOf);
  log('error', 'keeps coming back', {
    ...{ alert: true, userId: trigger.userId, credentials, revokedAt },
  });
  const manager = findManager(user.tags);
  const { userName } = user;
  const named = { userName, userId: trigger.userId, owner: ownerOf(user.tags, ownerTag), manager };
  const alert = describeReturningCredentials({ ...named, exemptionTag }, left, location);
  const why = left.map(describeNamed).join('; ');
  const decision =
    changes.revocations.length === 0 ? decide('KeepsComingBack', why) : decideOn(changes);
  return { ...proposed, decision, changes, alerts: [alert] };
}

function describeNamed(returning: ReturningCredential): string {
  return `${nameOf(returning)}: ${describeReturning(returning)}`;
}

/** A line of the log names at most this many parameters. */
const longestList = 20;
