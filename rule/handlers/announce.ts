import { messageOf, type Problem } from '../core/errors.ts';
import { describeNewNonCompliance } from '../formats/digest.ts';
import type { RuleEvent } from '../formats/invoking-event.ts';
import { type EarlierResult, findNewlyNonCompliant } from '../formats/newly-non-compliant.ts';
import { beforeDeadline } from '../gateways/clock.ts';
import type { RunContext, UserVerdict } from './evaluation-run.ts';

/** How many users were announced, and why they were not where that failed. */
export interface Announcement {
  readonly announced: number;
  readonly failed: readonly Problem[];
}

/**
 * Publishes one digest of who is newly NON_COMPLIANT, and logs each of them before. Takes the verdicts that
 * AWS Config took of a scheduled run, the results of before, null where they could not be read, the event,
 * and what to run with. Nothing is published where nobody is new, nobody knows who is, or no topic is set.
 * Gives back how many were announced. Throws nothing foreseen.
 */
export async function announce(
  users: readonly UserVerdict[],
  earlier: ReadonlyMap<string, EarlierResult> | null,
  { accountId, ruleName }: Pick<RuleEvent, 'accountId' | 'ruleName'>,
  { topic, log, clock, end }: RunContext,
): Promise<Announcement> {
  if (topic === null || earlier === null) return { announced: 0, failed: [] };
  const found = findNewlyNonCompliant(users, earlier);
  if (found.length === 0) return { announced: 0, failed: [] };

  for (const { arn, annotation: reason } of found) {
    log('info', 'newly NON_COMPLIANT', { arn, reason });
  }
  const digest = describeNewNonCompliance({
    ...{ accountId, ruleName },
    users: found.map(({ userId, userName, annotation }) => {
      return { userName: userName ?? userId, annotation };
    }),
    nonCompliant: users.filter(({ compliance }) => compliance === 'NON_COMPLIANT').length,
  });
  try {
    await beforeDeadline(clock, end, () => topic.publish(digest));
    return { announced: found.length, failed: [] };
  } catch (error) {
    const problem = { arn: `topic ${topic.arn}`, message: messageOf(error) };
    return { announced: 0, failed: [problem] };
  }
}
