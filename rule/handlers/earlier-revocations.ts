import { listRecords, readEarlierRevocations, readRecentRecords } from '../aws/earlier-records.ts';
import { findRunningRestoration } from '../aws/ssm-automation.ts';
import type { User } from '../core/credentials.ts';
import { checkDailyLimit, findRestoration, keepsFailing } from '../core/earlier-revocations.ts';
import type { RevocationDecision, RevocationTrigger } from '../core/revocation-plan.ts';
import {
  describeFailingRevocations,
  describeForeignRecords,
  type TopicMessage,
} from '../formats/messages.ts';
import type { FunctionDependencies, Invocation } from './invocation.ts';

/** A decision, and the alerts to publish if the document carries it out. */
interface AlertedDecision {
  readonly decision: RevocationDecision;
  readonly alerts: readonly TopicMessage[];
}

/** Replaces the decision to revoke if earlier revocations and restorations are against it. Reads most, so it comes last. */
export async function applyEarlier(
  proposed: RevocationDecision,
  { userName }: User,
  { userId, automaticSince }: RevocationTrigger,
  { maxRevocationsPerDay }: { readonly maxRevocationsPerDay: number },
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
