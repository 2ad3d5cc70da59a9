import { formatDate, formatInstant, type Instant } from '../core/instant.ts';
import {
  describePurgedKey,
  type KeyDecision,
  noPurge,
  type PurgedKey,
  type PurgePlan,
} from '../core/purge-plan.ts';
import { encodeItem, encodeItems, type PurgeItem } from './purge-item.ts';
import { describeOwnedKey } from './purge-messages.ts';
import type { Answer } from './revocation-answer.ts';

/**
 * The longest list of keys that are announced already or held back: a step returns at most 100 KB, and a plan that
 * changes something has its items besides. The reason counts all held keys.
 */
const longestList = { ofChanges: 25, ofOthers: 60 };

/** `held` says which limits of the deployment replaced what was given. */
export function toPurgeAnswer(
  plan: PurgePlan,
  decisions: readonly KeyDecision[],
  deleteAfterDays: number,
  held: readonly string[],
  now: Instant,
): Answer {
  const { outcome, toAnnounce, toDelete } = plan;
  const isActed = outcome === 'Announce' || outcome === 'Delete';
  const [announced, deleted] = isActed ? [toAnnounce, toDelete] : [[], []];
  return {
    Proceed: isActed ? 'Yes' : 'No',
    Outcome: outcome,
    Reason: [reasonOf(plan, decisions), ...held].join('; '),
    Announce: announced.length > 0 ? 'Yes' : 'No',
    ToAnnounce: announced.map(encodeItem),
    Delete: deleted.length > 0 ? 'Yes' : 'No',
    ToDelete: deleted.map(encodeItem),
    Items: encodeItems(deleted),
    ...describeKeys(plan, decisions, isActed ? longestList.ofChanges : longestList.ofOthers),
    DeleteAfterDays: String(deleteAfterDays),
    PlannedAt: formatInstant(now),
  };
}

/** The starter may not delete keys. The function has published an alert. */
export function toRefusedPurge(reason: string, now: Instant): Answer {
  const answer = toPurgeAnswer(noPurge('Off', reason), [], 0, [], now);
  return { ...answer, Proceed: 'Alert', Outcome: 'Refused' };
}

/** Describes the keys of a plan in words. */
function describeKeys(
  { toAnnounce, toDelete }: PurgePlan,
  decisions: readonly KeyDecision[],
  longest: number,
) {
  const from = (key: PurgedKey) =>
    `${describePurgedKey(key)}; will be deleted on or after ${formatDate(key.deletedFrom)}`;
  const waiting = decisions.filter(({ kind }) => kind === 'Announced');
  return {
    KeysToDelete: toDelete.map(describePurgedKey),
    KeysToAnnounce: toAnnounce.map(from),
    KeysAnnounced: waiting.slice(0, longest).map(({ key }) => from(key)),
    KeysHeld: decisions
      .flatMap((each) =>
        each.kind === 'Held' ? [`${describePurgedKey(each.key)}: ${each.why}`] : [],
      )
      .slice(0, longest),
  };
}

function reasonOf({ outcome, why, toAnnounce, toDelete }: PurgePlan, all: readonly KeyDecision[]) {
  const keys = (count: number) => (count === 1 ? '1 access key' : `${count} access keys`);
  const planned = `${keys(toDelete.length)} to delete, ${keys(toAnnounce.length)} to announce`;
  const held = all.filter(({ kind }) => kind === 'Held').length;
  const counted = held === 0 ? [] : [`${keys(held)} held back`];
  const limited = why === null ? [] : [why];
  switch (outcome) {
    case 'Delete':
    case 'Announce':
    case 'LimitReached':
      return [planned, ...limited, ...counted].join('; ');
    case 'DryRun':
      return [`would change: ${planned}`, ...limited, ...counted].join('; ');
    case 'NothingDue':
      return ['no access key is due for an announcement or a deletion', ...counted].join('; ');
    case 'Off':
    case 'Paused':
    case 'NotYet':
    case 'Running':
      return why ?? outcome;
  }
}

/** The result for the keys of a plan. */
interface VerifiedPurge {
  readonly deleted: readonly PurgeItem[];
  /** Keys that still exist. */
  readonly left: readonly PurgeItem[];
  /** Keys whose user was deleted during the execution. */
  readonly gone: readonly PurgeItem[];
  /** Why nobody was notified of a deleted key; null if everybody was. */
  readonly problem: string | null;
}

/** `Deleted`, or `Incomplete` if a key of the plan still exists or nobody was notified of a deletion. */
export function toVerifiedPurge({ deleted, left, gone, problem }: VerifiedPurge): Answer {
  const kept = left.map(describeOwnedKey).join('; ');
  const unfinished = [
    ...(left.length === 0
      ? []
      : [`Not deleted: ${kept}. The failed step says why. The next execution tries again`]),
    ...(problem === null ? [] : [`${deleted.length} deleted, but ${problem}`]),
  ];
  const withUser = gone.map((item) => `${describeOwnedKey(item)}: the user was deleted meanwhile`);
  const done = [`${deleted.length} deleted`, ...withUser].join('; ');
  return {
    Outcome: unfinished.length === 0 ? 'Deleted' : 'Incomplete',
    Reason: unfinished.length === 0 ? done : unfinished.join('. '),
    Deleted: deleted.map(describeOwnedKey),
  };
}
