import { readUserState, type SeenState } from '../../aws/iam-credentials.ts';
import { readUnverifiedDeletions } from '../../aws/purge-executions.ts';
import { readRecord } from '../../aws/ssm-parameters.ts';
import { messageOf } from '../../core/errors.ts';
import type { Instant } from '../../core/instant.ts';
import { noOwner } from '../../core/owner.ts';
import {
  accessKeyDeleted,
  type EventUser,
  eventUser,
  type ProjectEvent,
} from '../../formats/events.ts';
import type { PurgeItem } from '../../formats/purge-item.ts';
import { byOwner, describePurged, type OwnedKey } from '../../formats/purge-messages.ts';
import { emit } from '../event-bus.ts';
import { type FunctionDependencies, type Invocation, pollUntil } from '../invocation.ts';

/** What reporting deletions needs. */
export interface ReportingDependencies extends FunctionDependencies {
  readonly ownerTag: string;
  /** Whether each owner gets a message of their own. */
  readonly messagePerOwner: boolean;
}

/** A key that was to be deleted, and its user as they are now; null while the user could not be read. */
interface SeenItem extends PurgeItem {
  readonly user: EventUser | null;
}

/** The result for the keys of a plan. */
export interface SeenItems {
  readonly deleted: readonly SeenItem[];
  /** Keys that still exist. */
  readonly left: readonly SeenItem[];
  /** Keys whose user was deleted meanwhile. */
  readonly gone: readonly PurgeItem[];
}

/** Polls until all keys are gone, or until the deadline. */
export async function awaitDeletions(
  items: readonly PurgeItem[],
  deadline: Instant,
  dependencies: ReportingDependencies,
): Promise<SeenItems> {
  const { iam, clock, ownerTag } = dependencies;
  const seen = new Map<PurgeItem, SeenState>();
  const exists = async (item: PurgeItem) => {
    const state = await readUserState(iam, item.userId, item.userName);
    seen.set(item, state);
    if (state === 'gone') return false;
    return state === 'changing' || state.accessKeys.some(({ id }) => id === item.accessKeyId);
  };
  let left: readonly PurgeItem[] = items;
  await pollUntil(
    clock,
    deadline,
    async () => {
      const found: PurgeItem[] = [];
      for (const item of left) if (await exists(item)) found.push(item);
      left = found;
      return left;
    },
    ({ length }) => length === 0,
  );
  const isGone = (item: PurgeItem) => seen.get(item) === 'gone';
  const withUser = (item: PurgeItem): SeenItem => {
    const state = seen.get(item);
    const user =
      typeof state === 'object' ? eventUser({ userId: item.userId, ...state }, ownerTag) : null;
    return { ...item, user };
  };
  return {
    deleted: items.filter((item) => !left.includes(item) && !isGone(item)).map(withUser),
    left: left.map(withUser),
    gone: items.filter(isGone),
  };
}

/**
 * Puts an event for each deleted key and publishes messages that name the keys and their users. Resolves to why a
 * message was not published, or null: the keys are gone in any case.
 */
export async function reportDeletions(
  { deleted, left }: Pick<SeenItems, 'deleted' | 'left'>,
  executionId: string,
  { location, deadline }: Pick<Invocation, 'location' | 'deadline'>,
  dependencies: ReportingDependencies,
): Promise<string | null> {
  const { ssm, topic, log, messagePerOwner } = dependencies;
  const events: ProjectEvent[] = [];
  for (const { userId, accessKeyId, recordName, user } of deleted) {
    const found = await readRecord(ssm, recordName, { ...location, userId });
    if (user === null || found?.check.genuine !== true) continue;
    const { record } = found.check;
    const credential = record.credentials.find(({ id }) => id === accessKeyId);
    const reason = `deactivated by revocation ${record.executionId}, and inactive since then`;
    events.push(
      accessKeyDeleted(user, location, {
        ...{ executionId, accessKeyId, reason },
        ...{ deactivatedAt: record.recordedAt, lastUsed: credential?.used },
      }),
    );
  }
  await emit(events, dependencies, deadline);
  const keys = [
    ...deleted.map((item) => ({ ...owned(item), isDeleted: true })),
    ...left.map((item) => ({ ...owned(item), isDeleted: false })),
  ];
  const problems: string[] = [];
  for (const group of byOwner(keys, messagePerOwner)) {
    const [gone, kept] = [
      group.filter((key) => key.isDeleted),
      group.filter((key) => !key.isDeleted),
    ];
    if (gone.length === 0) continue;
    const message = describePurged({ executionId, deleted: gone, left: kept }, location);
    try {
      await topic?.publish(message);
    } catch (error) {
      const reason = `topic ${topic?.arn} could not be notified: ${messageOf(error)}`;
      log('error', 'not notified', { alert: true, executionId, reason });
      problems.push(reason);
    }
  }
  return problems[0] ?? null;
}

function owned({ accessKeyId, userId, userName, user }: SeenItem): OwnedKey {
  return {
    accessKeyId,
    userId,
    userName: user?.userName ?? userName,
    owner: user?.owner ?? noOwner,
  };
}

/** Reports what executions that stopped before their end deleted, once: the next execution does it. */
export async function reportEarlierDeletions(
  own: Parameters<typeof readUnverifiedDeletions>[1],
  { location, deadline }: Invocation,
  dependencies: ReportingDependencies,
): Promise<void> {
  const { ssm, clock, log } = dependencies;
  for (const { executionId, items } of await readUnverifiedDeletions(ssm, own, location)) {
    const { deleted } = await awaitDeletions(items, clock.now(), dependencies);
    log('warn', 'deletions of an execution that stopped', { executionId, items: deleted });
    await reportDeletions({ deleted, left: [] }, executionId, { location, deadline }, dependencies);
  }
}
